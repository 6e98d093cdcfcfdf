"""One run within one transaction: read once, changed in memory, written once."""

from dataclasses import replace

from numlycee.collector.marks import RunMarks
from numlycee.collector.ports import Entry, Transaction
from numlycee.collector.timeline import RunTimeline, Stretch
from numlycee.domain.intervals import Interval, IntervalSet
from numlycee.domain.inventory import Vantage
from numlycee.wire.records import Key


class Book:
    """The account of one run; `flush` writes what changed.

    `hull` is the interval that holds every bulletin to come: the rows that touch it are read.
    """

    def __init__(
        self, transaction: Transaction, uai: str, run: str, vantage: Vantage, hull: Interval
    ) -> None:
        """Open the account of a run, new or known."""
        self._transaction = transaction
        self._known = transaction.run(uai, run)
        self.marks = self._known or RunMarks(uai, run, vantage)
        self._hull = hull
        self._entries: dict[int, Entry] = {}
        self._timeline: RunTimeline | None = None

    def opened_by(self, key: Key) -> bool:
        """Tell whether a record is of this run, and note when the run began."""
        if self.marks.began is None:
            self.marks = replace(self.marks, began=key.began)
        return (self.marks.vantage, self.marks.began) == (key.vantage, key.began)

    def entry(self, seq: int) -> Entry | None:
        """Return what is known of a number that is held; None if replaced or pruned."""
        marks = self.marks
        return self._entries.get(seq) or self._transaction.entry(marks.uai, marks.run, seq)

    def enter(self, entry: Entry, replaces: IntervalSet) -> None:
        """Hold a number, and those that its record replaces."""
        self._entries[entry.seq] = entry
        self.marks = self.marks.holding(entry.seq, replaces, refused=entry.refused is not None)

    @property
    def timeline(self) -> RunTimeline:
        """Return the intervals of the run around the hull."""
        if self._timeline is None:
            marks = self.marks
            rows = (
                self._transaction.stretch(marks.uai, marks.run, *self._hull)
                if self._known
                else Stretch()
            )
            self._timeline = RunTimeline(rows)
        return self._timeline

    def flush(self, at: int) -> None:
        """Write the marks, the entries received at an instant and the intervals."""
        uai, run = self.marks.uai, self.marks.run
        if self.marks != self._known:
            self._transaction.keep_run(self.marks)
        if self._entries:
            self._transaction.enter(uai, run, tuple(self._entries.values()), at)
        if self._timeline:
            removed, added = self._timeline.change()
            if removed or added:
                self._transaction.replace(uai, run, removed, added)
