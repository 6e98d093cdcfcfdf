"""How records lie in a segment file: a header, then frames that carry their own proof.

A frame is a marker (bytes that UTF-8 never contains), the length of the record, its sequence
number, a CRC-32 of all that, and the record. What is torn or damaged is stepped over: reading goes
on at the next marker that begins a whole frame, and the sequence numbers tell what is missing.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

FORMAT = 1
_MAGIC = b"numlycee-spool"
_HEADER = struct.Struct(f"<{len(_MAGIC)}sH")
_MARKER = b"\xff\xfe\xfdR"
_HEAD = struct.Struct("<4sIQ")
_PROOF = struct.Struct("<I")

HEADER_SIZE = _HEADER.size
FRAME_OVERHEAD = _HEAD.size + _PROOF.size


@dataclass(frozen=True, slots=True)
class Frame:
    """One record found in a segment, and the offset at which the next frame may begin."""

    seq: int
    raw: bytes
    end: int


def header() -> bytes:
    """Return how a segment begins."""
    return _HEADER.pack(_MAGIC, FORMAT)


def format_of(data: bytes) -> int | None:
    """Return the format version of a segment; None when its header is torn or damaged."""
    if len(data) < HEADER_SIZE:
        return None
    magic, version = _HEADER.unpack_from(data)
    return int(version) if magic == _MAGIC else None


def frame(seq: int, raw: bytes) -> bytes:
    """Return the frame of one record."""
    head = _HEAD.pack(_MARKER, len(raw), seq)
    return head + _PROOF.pack(zlib.crc32(raw, zlib.crc32(head))) + raw


def frames(data: bytes, offset: int = HEADER_SIZE) -> Iterator[Frame]:
    """Yield the whole frames from `offset` on, whatever lies between them."""
    while (at := data.find(_MARKER, offset)) >= 0:
        found = _whole(data, at)
        if found is not None:
            yield found
        offset = at + 1 if found is None else found.end


def _whole(data: bytes, at: int) -> Frame | None:
    start = at + FRAME_OVERHEAD
    if start > len(data):
        return None
    _, length, seq = _HEAD.unpack_from(data, at)
    (proof,) = _PROOF.unpack_from(data, at + _HEAD.size)
    raw = data[start : start + length]
    if len(raw) < length or proof != zlib.crc32(raw, zlib.crc32(data[at : at + _HEAD.size])):
        return None
    return Frame(seq, raw, start + length)
