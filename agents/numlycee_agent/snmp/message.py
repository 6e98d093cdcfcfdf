"""SNMP messages (RFC 1157, RFC 1901, RFC 3416): requests encoded once, answers read.

Those of v1 and v2c are whole; of v3 this is the scoped PDU, which its security wraps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.values import Missing, Oid, SnmpDecodeError, Value, VarBind

GET, GET_NEXT, RESPONSE, GET_BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA5, 0xA8

Opener = Callable[[bytes], tuple[int, int]]
"""Finds where the content of the Response PDU begins in an answer, and where it ends."""

_ID = b"\x02\x04"
_PATCHED = b"\0\0\0\0"
_EMPTY = b"\x05\x00"
_SHORT = 0x80


class Version(IntEnum):
    """The version number on the wire."""

    V1 = 0
    V2C = 1
    V3 = 3


class Request:
    """One request of v1 or v2c, encoded once; only its identifier is filled in at each sending."""

    __slots__ = ("_community", "_head", "_tail")

    def __init__(
        self,
        version: Version,
        community: bytes,
        operation: int,
        oids: Sequence[Oid],
        repetitions: int = 0,
    ) -> None:
        pdu, fields = _pdu(operation, oids, repetitions)
        body = ber.integer(version) + ber.tlv(ber.OCTETS, community) + pdu
        message = ber.tlv(ber.SEQUENCE, body)
        self._community = community
        self._tail = fields
        self._head = message[: len(message) - len(fields) - len(_PATCHED)]

    def encode(self, identifier: int) -> bytes:
        """Return the datagram; `identifier` is at least 2^24 and below 2^31, four octets always."""
        return self._head + identifier.to_bytes(4, "big") + self._tail

    def vouches(self, data: bytes) -> bool:
        """Tell whether an answer from another address was given by who was shown the community."""
        try:
            return community_of(data) == self._community
        except SnmpDecodeError:
            return False


class Scoped:
    """One request of v3 without its security; its identifier is filled in at each sending."""

    __slots__ = ("_engine", "_head", "_pdu", "_tail")

    def __init__(self, operation: int, oids: Sequence[Oid], repetitions: int = 0) -> None:
        self._pdu, self._tail = _pdu(operation, oids, repetitions)
        self._engine: bytes | None = None
        self._head = b""

    def encode(self, engine: bytes, identifier: int) -> bytes:
        """Return the scoped PDU for an engine, in its default context; identifiers as above."""
        if engine != self._engine:
            context = ber.tlv(ber.OCTETS, engine) + ber.tlv(ber.OCTETS, b"")
            whole = ber.tlv(ber.SEQUENCE, context + self._pdu)
            self._engine = engine
            self._head = whole[: len(whole) - len(self._tail) - len(_PATCHED)]
        return self._head + identifier.to_bytes(4, "big") + self._tail


def _pdu(operation: int, oids: Sequence[Oid], repetitions: int) -> tuple[bytes, bytes]:
    """Return a PDU without its identifier, and all of it that comes after."""
    binds = b"".join(ber.tlv(ber.SEQUENCE, ber.oid(name) + _EMPTY) for name in oids)
    fields = ber.integer(0) + ber.integer(repetitions) + ber.tlv(ber.SEQUENCE, binds)
    return ber.tlv(operation, _ID + _PATCHED + fields), fields


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its identifier, its error status and index, its variable bindings in order."""

    identifier: int
    status: int
    index: int
    binds: list[VarBind]


def by_community(data: bytes) -> tuple[int, int]:
    """Find the PDU of a v1 or v2c answer."""
    at, end = ber.enter(data, 0, len(data), ber.SEQUENCE)
    version, at = ber.read_integer(data, at, end)
    if version not in (Version.V1, Version.V2C):
        raise SnmpDecodeError(f"version {version} is neither v1 nor v2c")
    _, at = ber.enter(data, at, end, ber.OCTETS)
    return ber.enter(data, at, end, RESPONSE)


def scoped(data: bytes, tag: int = RESPONSE) -> tuple[int, int]:
    """Find the PDU of a v3 answer in its scoped PDU."""
    at, end = ber.enter(data, 0, len(data), ber.SEQUENCE)
    _, at = ber.enter(data, at, end, ber.OCTETS)
    _, at = ber.enter(data, at, end, ber.OCTETS)
    return ber.enter(data, at, end, tag)


def scoped_identifier(data: bytes) -> tuple[int, int]:
    """Return the tag of the PDU in a scoped PDU, and its identifier, as cheaply as above."""
    try:
        at = 2 + (data[1] & 0x7F if data[1] & _SHORT else 0)
        at += data[at + 1] + 2
        at += data[at + 1] + 2
        start = at + 2 + (data[at + 1] & 0x7F if data[at + 1] & _SHORT else 0)
        if data[start : start + 2] == _ID:
            return data[at], int.from_bytes(data[start + 2 : start + 6], "big")
    except IndexError:
        pass
    at, end = ber.enter(data, 0, len(data), ber.SEQUENCE)
    _, at = ber.enter(data, at, end, ber.OCTETS)
    _, at = ber.enter(data, at, end, ber.OCTETS)
    tag, at, end = ber.element(data, at, end)
    return tag, ber.read_integer(data, at, end)[0]


