"""An SNMP v3 agent in memory, with a clock that one moves, and dialogues held with it."""

from collections.abc import Callable, Iterable, Mapping
from itertools import count

from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.snmp.endpoint import Dialogue
from numlycee_agent.snmp.engine_v3 import Secured
from numlycee_agent.snmp.recall import Heard
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import AUTH, PRIV, WINDOW, Envelope, Opened
from numlycee_agent.snmp.usm.user import User
from numlycee_agent.snmp.values import Oid, SnmpTimeout
from numlycee_agent.snmp.walk import Question

DESCR = "1.3.6.1.2.1.1.1.0"
QUESTION = Question((), (DESCR,), 0)
AUTH_KEY, PRIV_KEY = "authentication", "confidential"
OPEN = Usm("open")
SIGNING = Usm("signing", AUTH_KEY)
SECRET = Usm("secret", AUTH_KEY, PRIV_KEY)
WORN_OUT = 2**31 - 1
LEVELS, TIMES, USERS, ENGINES, DIGESTS, CIPHERS = range(1, 7)


class Device:
    """Answers a GET with one text as RFC 3414 wants; `now` is the second that it takes it to be."""

    def __init__(self, *users: Usm) -> None:
        self.users = {
            known.user.encode(): User(known) for known in users or (OPEN, SIGNING, SECRET)
        }
        self.engine = b"\x80\0\x1f\x88\4device"
        self.boots, self.now = 7, 1000
        self.deaf = False  # net-snmp says nothing where it cannot decipher
        self.asked: list[bytes] = []
        self.salts = count(1)

    def answer(self, data: bytes) -> bytes | None:
        """Return what comes back."""
        self.asked.append(data)
        opened = envelope.unwrap(data)
        about = opened.envelope
        user = self.users.get(about.user)
        fault = self.fault(opened, user, data)
        if fault is None and user:
            request = message.scoped_identifier(self.plain(opened, user, data))[1]
            return self.sound(about, user, request)
        if self.deaf and (fault == CIPHERS or (fault == ENGINES and about.engine)):
            return None
        return self.report(about, fault or 0, user if fault == TIMES else None)

    def fault(self, opened: Opened, user: User | None, data: bytes) -> int | None:
        """Return the counter that a question increments, if it is refused."""
        about = opened.envelope
        if about.engine != self.engine:
            return ENGINES
        if user is None:
            return USERS
        if about.flags & AUTH > user.authenticates or about.flags & PRIV > PRIV * user.enciphers:
            return LEVELS
        if about.flags & AUTH and not envelope.has_signed(user, opened, data):
            return DIGESTS
        if about.flags & AUTH and not self.is_in_time(about):
            return TIMES
        return None if self.plain(opened, user, data)[:1] == b"\x30" else CIPHERS

    def is_in_time(self, about: Envelope) -> bool:
        boots, seconds = about.clock
        return boots == self.boots < WORN_OUT and abs(seconds - self.now) <= WINDOW

    def plain(self, opened: Opened, user: User, data: bytes) -> bytes:
        about = opened.envelope
        if not about.flags & PRIV:
            return data[opened.body_at :]
        secret, _ = ber.read_octets(data, opened.body_at, opened.end)
        return user.decipher(about.engine, secret, about.clock, about.salt)

    def sound(
        self, about: Envelope, user: User, request: int, tag: int = message.RESPONSE
    ) -> bytes:
        """Return an answer as secure as the question was."""
        return self.tell(about, about.flags, user, tag, request, (DESCR, ber.tlv(4, b"yes")))

    def report(self, about: Envelope, counter: int, user: User | None = None) -> bytes:
        name, flags = f"1.3.6.1.6.3.15.1.1.{counter}.0", AUTH if user else 0
        return self.tell(about, flags, user, message.REPORT, 0, (name, ber.integer(1, ber.COUNTER)))

    def tell(
        self,
        about: Envelope,
        flags: int,
        user: User | None,
        tag: int,
        request: int,
        bind: tuple[Oid, bytes],
    ) -> bytes:
        binds = ber.tlv(ber.SEQUENCE, ber.tlv(ber.SEQUENCE, ber.oid(bind[0]) + bind[1]))
        pdu = ber.tlv(tag, ber.integer(request) + ber.integer(0) * 2 + binds)
        context = ber.tlv(ber.OCTETS, self.engine) + ber.tlv(ber.OCTETS, b"")
        body, clock = ber.tlv(ber.SEQUENCE, context + pdu), (self.boots, self.now)
        ours = Envelope(about.identifier, flags & 3, self.engine, clock, about.user, b"", b"")
        if user and flags & PRIV:
            salt = next(self.salts).to_bytes(8, "big")
            secret = user.encipher(self.engine, body, clock, salt)
            ours, body = ours._replace(salt=salt), ber.tlv(ber.OCTETS, secret)
        return (
            envelope.signed(ours, body, user)
            if user and flags & AUTH
            else envelope.seal(ours, body)
        )


class Bench:
    """A poller as one user, a device, and seconds that pass for both unless one is moved alone."""

    def __init__(self, credentials: Usm = SECRET, device: Device | None = None) -> None:
        self.device = device or Device()
        self.salts: list[bytes] = []
        self.seconds = 50.0
        self.identifiers = count(1 << 30)
        self.strays = 0
        self.speech = Secured("switch", User(credentials), self.salt, lambda: self.seconds)

    def salt(self) -> bytes:
        self.salts.append((len(self.salts) + 1).to_bytes(8, "big"))
        return self.salts[-1]

    def pass_by(self, seconds: int) -> None:
        self.seconds += seconds
        self.device.now += seconds

    def ask(
        self, *before: Callable[[bytes], bytes], question: Question = QUESTION
    ) -> Mapping[Oid, object]:
        """Ask one question, of which these answers come before that of the device."""
        fakes = iter(before)

        def answers(data: bytes) -> Iterable[bytes]:
            if len(data) and envelope.unwrap(data).envelope.engine:
                yield from (fake(data) for fake in fakes)
            told = self.device.answer(data)
            yield from [told] if told else []

        return dict(self.hold(self.speech.ask(question), answers).binds())

    def hold(self, dialogue: Dialogue[Heard], answers: Callable[[bytes], Iterable[bytes]]) -> Heard:
        """Hold a dialogue as the endpoint does: every answer to a request, then silence."""
        try:
            request = next(dialogue)
            while True:
                following = None
                assert request is not None
                for data in answers(request.encode(next(self.identifiers))):
                    following = dialogue.send(data)
                    if following is not None:
                        break
                    self.strays += 1
                else:
                    following = dialogue.throw(SnmpTimeout("silence"))
                request = following
        except StopIteration as end:
            heard: Heard = end.value
            return heard
