"""A walk's memory: what was gathered so far, and the size of question that a device bears."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpStatusError,
    SnmpTimeout,
    Status,
    Value,
    VarBind,
)

_MOST_BINDS = 40
_MOST_COLUMNS = 10
_DATAGRAM = 1400
_LADDER = (25, 10, 5, 2, 1)
_SHRINKING = (Status.TOO_BIG, Status.GENERIC)


class BulkSize:
    """How many repetitions a device bears, remembered by its owner; one means GETNEXT."""

    def __init__(self, repetitions: int = _LADDER[0]) -> None:
        self.repetitions = repetitions
        self.columns = _MOST_COLUMNS
        self._most = repetitions
        self._patience = 100
        self._good = 0
        self._fitting: dict[Oid, int] = {}

    def for_columns(self, count: int, first: Oid = "") -> int:
        """Return the repetitions to ask for `count` columns at once, of which `first` leads."""
        binds = self._fitting.get(first, _MOST_BINDS)
        return max(1, min(self.repetitions, binds // count))

    def below(self, failed: int, fault: SnmpTimeout | SnmpStatusError) -> int | None:
        """Return the next smaller size to try; silence costs a time-out a step: fewer steps."""
        smaller = [step for step in _LADDER if step < failed]
        if not smaller or (isinstance(fault, SnmpStatusError) and fault.status not in _SHRINKING):
            return None
        return smaller[0] if isinstance(fault, SnmpStatusError) else smaller[len(smaller) // 2]

    def bore(self, repetitions: int, asked: int) -> None:
        """Learn that `repetitions` were answered where `asked` were not, or were as well.

        A lowered size is tried one step higher after a while, and a longer while each time: a
        moment of loss must not slow a device down for ever.
        """
        if repetitions < asked:
            self.repetitions, self._good = min(repetitions, self._most), 0
            self._patience *= 2
            return
        self._good += 1
        if self._good >= self._patience and self.repetitions < self._most:
            self.repetitions = min(step for step in _LADDER if step > self.repetitions)
            self._good = 0

    def weigh(self, first: Oid, octets: int, binds: int) -> None:
        """Learn from an answer about these columns how many bindings fit in one datagram."""
        if octets > _DATAGRAM:
            self._fitting[first] = max(1, binds * _DATAGRAM // octets)

    def narrow(self, columns: int, fault: SnmpTimeout | SnmpStatusError) -> None:
        """Learn that only so many columns at once are answered; genErr blames one of them only."""
        if isinstance(fault, SnmpTimeout) or fault.status == Status.TOO_BIG:
            self.columns = columns

    def distrust(self) -> None:
        """Learn that the device answers GETBULK with something else than GETNEXT: never again."""
        self.repetitions = self._most = 1


@dataclass(frozen=True, slots=True)
class Known:
    """What an answer brought to a table, apart from the values: which cells, and what follows.

    `columns` and `keys` go together, one for each value; `height` is the most rows of a column.
    """

    columns: tuple[Oid, ...]
    keys: tuple[str, ...]
    ended: tuple[Oid, ...]
    cursors: Mapping[Oid, Oid]
    height: int


class Table:
    """The rows gathered so far, and for each open column the name to go on from."""

    def __init__(self, columns: Sequence[Oid], max_rows: int) -> None:
        self.rows: Columns = {column: {} for column in columns}
        self.cursors: dict[Oid, Oid] = {column: column for column in columns}
        self.unordered = False
        self._max_rows = max_rows

    def take(self, column: Oid, binds: Iterable[VarBind]) -> None:
        """Keep cells of one column; close it at its end, its cap, or a name already seen.

        A name that is merely out of order is kept: some agents list tables unsorted. One that
        comes twice would loop for ever, and ends the column.
        """
        rows, prefix = self.rows[column], column + "."
        start, room = len(prefix), self._max_rows - len(rows)
        for name, value in binds:
            index = name[start:]
            if isinstance(value, Missing) or not name.startswith(prefix) or index in rows:
                del self.cursors[column]
                return
            rows[index] = value
            self.cursors[column] = name
            room -= 1
            if not room:
                del self.cursors[column]
                return

    def take_rows(self, columns: Sequence[Oid], binds: Sequence[VarBind]) -> None:
        """Keep the cells of one packed answer, which may be cut anywhere; an empty one ends all."""
        for at, column in enumerate(columns):
            self.take(column, binds[at :: len(columns)])
        if not binds:
            for column in columns:
                del self.cursors[column]

    def has_room(self, asked: Iterable[Oid], known: Known) -> bool:
        """Tell whether a known answer stays below the cap, and cannot bring a row twice."""
        rows = self.rows
        most = max([len(rows[column]) for column in asked])
        return not self.unordered and most + known.height < self._max_rows

    def take_known(self, known: Known, values: Iterable[Value]) -> None:
        """Keep the values of an answer whose names all go forward and are known already."""
        rows = self.rows
        for column, key, value in zip(known.columns, known.keys, values, strict=True):
            rows[column][key] = value
        self.cursors.update(known.cursors)
        for column in known.ended:
            del self.cursors[column]
