"""The envelope of an SNMP v3 message (RFC 3412 §6, RFC 3414 §2.4): opened, closed, and signed."""

from hmac import compare_digest
from typing import NamedTuple

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.message import Version
from numlycee_agent.snmp.usm.user import User
from numlycee_agent.snmp.values import SnmpDecodeError

AUTH, PRIV, REPORTABLE = 1, 2, 4
WINDOW = 150
"""Seconds by which a message's time may differ from its engine's (RFC 3414 §2.2.3)."""

_USM = 3
_LARGEST_MESSAGE = 65_507
_HIGHEST = 2**31 - 1


class Envelope(NamedTuple):
    """All of a v3 message but what it tells; `clock` is its engine's boots and seconds."""

    identifier: int
    flags: int
    engine: bytes
    clock: tuple[int, int]
    user: bytes
    digest: bytes
    salt: bytes


class Opened(NamedTuple):
    """An envelope, where its digest lies in the datagram, and where its body does."""

    envelope: Envelope
    digest_at: int
    body_at: int
    end: int


def unwrap(data: bytes) -> Opened:
    """Read the envelope of a whole message; raises `SnmpDecodeError`, and nothing else."""
    at, end = ber.enter(data, 0, len(data), ber.SEQUENCE)
    version, at = ber.read_integer(data, at, end)
    if version != Version.V3:
        raise SnmpDecodeError(f"version {version} is not v3")
    return unseal(data, at, end)


def unseal(data: bytes, at: int, end: int) -> Opened:
    """Read the envelope of a message that begins after its version; raises `SnmpDecodeError`."""
    start, after_header = ber.enter(data, at, end, ber.SEQUENCE)
    identifier, start = _natural(data, start, after_header)
    _, start = _natural(data, start, after_header)
    flags, start = ber.read_octets(data, start, after_header)
    model, _ = _natural(data, start, after_header)
    if model != _USM or len(flags) != 1 or flags[0] & (AUTH | PRIV) == PRIV:
        raise SnmpDecodeError(f"security model {model}, flags {flags.hex()}")
    start, body_at = ber.enter(data, after_header, end, ber.OCTETS)
    start, stop = ber.enter(data, start, body_at, ber.SEQUENCE)
    engine, start = ber.read_octets(data, start, stop)
    boots, start = _natural(data, start, stop)
    seconds, start = _natural(data, start, stop)
    user, start = ber.read_octets(data, start, stop)
    digest, salt_at = ber.read_octets(data, start, stop)
    salt, _ = ber.read_octets(data, salt_at, stop)
    envelope = Envelope(identifier, flags[0], engine, (boots, seconds), user, digest, salt)
    return Opened(envelope, salt_at - len(digest), body_at, end)


def seal(envelope: Envelope, body: bytes) -> bytes:
    """Return the whole message; its digest is what the envelope says."""
    return ber.tlv(ber.SEQUENCE, head(envelope) + body)


def head(envelope: Envelope) -> bytes:
    """Return all of a message that comes before its body, but for its tag and length."""
    flags = ber.tlv(ber.OCTETS, bytes((envelope.flags,)))
    header = ber.integer(envelope.identifier) + ber.integer(_LARGEST_MESSAGE) + flags
    parameters = (
        ber.tlv(ber.OCTETS, envelope.engine),
        *map(ber.integer, envelope.clock),
        *(ber.tlv(ber.OCTETS, part) for part in (envelope.user, envelope.digest, envelope.salt)),
    )
    security = ber.tlv(ber.OCTETS, ber.tlv(ber.SEQUENCE, b"".join(parameters)))
    return ber.integer(Version.V3) + ber.tlv(ber.SEQUENCE, header + ber.integer(_USM)) + security


def signed(envelope: Envelope, body: bytes, user: User) -> bytes:
    """Return the whole message with the digest that this user gives it."""
    message = seal(envelope._replace(digest=bytes(user.digest_size)), body)
    return seal(envelope._replace(digest=user.digest(envelope.engine, message)), body)


def has_signed(user: User, opened: Opened, data: bytes) -> bool:
    """Tell whether the digest of a datagram is this user's."""
    digest, at = opened.envelope.digest, opened.digest_at
    if len(digest) != user.digest_size:
        return False
    blank = data[:at] + bytes(len(digest)) + data[at + len(digest) :]
    return compare_digest(user.digest(opened.envelope.engine, blank), digest)


def scope(data: bytes, at: int, end: int) -> tuple[bytes, int, int]:
    """Return a scoped PDU's context as it is spelt, and where its PDU begins and may end."""
    start, stop = ber.enter(data, at, end, ber.SEQUENCE)
    _, name_at = ber.read_octets(data, start, stop)
    _, pdu_at = ber.read_octets(data, name_at, stop)
    return data[start:pdu_at], pdu_at, stop


def _natural(data: bytes, at: int, end: int) -> tuple[int, int]:
    number, at = ber.read_integer(data, at, end)
    if not 0 <= number <= _HIGHEST:
        raise SnmpDecodeError(f"{number} where a natural number of 31 bits belongs")
    return number, at
