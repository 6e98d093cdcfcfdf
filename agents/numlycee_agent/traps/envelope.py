"""The envelope of an SNMP v3 message (RFC 3412 §6, RFC 3414 §2.4): opened and closed."""

from dataclasses import dataclass

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.values import SnmpDecodeError
from numlycee_agent.traps.notification import V3, enter, octets

AUTH, PRIV, REPORTABLE = 1, 2, 4

_USM = 3
_LARGEST_MESSAGE = 65_507
_HIGHEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Envelope:
    """All of a v3 message but what it tells; `clock` is its engine's boots and seconds."""

    identifier: int
    flags: int
    engine: bytes
    clock: tuple[int, int]
    user: bytes
    digest: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope, where its digest lies in the datagram, and where its body does."""

    envelope: Envelope
    digest_at: int
    body_at: int
    end: int


def unseal(data: bytes, at: int, end: int) -> Opened:
    """Read the envelope of a message that begins after its version; raises `SnmpDecodeError`."""
    start, after_header = enter(data, at, end, ber.SEQUENCE)
    identifier, start = _natural(data, start, after_header)
    _, start = _natural(data, start, after_header)
    flags, start = octets(data, start, after_header)
    model, _ = _natural(data, start, after_header)
    if model != _USM or len(flags) != 1 or flags[0] & (AUTH | PRIV) == PRIV:
        raise SnmpDecodeError(f"security model {model}, flags {flags.hex()}")
    start, body_at = enter(data, after_header, end, ber.OCTETS)
    start, stop = enter(data, start, body_at, ber.SEQUENCE)
    engine, start = octets(data, start, stop)
    boots, start = _natural(data, start, stop)
    seconds, start = _natural(data, start, stop)
    user, start = octets(data, start, stop)
    digest, salt_at = octets(data, start, stop)
    salt, _ = octets(data, salt_at, stop)
    envelope = Envelope(identifier, flags[0], engine, (boots, seconds), user, digest, salt)
    return Opened(envelope, salt_at - len(digest), body_at, end)


def seal(envelope: Envelope, body: bytes) -> bytes:
    """Return the whole message; its digest is what the envelope says."""
    flags = ber.tlv(ber.OCTETS, bytes((envelope.flags,)))
    header = ber.integer(envelope.identifier) + ber.integer(_LARGEST_MESSAGE) + flags
    parameters = (
        ber.tlv(ber.OCTETS, envelope.engine),
        *map(ber.integer, envelope.clock),
        *(ber.tlv(ber.OCTETS, part) for part in (envelope.user, envelope.digest, envelope.salt)),
    )
    security = ber.tlv(ber.OCTETS, ber.tlv(ber.SEQUENCE, b"".join(parameters)))
    head = ber.integer(V3) + ber.tlv(ber.SEQUENCE, header + ber.integer(_USM)) + security
    return ber.tlv(ber.SEQUENCE, head + body)


def scope(data: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """Return a scoped PDU's context as it is spelt, and where its PDU begins and may end."""
    start, stop = enter(data, at, end, ber.SEQUENCE)
    _, name_at = octets(data, start, stop)
    _, pdu_at = octets(data, name_at, stop)
    return data[start:pdu_at], pdu_at, stop


def _natural(data: bytes, at: int, end: int) -> tuple[int, int]:
    number, at = ber.read_integer(data, at, end)
    if not 0 <= number <= _HIGHEST:
        raise SnmpDecodeError(f"{number} where a natural number of 31 bits belongs")
    return number, at
