"""The part of BER that SNMP uses (RFC 3416, X.690): definite lengths, small tags."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address
from struct import error as struct_error
from struct import unpack

from numlycee_agent.snmp.values import Missing, Oid, SnmpDecodeError, Value

INTEGER, OCTETS, NULL, OBJECT, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
ADDRESS, COUNTER, GAUGE, TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46

_LONG = 0x80
_ARC_LIMIT = 2**32 - 1
_NUMBER_OCTETS = 9
_OPAQUE_FLOATS = {b"\x9f\x78\x04": ">f", b"\x9f\x79\x08": ">d"}


def tlv(tag: int, content: bytes) -> bytes:
    """Return one element: tag, definite length, content."""
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(octets))) + octets + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Return a whole number in the fewest octets of two's complement."""
    magnitude = value if value >= 0 else ~value
    return tlv(tag, value.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True))


@lru_cache(maxsize=4096)
def oid(name: Oid) -> bytes:
    """Return an OBJECT IDENTIFIER; ValueError for what is not a dotted OID of uint32 arcs."""
    arcs = [int(arc) for arc in name.split(".")]
    first, second = (*arcs, 0)[:2]
    limit = _ARC_LIMIT if first == 2 else 39  # noqa: PLR2004  (X.690 §8.19.4)
    if not (0 <= first <= 2 and 0 <= second <= limit) or max(arcs) > _ARC_LIMIT or min(arcs) < 0:  # noqa: PLR2004
        raise ValueError(f"{name!r} is not an object identifier")
    return tlv(OBJECT, b"".join(_arc(arc) for arc in (first * 40 + second, *arcs[2:])))


def _arc(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(arc & 0x7F | _LONG)
    return bytes(reversed(octets))


def element(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return (tag, start of content, end of content) of the element at `at`, held before `end`."""
    start = at + 2
    if start > end:
        raise SnmpDecodeError("an element is cut short")
    tag, size = data[at], data[at + 1]
    if size >= _LONG:
        count = size & 0x7F
        if not count or start + count > end:
            raise SnmpDecodeError("a length is indefinite or cut short")
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + size > end:
        raise SnmpDecodeError("an element is longer than what holds it")
    return tag, start, start + size


def enter(data: bytes, at: int, end: int, expected: int) -> tuple[int, int]:
    """Return where the content of the element at `at` begins and ends; it bears this tag."""
    tag, start, stop = element(data, at, end)
    if tag != expected:
        raise SnmpDecodeError(f"tag {tag:#04x} where {expected:#04x} belongs")
    return start, stop


def read_octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """Return the OCTET STRING at `at` and where it ends."""
    start, stop = enter(data, at, end, OCTETS)
    return data[start:stop], stop


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the INTEGER at `at` and where it ends."""
    tag, start, stop = element(data, at, end)
    if tag != INTEGER:
        raise SnmpDecodeError(f"tag {tag:#04x} where an INTEGER belongs")
    return _signed(data[start:stop]), stop


def read_oid(content: bytes) -> Oid:
    """Return the dotted OID of an element's content; arcs wider than 32 bits keep their low 32."""
    if not content:
        return "0.0"
    if content[-1] >= _LONG:
        raise SnmpDecodeError("an OID ends within an arc")
    arcs, arc = [], 0
    for octet in content:
        arc = (arc << 7 | octet & 0x7F) & _ARC_LIMIT
        if octet < _LONG:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def read_value(tag: int, content: bytes) -> Value | Missing:
    """Return the value of a variable binding, decoded tolerantly (RFC 2578 §7.1, RFC 3416 §3)."""
    decoder = DECODERS.get(tag)
    if decoder is None:
        raise SnmpDecodeError(f"tag {tag:#04x} is no SNMP type")
    return decoder(content)


def opaque(content: bytes) -> Value:
    """Return the number that net-snmp wraps in an Opaque, else the octets themselves."""
    layout = _OPAQUE_FLOATS.get(content[:3])
    if layout is None:
        return content
    try:
        number: float = unpack(layout, content[3:])[0]
    except struct_error:
        return content
    return number


def _signed(content: bytes) -> int:
    if len(content) > _NUMBER_OCTETS:
        raise SnmpDecodeError("a number is too long")
    return int.from_bytes(content, "big", signed=True)


def _unsigned(bits: int) -> Callable[[bytes], int]:
    # Some agents forget the leading zero octet of a large counter, others extend its sign.
    mask = (1 << bits) - 1

    def read(content: bytes) -> int:
        if len(content) > _NUMBER_OCTETS:
            raise SnmpDecodeError("a number is too long")
        return int.from_bytes(content, "big") & mask

    return read


def _address(content: bytes) -> Value:
    try:
        return str(IPv4Address(content))
    except AddressValueError:
        return content


def _absent(missing: Missing) -> Callable[[bytes], Missing]:
    return lambda _: missing


DECODERS: dict[int, Callable[[bytes], Value | Missing]] = {
    INTEGER: _signed,
    OCTETS: bytes,
    0x03: bytes,
    OBJECT: read_oid,
    ADDRESS: _address,
    COUNTER: _unsigned(32),
    GAUGE: _unsigned(32),
    TICKS: _unsigned(32),
    OPAQUE: opaque,
    0x45: bytes,
    COUNTER64: _unsigned(64),
    0x47: _unsigned(32),
    **{missing.value: _absent(missing) for missing in Missing},
}
