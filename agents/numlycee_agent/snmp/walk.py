"""Walking tables with packed GETBULKs whose size follows what the device bears.

The walk itself does no input or output: it is a generator of questions, to which whoever drives it
sends the answers or throws the faults.
"""

from collections.abc import Generator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from numlycee_agent.snmp.table import BulkSize, Table
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpStatusError,
    SnmpTimeout,
    Status,
    VarBind,
)


class Question(NamedTuple):
    """The successors of `names`, one name in each of `columns`: GETNEXT for one repetition."""

    columns: tuple[Oid, ...]
    names: tuple[Oid, ...]
    repetitions: int


class Answer(Protocol):
    """What a device said; `octets` is the length of it, or zero where that is not known."""

    @property
    def octets(self) -> int:
        """Return the length of the datagram."""
        ...

    def recall(self, table: Table) -> bool:
        """Fill the table in one stroke, if the answer has the shape of one before it."""
        ...

    def binds(self) -> list[VarBind]:
        """Return the variable bindings; SnmpStatusError for an answer that is an error."""
        ...

    def learn(self) -> None:
        """Remember the shape of this answer, in which every name goes forward."""
        ...


class Listed:
    """An answer in bindings that are decoded already, of which nothing is remembered."""

    octets = 0

    def __init__(self, binds: list[VarBind]) -> None:
        self._binds = binds

    def recall(self, table: Table) -> bool:  # noqa: ARG002  (nothing to recall)
        """Recall nothing."""
        return False

    def binds(self) -> list[VarBind]:
        """Return what was listed."""
        return self._binds

    def learn(self) -> None:
        """Learn nothing."""


Walking = Generator[Question, Answer, Columns]
_Exchange = Generator[Question, Answer, None]


def walking(columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Walking:
    """Return the rows below `columns`, several columns in each exchange.

    What was read is kept when a device breaks a table off; only silence is raised.
    """
    table = Table(columns, max_rows)
    cursors = table.cursors
    while cursors:
        batch = tuple(islice(cursors, size.columns))
        names = tuple(map(cursors.__getitem__, batch))
        yield from _exchange(table, size, batch, names)
    return table.rows


def _exchange(
    table: Table, size: BulkSize, columns: tuple[Oid, ...], names: tuple[Oid, ...]
) -> _Exchange:
    asked = repetitions = size.for_columns(len(columns), columns[0])
    while True:
        question = Question(columns, names, repetitions)
        try:
            answer = yield question
            if not answer.recall(table):
                yield from _read(table, size, question, answer)
        except (SnmpTimeout, SnmpStatusError) as fault:
            smaller = size.below(repetitions, fault)
            if smaller is None:
                yield from _fewer(table, size, question, fault)
                return
            repetitions = smaller
        else:
            size.bore(repetitions, asked)
            return


def _read(table: Table, size: BulkSize, question: Question, answer: Answer) -> _Exchange:
    binds, columns = answer.binds(), question.columns
    if not binds and question.repetitions > 1:
        raise SnmpStatusError(Status.TOO_BIG)  # so some say it, without the status
    size.weigh(columns[0], answer.octets, len(binds))
    forward = _forward(question, binds)
    if forward >= len(binds) or table.unordered or question.repetitions == 1:
        table.unordered |= forward < len(binds)
        table.take_rows(columns, binds)
        if not table.unordered and binds:
            answer.learn()
        return
    if forward:
        table.take_rows(columns, binds[:forward])
    yield from _doubt(table, size, columns, binds[forward : forward + len(columns)])


def _doubt(
    table: Table, size: BulkSize, columns: Sequence[Oid], doubtful: Sequence[VarBind]
) -> _Exchange:
    """Ask a row that went backwards again by GETNEXT: the table is so, or GETBULK is broken."""
    open_columns = tuple(column for column in columns if column in table.cursors)
    if not open_columns:
        return
    names = tuple(table.cursors[column] for column in open_columns)
    binds = (yield Question(open_columns, names, 1)).binds()
    told = dict(zip(columns, (name for name, _ in doubtful), strict=False))
    if [name for name, _ in binds] == [told.get(column) for column in open_columns]:
        table.unordered = True
    else:
        size.distrust()
    table.take_rows(open_columns, binds)


def _fewer(
    table: Table, size: BulkSize, question: Question, fault: SnmpTimeout | SnmpStatusError
) -> _Exchange:
    """Ask for the first half of the columns only, down to one; the walk comes for the others.

    After silence it is one at once: if that is not answered either, then nothing will be.
    """
    columns = question.columns
    silent = isinstance(fault, SnmpTimeout)
    if silent and len(columns) == 1:
        raise fault
    while len(columns) > 1:
        columns = columns[: 1 if silent else len(columns) // 2]
        try:
            answer = yield Question(columns, question.names[: len(columns)], 1)
            table.take_rows(columns, answer.binds())
        except SnmpStatusError:
            continue
        size.narrow(len(columns), fault)
        return
    del table.cursors[columns[0]]


def _forward(question: Question, binds: Sequence[VarBind]) -> int:
    """Return how many bindings stand in rows that go forward in every column."""
    width, found = len(question.columns), len(binds)
    for at, (column, name) in enumerate(zip(question.columns, question.names, strict=True)):
        row = _stumble(column, name, binds[at:found:width])
        if row is not None:
            found = row * width
    return found


def _stumble(column: Oid, name: Oid, binds: Sequence[VarBind]) -> int | None:
    """Return the first row of one column that does not go forward, before the column ends."""
    prefix, start = column + ".", len(column) + 1
    last = _arcs(name[start:])
    for row, (following, value) in enumerate(binds):
        if isinstance(value, Missing):
            return None
        if not following.startswith(prefix):
            return None if _arcs(following) > _arcs(name) else row
        arcs = _arcs(following[start:])
        if arcs <= last:
            return row
        last = arcs
    return None


def _arcs(name: str) -> list[int]:
    # A list: Python keeps thousands of dead tuples for later, a mebibyte of them after a start.
    return [*map(int, name.split("."))] if name else []
