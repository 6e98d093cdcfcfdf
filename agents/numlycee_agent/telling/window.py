"""Which batch goes next, and when to begin again: go-back-N over the spool."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from numlycee_agent.spool.segments import Kept, Place
from numlycee_agent.spool.spool import LONGEST_RECORD, Spool

SIZE = 4
PATIENCE = 10.0
LONGEST_PATIENCE = 300.0


@dataclass(slots=True)
class _Flight:
    """A batch under way: when it left, and the records of it that are not confirmed."""

    left: float
    records: list[Kept]


class Window:
    """At most `SIZE` batches wait for their receipt; instants are monotonic seconds.

    When the oldest batch has waited too long, everything unconfirmed is offered again from the
    start; the patience doubles as long as nothing at all is confirmed.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._cursor = Place()
        self._flying: deque[_Flight] = deque()
        self._patience = PATIENCE

    def next(self, now: float) -> Sequence[bytes]:
        """Return the records of the next batch, sent at `now`; none if there is no call for it."""
        if len(self._flying) >= SIZE:
            return ()
        records = self._fill()
        if records:
            self._cursor = records[-1].after
            self._flying.append(_Flight(now, records))
        elif not self._flying and self._spool.unconfirmed:
            self._cursor = Place()  # what was passed over is offered again
        return [kept.raw for kept in records]

    def progress(self) -> None:
        """Take in what the spool's marks now confirm."""
        before = self._waiting()
        for flight in self._flying:
            flight.records = [kept for kept in flight.records if not self._confirmed(kept)]
        self._flying = deque(flight for flight in self._flying if flight.records)
        if self._waiting() < before:
            self._patience = PATIENCE

    def overdue(self, now: float) -> bool:
        """Tell whether the oldest batch has waited too long."""
        return bool(self._flying) and now - self._flying[0].left >= self._patience

    def rewind(self) -> None:
        """Offer everything unconfirmed again, and be more patient."""
        self._flying.clear()
        self._cursor = Place()
        self._patience = min(2 * self._patience, LONGEST_PATIENCE)

    def _fill(self) -> list[Kept]:
        records: list[Kept] = []
        room = LONGEST_RECORD
        for kept in self._spool.pending(self._cursor):
            room -= len(kept.raw)
            if room < 0:
                break
            room -= 1
            records.append(kept)
        return records

    def _waiting(self) -> int:
        return sum(len(flight.records) for flight in self._flying)

    def _confirmed(self, kept: Kept) -> bool:
        mark = self._spool.marks.runs.get(kept.run)
        return mark is not None and kept.seq in mark
