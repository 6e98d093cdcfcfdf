"""A gzip stream (RFC 1952) put together from parts, of which some were compressed before.

A part ends on a whole octet and looks back at nothing before it (a full flush, RFC 1951), so that
parts can be laid one after the other; their checksums combine without the text being read again.
One member only: several would be as legal, but browsers and curl stop at the end of the first.
"""

import zlib
from dataclasses import dataclass

_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\x04\xff"
_END = b"\x03\0"
_FASTEST = 1
_POLYNOMIAL = 0xEDB88320
_ONE = 1 << 31
_EIGHTH = 1 << 23


@dataclass(frozen=True, slots=True)
class Part:
    """Octets that are compressed already: their number, their checksum and how it is shifted."""

    size: int
    checksum: int
    shift: int
    packed: bytes


class Gzip:
    """One stream, written from its beginning to its end."""

    def __init__(self) -> None:
        self._pieces = [_HEADER]
        self._fresh = _deflater()
        self._size = self._checksum = 0

    def write(self, data: bytes | bytearray) -> None:
        """Compress some octets."""
        self._pieces.append(self._fresh.compress(data))
        self._checksum = zlib.crc32(data, self._checksum)
        self._size += len(data)

    def lay(self, part: Part) -> None:
        """Add octets that are compressed already."""
        self._pieces += self._fresh.flush(zlib.Z_FULL_FLUSH), part.packed
        self._checksum = _times(part.shift, self._checksum) ^ part.checksum
        self._size += part.size

    def close(self) -> bytes:
        """Return the whole stream."""
        trailer = self._checksum.to_bytes(4, "little") + (self._size & 0xFFFFFFFF).to_bytes(
            4, "little"
        )
        return b"".join([*self._pieces, self._fresh.flush(zlib.Z_FULL_FLUSH), _END, trailer])


def pack(data: bytes) -> Part:
    """Compress octets once for many streams."""
    deflater = _deflater()
    packed = deflater.compress(data) + deflater.flush(zlib.Z_FULL_FLUSH)
    return Part(len(data), zlib.crc32(data), _shift(len(data)), packed)


def _deflater() -> "zlib._Compress":
    return zlib.compressobj(_FASTEST, zlib.DEFLATED, -zlib.MAX_WBITS)


def _shift(octets: int) -> int:
    """Return x to the power of 8 for each octet, modulo the polynomial of CRC-32."""
    power, square = _ONE, _EIGHTH
    while octets:
        if octets & 1:
            power = _times(power, square)
        square = _times(square, square)
        octets >>= 1
    return power


def _times(a: int, b: int) -> int:
    """Return the product of two polynomials over GF(2), bits reflected as in CRC-32."""
    product, bit = 0, _ONE
    while bit:
        if a & bit:
            product ^= b
        b = b >> 1 ^ _POLYNOMIAL if b & 1 else b >> 1
        bit >>= 1
    return product
