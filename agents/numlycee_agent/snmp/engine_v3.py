"""SNMP v3: questions as a user, to an engine that is discovered first (RFC 3412, RFC 3414).

An answer counts when it is for the question in flight, and signed by the user where that signs;
others are dropped, and the wait goes on. One that is out of the time of its engine is asked for
again. A report may be unsigned, since an engine cannot sign for whom it does not know.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from secrets import randbits
from typing import NamedTuple

from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.credentials import Target, Usm
from numlycee_agent.snmp.endpoint import Dialogue, Endpoints
from numlycee_agent.snmp.message import REPORT, RESPONSE, Scoped
from numlycee_agent.snmp.recall import Heard, Memory
from numlycee_agent.snmp.session import DeviceSession
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.authority import Authority
from numlycee_agent.snmp.usm.envelope import AUTH, PRIV, REPORTABLE, Envelope, Opened
from numlycee_agent.snmp.usm.habit import Habit
from numlycee_agent.snmp.usm.sealing import Seal, level
from numlycee_agent.snmp.usm.user import SALT_OCTETS, User
from numlycee_agent.snmp.values import Grounds, Oid, SnmpDecodeError, SnmpRefused, SnmpTimeout
from numlycee_agent.snmp.walk import Question

Salts = Callable[[], bytes]

_USM_STATS = "1.3.6.1.6.3.15.1.1"
_TIMES, _ENGINES = f"{_USM_STATS}.2.0", f"{_USM_STATS}.4.0"
_GROUNDS = {
    f"{_USM_STATS}.1.0": Grounds.LEVEL,
    _TIMES: Grounds.CLOCK,
    f"{_USM_STATS}.3.0": Grounds.USER,
    _ENGINES: Grounds.ENGINE,
    f"{_USM_STATS}.5.0": Grounds.AUTH_KEY,
    f"{_USM_STATS}.6.0": Grounds.PRIV_KEY,
}
_NOTHING = Scoped(message.GET, ())
_ANYTHING = Question((), ("1.3.6.1.2.1.1.3.0",), 0)


class _Told(NamedTuple):
    """The scoped PDU of an answer, how much longer the datagram is, and which report it makes."""

    plain: bytes
    wrapping: int
    report: Oid = ""


class _Sealed:
    """A question that is sealed when it leaves."""

    def __init__(self, write: Callable[[int], bytes]) -> None:
        self._write = write
        self.identifier = 0

    def encode(self, identifier: int) -> bytes:
        """Return the datagram; the header and what it wraps bear the same identifier."""
        self.identifier = identifier
        return self._write(identifier)

    def vouches(self, data: bytes) -> bool:  # noqa: ARG002  (whoever hears it looks)
        """Let an answer be heard from wherever it comes: its signature tells, or nothing does."""
        return True


class Secured:
    """The `Speech` of a device to which we are a user; every salt is used once."""

    def __init__(self, host: str, user: User, salts: Salts, monotonic: Callable[[], float]) -> None:
        self._host = host
        self._user = user
        self._level = level(user)
        self._salts = salts
        self._monotonic = monotonic
        self._answered = b""
        self._authority = Authority(monotonic)
        self._memory = Memory(host, Scoped, message.scoped)
        self._sealed_for = b"", (0, 0)
        self._seal = Seal(user, *self._sealed_for)
        self._habit: Habit | None = None

    def ask(self, question: Question) -> Dialogue[Heard]:
        """Ask, after a discovery if need be; SnmpRefused tells what the device holds against us."""
        scoped = self._memory.request(question)
        try:
            told = yield from self._insist(scoped)
        except SnmpTimeout:
            engine = self._authority.name
            self._authority.forget()  # another device may be there by now, deaf to that engine
            small = len(question.names) == 1 and question.repetitions <= 1
            if small and engine and self._user.enciphers and engine != self._answered:
                yield from self._doubt()
            raise
        self._answered = self._authority.name
        return Heard(self._memory, question, told.plain, told.wrapping)

    def _doubt(self) -> Dialogue[None]:
        """Raise that our privacy key is wrong if what is only signed meets with any reaction.

        An engine that was discovered, and is silent then to the smallest question, may be unable
        to decipher us: net-snmp says nothing of it.
        """
        signing = Secured(self._host, self._user.in_clear(), self._salts, self._monotonic)
        with suppress(SnmpRefused):
            yield from signing.ask(_ANYTHING)
        raise SnmpRefused(self._host, Grounds.PRIV_KEY)

    def forget(self) -> None:
        """Forget the engine, the requests and the shapes of their answers."""
        self._authority.forget()
        self._memory.forget()

    def _insist(self, scoped: Scoped) -> Dialogue[_Told]:
        """Ask again with the clock that a report tells, and of the engine that one names.

        The first report of a clock may be anybody's: the device corrects it with one that it signs.
        """
        remedies = [_TIMES, _TIMES, _ENGINES]
        while True:
            if not self._authority.name:
                yield from self._discover()
            told = yield from self._exchange(scoped)
            if not told.report:
                return told
            if told.report not in remedies:
                raise SnmpRefused(self._host, _GROUNDS.get(told.report, Grounds.OTHER))
            remedies.remove(told.report)

    def _discover(self) -> Dialogue[None]:
        data = yield _Sealed(_discovery)
        while True:
            try:
                about = envelope.unwrap(data).envelope
            except SnmpDecodeError:
                about = None
            if about and self._authority.discover(about.engine, about.clock):
                return
            data = yield None

    def _exchange(self, scoped: Scoped) -> Dialogue[_Told]:
        asked = _Sealed(lambda identifier: self._written(scoped, identifier))
        data = yield asked
        while True:
            try:
                return self._open(data, asked.identifier)
            except SnmpDecodeError:
                data = yield None

    def _written(self, scoped: Scoped, identifier: int) -> bytes:
        engine, clock, salt = self._authority.name, self._authority.clock, b""
        body = scoped.encode(engine, identifier)
        if self._user.enciphers:
            salt = self._salts()
            body = ber.tlv(ber.OCTETS, self._user.encipher(engine, body, clock, salt))
        if self._sealed_for != (engine, clock):
            self._sealed_for = engine, clock
            self._seal = Seal(self._user, engine, clock)
        return self._seal.close(identifier, salt, body)

    def _open(self, data: bytes, identifier: int) -> _Told:
        """Return what is told to us, or raise that it is not to be believed."""
        usual = self._habit.open(data) if self._habit else None
        opened = usual or envelope.unwrap(data)
        about = opened.envelope
        signed = bool(about.flags & AUTH)
        if signed and not self._is_signed(opened, data):
            raise SnmpDecodeError("the digest is not that of the user")
        plain = self._plain(opened, data)
        tag, request = message.scoped_identifier(plain)
        wrapping = len(data) - len(plain)
        if tag == REPORT:
            return _Told(plain, wrapping, self._heed(about, plain, signed=signed))
        if tag != RESPONSE or about.engine != self._authority.name:
            raise SnmpDecodeError("no answer, or one of another engine")
        if about.flags & (AUTH | PRIV) != self._level:
            raise SnmpDecodeError("less secure than the question")
        if request != identifier:
            raise SnmpDecodeError("an answer to another question")
        if signed and not self._authority.follow(about.clock):
            # It cannot be old, as it is signed with the identifier that we drew: its clock is odd.
            self._authority.set(about.clock, proven=True)
            return _Told(plain, wrapping, _TIMES)
        if usual is None:
            self._habit = Habit(opened, data)
        return _Told(plain, wrapping)

    def _is_signed(self, opened: Opened, data: bytes) -> bool:
        known = opened.envelope.engine == self._authority.name and self._user.authenticates
        return known and envelope.has_signed(self._user, opened, data)

    def _plain(self, opened: Opened, data: bytes) -> bytes:
        about, body = opened.envelope, opened.body_at
        if not about.flags & PRIV:
            return data[body : opened.end]
        if not self._user.enciphers:
            raise SnmpDecodeError("enciphered for somebody else")
        secret, _ = ber.read_octets(data, body, opened.end)
        try:
            return self._user.decipher(about.engine, secret, about.clock, about.salt)
        except ValueError as error:
            raise SnmpDecodeError("no cipher of ours") from error

    def _heed(self, about: Envelope, plain: bytes, *, signed: bool) -> Oid:
        """Return which report this is, after taking the clock or the engine that it tells."""
        name = message.reported(plain)
        if name == _ENGINES and about.engine != self._authority.name:
            if not self._authority.discover(about.engine, about.clock):
                raise SnmpDecodeError("that is no engine")
        elif about.engine != self._authority.name:
            raise SnmpDecodeError("a report of another engine")
        elif name == _TIMES:
            # Fresh for sure if it is signed, as it bears the identifier that we drew: a clock may
            # run backwards, when a device forgets how often it started.
            self._authority.set(about.clock, proven=signed)
        return name


def _discovery(identifier: int) -> bytes:
    """Return the question to an engine that is not known yet (RFC 3414 §4)."""
    about = Envelope(identifier, REPORTABLE, b"", (0, 0), b"", b"", b"")
    return envelope.seal(about, _NOTHING.encode(b"", identifier))


class SecuredDevices:
    """Opens the sessions of v3; what one user costs is paid once for all its devices."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._users: dict[Usm, User] = {}
        self._salt = count(randbits(64))

    def session(self, target: Target, credentials: Usm) -> DeviceSession:
        """Return the session of one device."""
        user = self._users.get(credentials)
        if user is None:
            user = self._users[credentials] = User(credentials)
        speech = Secured(target.host, user, self._next_salt, _seconds)
        return DeviceSession(self._endpoints, target, speech)

    def _next_salt(self) -> bytes:
        return (next(self._salt) % 2**64).to_bytes(SALT_OCTETS, "big")


def _seconds() -> float:
    return asyncio.get_running_loop().time()
