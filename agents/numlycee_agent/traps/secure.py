"""SNMP v3 notifications (RFC 3412, RFC 3414): who speaks is proven, and informs are answered.

For traps the sender is the authoritative engine, whose clock is learnt from what it signs. For
informs we are: our boots are the minutes of the wall clock when we started, which grow from one
start to the next without being kept.
"""

from collections import Counter
from collections.abc import Iterable
from secrets import randbits

from numlycee.clock import Clock
from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.snmp.message import Version
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import AUTH, PRIV, REPORTABLE, WINDOW, Envelope, Opened
from numlycee_agent.snmp.usm.user import SALT_OCTETS, User
from numlycee_agent.snmp.values import SnmpDecodeError
from numlycee_agent.traps.notification import REPORT, Notification, Refusal, read_pdu
from numlycee_agent.traps.tally import Fate

_KNOWN_ENGINES = 1024
_LEVELS, _TIMES, _USERS, _ENGINES, _DIGESTS, _CIPHERS = range(1, 7)


class SecureReader:
    """Reads v3 notifications for these users; `name` makes our engine's identity."""

    def __init__(self, users: Iterable[Usm], name: str, clock: Clock) -> None:
        self._users: dict[bytes, list[User]] = {}
        for credentials in users:
            user = User(credentials)
            self._users.setdefault(user.name, []).append(user)
        # RFC 3411, SnmpEngineID: the format of an administrator's text, under no enterprise.
        self.engine = b"\x80\0\0\0\4" + name.encode()[:27]
        self._monotonic = clock.monotonic
        self._started = clock.monotonic()
        self._boots = clock.now() // 60_000
        self._heard: dict[bytes, tuple[int, float]] = {}
        self._reports: Counter[int] = Counter()
        self._salt = randbits(64)

    def read(self, data: bytes, at: int, end: int) -> tuple[Notification, bytes]:
        """Return what a message tells and the message to be sent back, empty for none.

        Raises `SnmpDecodeError` for what is malformed, `Refusal` for all else that wakes nothing.
        """
        opened = envelope.unseal(data, at, end)
        about = opened.envelope
        if not about.engine:
            raise Refusal(Fate.DISCOVERY, self._report(about, _ENGINES))
        user = self._author(opened, data)
        self._check_time(about, user)
        context, notification = self._told(opened, user, data)
        if not notification.answer:
            return notification, b""
        if about.engine != self.engine:
            raise Refusal(Fate.DISCOVERY, self._report(about, _ENGINES))
        body = ber.tlv(ber.SEQUENCE, context + notification.answer)
        return notification, self._seal(about, user, body, about.flags & (AUTH | PRIV))

    def _author(self, opened: Opened, data: bytes) -> User:
        """Return the user who wrote the message; several accesses may bear one name."""
        about = opened.envelope
        users = self._users.get(about.user)
        if not users:
            raise Refusal(Fate.UNKNOWN_USER, self._report(about, _USERS))
        signed, secret = bool(about.flags & AUTH), bool(about.flags & PRIV)
        able = [u for u in users if u.authenticates == signed and (u.enciphers or not secret)]
        if not able:
            raise Refusal(Fate.WRONG_LEVEL, self._report(about, _LEVELS))
        for user in able:
            if not signed or envelope.has_signed(user, opened, data):
                return user
        raise Refusal(Fate.WRONG_DIGEST, self._report(about, _DIGESTS))

    def _check_time(self, about: Envelope, user: User) -> None:
        """Refuse an old message (RFC 3414 §3.2.7); unsigned times prove nothing."""
        boots, seconds = about.clock
        if not about.flags & AUTH:
            return
        if about.engine == self.engine:
            ours, now = self._clock()
            if boots != ours or abs(seconds - now) > WINDOW:
                raise Refusal(Fate.OUT_OF_TIME, self._report(about, _TIMES, user))
            return
        known, origin = self._heard.get(about.engine, (-1, 0.0))
        began = self._monotonic() - seconds
        if boots < known or (boots == known and began > origin + WINDOW):
            raise Refusal(Fate.OUT_OF_TIME)
        if boots > known or began < origin:
            self._learn(about.engine, boots, began)

    def _learn(self, engine: bytes, boots: int, began: float) -> None:
        if len(self._heard) >= _KNOWN_ENGINES:
            self._heard.clear()
        self._heard[engine] = boots, began

    def _told(self, opened: Opened, user: User, data: bytes) -> tuple[bytes, Notification]:
        """Return the context of the message, as it is spelt, and its notification."""
        about = opened.envelope
        if not about.flags & PRIV:
            context, start, stop = envelope.scope(data, opened.body_at, opened.end)
            return context, read_pdu(data, start, stop, Version.V3)
        secret, _ = ber.read_octets(data, opened.body_at, opened.end)
        try:
            plain = user.decipher(about.engine, secret, about.clock, about.salt)
            context, start, stop = envelope.scope(plain, 0, len(plain))
        except (ValueError, SnmpDecodeError) as error:
            raise Refusal(Fate.UNDECIPHERABLE, self._report(about, _CIPHERS)) from error
        return context, read_pdu(plain, start, stop, Version.V3)

    def _clock(self) -> tuple[int, int]:
        return self._boots, int(self._monotonic() - self._started)

    def _report(self, about: Envelope, counter: int, user: User | None = None) -> bytes:
        """Return the report of an error, if its sender may have one; it tells our clock."""
        self._reports[counter] += 1
        if not about.flags & REPORTABLE:
            return b""
        count = ber.integer(self._reports[counter] % 2**32, ber.COUNTER)
        name = ber.oid(f"1.3.6.1.6.3.15.1.1.{counter}.0")
        binds = ber.tlv(ber.SEQUENCE, ber.tlv(ber.SEQUENCE, name + count))
        context = ber.tlv(ber.OCTETS, self.engine) + ber.tlv(ber.OCTETS, b"")
        pdu = ber.tlv(REPORT, ber.integer(0) * 3 + binds)
        return self._seal(about, user, ber.tlv(ber.SEQUENCE, context + pdu), AUTH if user else 0)

    def _seal(self, about: Envelope, user: User | None, body: bytes, flags: int) -> bytes:
        """Return a message of ours that answers another, at this level of security."""
        clock, salt = self._clock(), b""
        if user and flags & PRIV:
            self._salt = (self._salt + 1) % 2**64
            salt = self._salt.to_bytes(SALT_OCTETS, "big")
            body = ber.tlv(ber.OCTETS, user.encipher(self.engine, body, clock, salt))
        ours = about._replace(flags=flags, engine=self.engine, clock=clock, digest=b"", salt=salt)
        if user and flags & AUTH:
            return envelope.signed(ours, body, user)
        return envelope.seal(ours, body)
