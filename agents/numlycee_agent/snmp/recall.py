"""What a device answered before, so that an answer of the same shape is read in one stroke.

A device that is polled says the same names in the same order every time, and most of its numbers
keep their length. The shape of an answer is then one mask over its octets, and one unpacking of the
values alone: a dozen microseconds for forty cells. Anything else is decoded by `message`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from struct import Struct
from sys import intern
from typing import Any, Generic, NamedTuple, TypeVar

from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.message import Cell, Opener
from numlycee_agent.snmp.table import Known, Table
from numlycee_agent.snmp.values import (
    Grounds,
    Missing,
    Oid,
    SnmpRefused,
    SnmpStatusError,
    Status,
    Value,
    VarBind,
)
from numlycee_agent.snmp.walk import Question

_MOST_QUESTIONS = 32
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

RequestT = TypeVar("RequestT")


class Shape:
    """Where the values stand in a datagram; all its other octets are those of the first one.

    What is said in the cells of `beyond` does not matter.
    """

    __slots__ = ("_fixed", "_late", "_mask", "_size", "_unpack")

    def __init__(
        self,
        data: bytes,
        cells: Sequence[Cell],
        identifier: tuple[int, int],
        beyond: Iterable[Cell] = (),
    ) -> None:
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
        for start, stop in (identifier, *(cell[1:] for cell in beyond)):
            mask[start:stop] = bytes(stop - start)
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


class Memory(Generic[RequestT]):
    """The requests of one device, encoded once, and the shapes of its answers.

    `write` encodes one, from its operation, names and repetitions; `find` opens an answer.
    """

    def __init__(
        self,
        host: str,
        write: Callable[[int, Sequence[Oid], int], RequestT],
        find: Opener = message.by_community,
    ) -> None:
        self._host = host
        self._write = write
        self._find = find
        self._requests: dict[Question, RequestT] = {}
        self._pasts: dict[Question, _Past | None] = {}

    def request(self, question: Question) -> RequestT:
        """Return the encoded request: GET for no repetition, GETNEXT for one, else GETBULK."""
        request = self._requests.get(question)
        if request is None:
            operation = _OPERATIONS[min(question.repetitions, 2)]
            repetitions = question.repetitions if operation == message.GET_BULK else 0
            request = self._write(operation, question.names, repetitions)
            if not question.columns or question in self._pasts:  # a step of a walk asked again
                if len(self._requests) >= _MOST_QUESTIONS:
                    self.forget()
                self._requests[question] = request
        return request

    def past(self, question: Question) -> _Past | None:
        """Return what is known of the answer to a question."""
        return self._pasts.get(question)

    def learn(self, question: Question, data: bytes, binds: Sequence[VarBind]) -> None:
        """Keep the shape of an answer whose names all go forward, once it is not the first."""
        if question not in self._pasts:
            if len(self._pasts) >= _MOST_QUESTIONS:
                self.forget()
            self._pasts[question] = None
            return
        identifier, cells = message.cells(data, self._find)
        kept = sorted(_kept(question, binds))
        known = _known(question, binds, kept)
        beyond = set(range(len(cells))).difference(kept)
        shape = Shape(data, [cells[at] for at in kept], identifier, [cells[at] for at in beyond])
        self._pasts[question] = _Past(known, shape)

    def binds(self, data: bytes) -> list[VarBind]:
        """Decode an answer; SnmpRefused or SnmpStatusError for an error."""
        response = message.decode(data, self._find)
        if response.status in (Status.NO_ACCESS, Status.AUTHORIZATION):
            raise SnmpRefused(self._host, Grounds.VIEW)
        if response.status:
            raise SnmpStatusError(response.status, response.index)
        return response.binds

    def forget(self) -> None:
        """Start again with nothing."""
        self._requests.clear()
        self._pasts.clear()


class Heard:
    """One datagram as the answer to a question; `wrapping` is how much longer it came."""

    __slots__ = ("_binds", "_data", "_memory", "_question", "octets")

    def __init__(
        self, memory: Memory[Any], question: Question, data: bytes, wrapping: int = 0
    ) -> None:
        self.octets = len(data) + wrapping
        self._memory = memory
        self._question = question
        self._data = data
        self._binds: list[VarBind] | None = None

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
