"""What tests of traps share: a receiver at hand, devices that sign, and what it all wakes."""

from dataclasses import dataclass, field

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import Community, Usm
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import AUTH, PRIV, REPORTABLE, Envelope
from numlycee_agent.snmp.usm.user import User
from numlycee_agent.traps.receiver import Receiver
from numlycee_agent.traps.secure import SecureReader
from numlycee_agent.traps.tally import Fate, Tally
from tests.agent.virtual import VirtualClock

SWITCH, UPS, STRANGER = "10.0.0.2", "10.0.0.40", "192.0.2.66"
NUMLYCEE = Usm("numlycee", "auth-password", "priv-password", "SHA-256", "AES-128")
SIGNING = Usm("signing", "auth-password")
OPEN = Usm("open")
SENDER = b"\x80\0\x1f\x88\4test-engine"


class Bench:
    """A receiver that watches a switch and, at one address, two resources of a UPS."""

    def __init__(self, *users: Usm) -> None:
        self.clock = VirtualClock()
        self.woken: list[str] = []
        self.tally = Tally()
        self.secure = SecureReader(users or (NUMLYCEE, SIGNING, OPEN), "0310036W", self.clock)
        self.receiver = Receiver(
            {SWITCH: ["sw"], UPS: ["ups", "ups-card"], "2001:db8::1": ["ap"]},
            [Community("secret"), Community("old", "1")],
            self.secure,
            self.woken.append,
            self.tally,
            self._hear,
        )
        self.ports: list[tuple[str, int, int | None]] = []

    def _hear(self, switch: str, index: int, fell: int | None) -> list[str]:
        self.ports.append((switch, index, fell))
        return [f"behind-{index}"] if index != 3 else []

    def take(self, datagram: bytes, source: str = SWITCH) -> bytes:
        return self.receiver.take(datagram, source)

    def fate(self, datagram: bytes, source: str = SWITCH) -> Fate:
        """Return what becomes of a datagram, and check that it is counted once."""
        before = self.tally.counts.copy()
        self.take(datagram, source)
        (fate,) = (self.tally.counts - before).elements()
        return fate


def binds(*pairs: tuple[str, bytes]) -> bytes:
    return ber.tlv(
        ber.SEQUENCE,
        b"".join(ber.tlv(ber.SEQUENCE, ber.oid(name) + value) for name, value in pairs),
    )


LINK_UP = (
    ("1.3.6.1.2.1.1.3.0", ber.integer(4242, ber.TICKS)),
    ("1.3.6.1.6.3.1.1.4.1.0", ber.oid("1.3.6.1.6.3.1.1.5.4")),
)


def pdu(tag: int, identifier: int = 77, told: bytes = binds(*LINK_UP)) -> bytes:
    return ber.tlv(tag, ber.integer(identifier) + ber.integer(0) * 2 + told)


def message(version: int, community: str, body: bytes) -> bytes:
    head = ber.integer(version) + ber.tlv(ber.OCTETS, community.encode())
    return ber.tlv(ber.SEQUENCE, head + body)


@dataclass
class Device:
    """Something that speaks v3 as one user; `engine` is the one that it takes for authoritative."""

    credentials: Usm
    engine: bytes = SENDER
    boots: int = 7
    time: int = 1000
    salt: bytes = b"saltsalt"
    user: User = field(init=False)

    def __post_init__(self) -> None:
        self.user = User(self.credentials)

    def tell(self, tag: int, *, reportable: bool = False, engine: bytes | None = None) -> bytes:
        """Return a notification, as secure as the user's keys allow."""
        named = self.engine if engine is None else engine
        context = ber.tlv(ber.OCTETS, named) + ber.tlv(ber.OCTETS, b"room")
        body = ber.tlv(ber.SEQUENCE, context + pdu(tag))
        return self.seal(body, engine=named, flags=REPORTABLE if reportable else 0)

    def seal(self, body: bytes, *, engine: bytes = SENDER, flags: int = 0) -> bytes:
        """Return a message with this scoped PDU, as secure as the user's keys allow."""
        user, clock = self.user, (self.boots, self.time)
        about = Envelope(99, flags, engine, clock, user.name, b"", b"")
        if user.enciphers:
            about = about._replace(flags=about.flags | PRIV, salt=self.salt)
            secret = user.encipher(engine, body, clock, self.salt.ljust(8))
            body = ber.tlv(ber.OCTETS, secret)
        if not user.authenticates:
            return envelope.seal(about, body)
        about = about._replace(flags=about.flags | AUTH, digest=bytes(user.digest_size))
        digest = user.digest(engine, envelope.seal(about, body))
        return envelope.seal(about._replace(digest=digest), body)


def opened(reply: bytes) -> tuple[Envelope, bytes]:
    """Return the envelope of a reply and its body."""
    start, end = ber.element(reply, 0, len(reply))[1:]
    parts = envelope.unseal(reply, ber.read_integer(reply, start, end)[1], end)
    return parts.envelope, reply[parts.body_at : parts.end]
