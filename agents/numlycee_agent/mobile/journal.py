"""A journal in which the bulletin after a day of school takes the day's counts of devices."""

from dataclasses import replace

from numlycee.wire.records import Bulletin, Previous, Record
from numlycee_agent.mobile.ports import Counts
from numlycee_agent.ports import Journal


class CountedJournal:
    """A `Journal` upon another; counts are let go of once they are on disk."""

    def __init__(self, journal: Journal, counts: Counts) -> None:
        self._journal = journal
        self._counts = counts

    @property
    def run(self) -> str:
        """Return the name of this life of the process."""
        return self._journal.run

    @property
    def began(self) -> int:
        """Return when this run began, in milliseconds since the epoch."""
        return self._journal.began

    @property
    def previous(self) -> Previous | None:
        """Return the run before this one and its last sequence number, if any is known."""
        return self._journal.previous

    def next_seq(self) -> int:
        """Return the sequence number of the next record."""
        return self._journal.next_seq()

    def keep(self, record: Record) -> None:
        """Append a record, with the counts that wait if it is a bulletin; raises `OSError`."""
        fleet = self._counts.waiting(record.end) if isinstance(record, Bulletin) else None
        if not isinstance(record, Bulletin) or fleet is None:
            self._journal.keep(record)
            return
        self._journal.keep(replace(record, fleet=fleet))
        self._counts.told(fleet)
