"""A walk's memory: what was gathered so far, and the size of question that a device bears."""

from collections.abc import Iterable, Sequence

from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpStatusError,
    SnmpTimeout,
    Status,
    VarBind,
)

_MOST_BINDS = 40
_LADDER = (25, 10, 5, 2, 1)
_SHRINKING = (Status.TOO_BIG, Status.GENERIC)


class BulkSize:
    """How many repetitions a device bears, remembered by its owner; one means GETNEXT."""

    def __init__(self, repetitions: int = _LADDER[0]) -> None:
        self.repetitions = repetitions
        self._most = repetitions
        self._patience = 100
        self._good = 0

    def for_columns(self, count: int) -> int:
        """Return the repetitions to ask for `count` columns at once."""
        return max(1, min(self.repetitions, _MOST_BINDS // count))

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
            self.repetitions, self._good = repetitions, 0
            self._patience *= 2
            return
        self._good += 1
        if self._good >= self._patience and self.repetitions < self._most:
            self.repetitions = min(step for step in _LADDER if step > self.repetitions)
            self._good = 0


class Table:
    """The rows gathered so far, and for each open column the name to go on from."""

    def __init__(self, columns: Sequence[Oid], max_rows: int) -> None:
        self.rows: Columns = {column: {} for column in columns}
        self.cursors: dict[Oid, Oid] = {column: column for column in columns}
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
