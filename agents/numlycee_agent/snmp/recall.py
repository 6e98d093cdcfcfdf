"""What a device answered before, so that an answer of the same shape is read in one stroke.

A device that is polled says the same names in the same order every time, and most of its numbers
keep their length. The shape of an answer is then one mask over its octets, and one unpacking of the
values alone: a dozen microseconds for forty cells. Anything else is decoded by `message`.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from struct import Struct
from sys import intern
from typing import NamedTuple

from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.message import Cell, Request, Version
from numlycee_agent.snmp.table import Known, Table
from numlycee_agent.snmp.values import (
    Missing,
    Oid,
    SnmpRefused,
    SnmpStatusError,
    Status,
    Value,
    VarBind,
)
from numlycee_agent.snmp.walk import Question

_MOST_QUESTIONS = 128
_NARROW = {1: "B", 2: "H", 4: "I"}
_READY = {
    ber.INTEGER: {1: "b", 2: "h", 4: "i", 8: "q"},
    ber.COUNTER: _NARROW,
    ber.GAUGE: _NARROW,
    ber.TICKS: _NARROW,
    ber.COUNTER64: {**_NARROW, 8: "Q"},
}
_UNSIGNED = {ber.COUNTER, ber.GAUGE, ber.TICKS, ber.COUNTER64}
_OPERATIONS = (message.GET, message.GET_NEXT, message.GET_BULK)


class Shape:
    """Where the values stand in a datagram; all its other octets are those of the first one."""

    __slots__ = ("_fixed", "_late", "_mask", "_size", "_unpack")

    def __init__(self, data: bytes, cells: Sequence[Cell], identifier: tuple[int, int]) -> None:
        mask, layout, at = bytearray(b"\xff" * len(data)), [">"], 0
        late: list[tuple[int, Callable[[bytes], Value | Missing]]] = []
        for place, (tag, begin, stop) in enumerate(cells):
            # A large unsigned number leads with a zero octet: that one stays, the others vary.
            start = begin + (tag in _UNSIGNED and stop - begin > 1 and not data[begin])
            ready = _READY.get(tag, {}).get(stop - start)
            if ready is None and tag != ber.OCTETS:
                late.append((place, ber.DECODERS[tag]))
            layout.append(f"{start - at}x{ready or f'{stop - start}s'}")
            mask[start:stop] = bytes(stop - start)
            at = stop
        mask[slice(*identifier)] = bytes(identifier[1] - identifier[0])
        self._size, self._late = len(data), tuple(late)
        self._mask = int.from_bytes(mask, "big")
        self._fixed = int.from_bytes(data, "big") & self._mask
        self._unpack = Struct("".join(layout)).unpack_from

    def read(self, data: bytes) -> list[Value] | None:
        """Return the values in order, or `None` for a datagram of another shape."""
        if len(data) != self._size or int.from_bytes(data, "big") & self._mask != self._fixed:
            return None
        values = [*self._unpack(data)]
        for place, decode in self._late:
            values[place] = decode(values[place])
        return values


class _Past(NamedTuple):
    known: Known
    shape: Shape


class Memory:
    """The requests of one device, encoded once, and the shapes of its answers."""

    def __init__(self, host: str, version: Version, community: bytes) -> None:
        self._host = host
        self._version = version
        self._community = community
        self._requests: dict[Question, Request] = {}
        self._pasts: dict[Question, _Past | None] = {}

    def request(self, question: Question) -> Request:
        """Return the encoded request: GET for no repetition, GETNEXT for one, else GETBULK."""
        request = self._requests.get(question)
        if request is None:
            if len(self._requests) >= _MOST_QUESTIONS:
                self.forget()
            operation = _OPERATIONS[min(question.repetitions, 2)]
            repetitions = question.repetitions if operation == message.GET_BULK else 0
            request = self._requests[question] = Request(
                self._version, self._community, operation, question.names, repetitions
            )
        return request

    def past(self, question: Question) -> _Past | None:
        """Return what is known of the answer to a question."""
        return self._pasts.get(question)

    def learn(self, question: Question, data: bytes, binds: Sequence[VarBind]) -> None:
        """Keep the shape of an answer whose names all go forward, once it is not the first."""
        if question not in self._pasts:
            self._pasts[question] = None
            return
        identifier, cells = message.cells(data)
        kept = sorted(_kept(question, binds))
        known = _known(question, binds, kept)
        self._pasts[question] = _Past(known, Shape(data, [cells[at] for at in kept], identifier))

    def binds(self, data: bytes) -> list[VarBind]:
        """Decode an answer; SnmpRefused or SnmpStatusError for an error."""
        response = message.decode(data)
        if response.status in (Status.NO_ACCESS, Status.AUTHORIZATION):
            raise SnmpRefused(f"{self._host} refuses this community")
        if response.status:
            raise SnmpStatusError(response.status, response.index)
        return response.binds

    def forget(self) -> None:
        """Start again with nothing."""
        self._requests.clear()
        self._pasts.clear()


class Heard:
    """One datagram as the answer to a question."""

    __slots__ = ("_binds", "_data", "_memory", "_question")

    def __init__(self, memory: Memory, question: Question, data: bytes) -> None:
        self._memory = memory
        self._question = question
        self._data = data
        self._binds: list[VarBind] | None = None

    @property
    def octets(self) -> int:
        """Return the length of the datagram."""
        return len(self._data)

    def recall(self, table: Table) -> bool:
        """Fill the table, if the answer is shaped as the one before it."""
        past = self._memory.past(self._question)
        if past is None or not table.has_room(self._question.columns, past.known):
            return False
        values = past.shape.read(self._data)
        if values is None:
            return False
        table.take_known(past.known, values)
        return True

    def binds(self) -> list[VarBind]:
        """Decode the whole answer; SnmpRefused or SnmpStatusError for an error."""
        if self._binds is None:
            self._binds = self._memory.binds(self._data)
        return self._binds

    def learn(self) -> None:
        """Remember the shape of this answer."""
        self._memory.learn(self._question, self._data, self.binds())


def _kept(question: Question, binds: Sequence[VarBind]) -> Iterator[int]:
    """Yield the places of the cells that belong to the columns asked for."""
    width = len(question.columns)
    for first, column in enumerate(question.columns):
        prefix = column + "."
        yield from takewhile(
            lambda at, prefix=prefix: (  # type: ignore[misc]  # mypy sees no default there
                binds[at][0].startswith(prefix) and not isinstance(binds[at][1], Missing)
            ),
            range(first, len(binds), width),
        )


def _known(question: Question, binds: Sequence[VarBind], kept: Sequence[int]) -> Known:
    columns, width = question.columns, len(question.columns)
    cells = [(columns[at % width], binds[at][0]) for at in kept]
    offered = [len(range(first, len(binds), width)) for first in range(width)]
    taken = [sum(at % width == first for at in kept) for first in range(width)]
    ended = {
        column for column, some, all_ in zip(columns, taken, offered, strict=True) if some < all_
    }
    last: dict[Oid, Oid] = dict(cells)
    return Known(
        columns=tuple(column for column, _ in cells),
        keys=tuple(intern(name[len(column) + 1 :]) for column, name in cells),
        ended=tuple(ended),
        cursors={column: name for column, name in last.items() if column not in ended},
        height=max(taken),
    )