def reported(data: bytes) -> Oid:
    """Return the name of the counter that a report tells (RFC 3412 §7.1)."""
    binds = decode(data, lambda data: scoped(data, REPORT)).binds
    if not binds:
        raise SnmpDecodeError("a report of nothing")
    return binds[0][0]


def decode(data: bytes, find: Opener = by_community) -> Response:
    """Read an answer; raises SnmpDecodeError, and nothing else, for anything else."""
    at, end = find(data)
    identifier, at = ber.read_integer(data, at, end)
    status, at = ber.read_integer(data, at, end)
    index, at = ber.read_integer(data, at, end)
    at, end = ber.enter(data, at, end, ber.SEQUENCE)
    return Response(identifier, status, index, _binds(data, at, end))


Cell = tuple[int, int, int]
"""Where a value stands in a datagram: its tag, where its content starts, where it ends."""


def cells(data: bytes, find: Opener = by_community) -> tuple[tuple[int, int], list[Cell]]:
    """Return where the identifier of an answer stands, and each of its values."""
    at, end = find(data)
    _, start, at = ber.element(data, at, end)
    identifier = start, at
    for _ in range(2):
        _, at = ber.read_integer(data, at, end)
    at, end = ber.enter(data, at, end, ber.SEQUENCE)
    found: list[Cell] = []
    while at < end:
        start, at = ber.enter(data, at, end, ber.SEQUENCE)
        _, name_end = ber.enter(data, start, at, ber.OBJECT)
        found.append(ber.element(data, name_end, at))
    return identifier, found


def identifier_of(data: bytes) -> int:
    """Read only the identifier of an answer, so that strays cost nothing more.

    An answer is nearly always spelt as we spell questions: then only lengths are looked at, since
    whoever takes the answer checks the rest. That of v3 is the one of its header.
    """
    try:
        at, size = 2, data[1]
        if size & _SHORT:
            at += size & 0x7F
            size = int.from_bytes(data[2:at], "big")
        whole = at + size <= len(data)
        if data[at + 2] == Version.V3:
            at += 5  # past the version, and the tag and length of the header
        else:
            at += data[at + 4] + 7  # past the community as well, and those of the PDU
            if data[at - 1] & _SHORT:
                at += data[at - 1] & 0x7F
        if whole and data[at : at + 2] == _ID:
            return int.from_bytes(data[at + 2 : at + 6], "big")
    except IndexError:
        pass
    return _identifier_of(data)


def _identifier_of(data: bytes) -> int:
    at, end = ber.enter(data, 0, len(data), ber.SEQUENCE)
    version, at = ber.read_integer(data, at, end)
    if version == Version.V3:
        at, end = ber.enter(data, at, end, ber.SEQUENCE)
    else:
        at, end = by_community(data)
    return ber.read_integer(data, at, end)[0]


def community_of(data: bytes) -> bytes:
    """Read the community that an answer carries."""
    at, end = ber.enter(data, 0, len(data), ber.SEQUENCE)
    _, at = ber.read_integer(data, at, end)
    return data[slice(*ber.enter(data, at, end, ber.OCTETS))]


def _binds(data: bytes, at: int, end: int) -> list[VarBind]:
    binds: list[VarBind] = []
    while at < end:
        # Nearly every binding has short lengths only: it is recognised and read in place, since
        # this loop is what a poll costs. The sums agree only if no length in it is a long one.
        stop = name_end = end
        if at + 4 < end and data[at + 1] < _SHORT:
            stop, name_end = at + 2 + data[at + 1], at + 4 + data[at + 3]
        if (
            name_end + 2 <= stop <= end
            and name_end + 2 + data[name_end + 1] == stop
            and data[at] == ber.SEQUENCE
            and data[at + 2] == ber.OBJECT
        ):
            name = data[at + 4 : name_end]
            value = ber.read_value(data[name_end], data[name_end + 2 : stop])
            binds.append((_KNOWN.get(name) or _name(name), value))
            at = stop
        else:
            bind, at = _bind(data, at, end)
            binds.append(bind)
    return binds


def _bind(data: bytes, at: int, end: int) -> tuple[VarBind, int]:
    at, stop = ber.enter(data, at, end, ber.SEQUENCE)
    name_start, name_end = ber.enter(data, at, stop, ber.OBJECT)
    tag, start, value_end = ber.element(data, name_end, stop)
    value: Value | Missing = ber.read_value(tag, data[start:value_end])
    return (_name(data[name_start:name_end]), value), stop


_KNOWN: dict[bytes, Oid] = {}
_KNOWN_LIMIT = 20_000


def _name(content: bytes) -> Oid:
    # The same few thousand names come back at every poll: a memo halves the cost of a walk.
    name = _KNOWN.get(content)
    if name is None:
        if len(_KNOWN) >= _KNOWN_LIMIT:
            _KNOWN.clear()
        name = _KNOWN[content] = ber.read_oid(content)
    return name
