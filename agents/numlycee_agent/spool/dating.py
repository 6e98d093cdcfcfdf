"""Which records can be dated, and by how much they are moved when they are offered."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from numlycee.wire.receipts import Receipt
from numlycee_agent.spool import dates
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.segments import Guess, Kept, Segment
from numlycee_agent.timing.timeline import TimeLine

_log = logging.getLogger(__name__)


class Dating:
    """What is known of the boots in a spool's directory, and of this one by its line of time.

    Without a line the clock is believed: all that is written is dated.
    """

    def __init__(self, directory: Path, line: TimeLine | None, disk: Disk) -> None:
        self._path = directory / dates.FILE
        self._line = line
        self._disk = disk
        self._dates = dates.load(self._path)

    @property
    def guess(self) -> Guess | None:
        """Return the line of what is written now; None when it is dated."""
        line = self._line
        return Guess(line.boot, line.anchor) if line and not line.dated else None

    def renew(self) -> None:
        """Let the line take a better anchor, as a run ends."""
        if self._line is not None:
            self._line.renew()

    def hear(self, receipt: Receipt) -> None:
        """Let the line learn from an authenticated receipt."""
        if self._line is not None:
            self._line.hear(receipt)

    def shift(self, segment: Segment) -> int | None:
        """Return by how much the records of a segment are to be moved; None before it is known."""
        if segment.guess is None:
            return 0
        known = self._dates.boots.get(segment.guess.boot)
        return known.first - segment.guess.anchor if known else None

    def dated(self, segment: Segment, kept: Kept) -> Kept:
        """Return a record of a segment whose shift is known, as it is offered."""
        shift = self.shift(segment)
        return replace(kept, raw=dates.moved(kept.raw, shift)) if shift else kept

    def is_hopeless(self, segment: Segment) -> bool:
        """Tell whether nothing can ever date a segment: its boot is over."""
        here = self._line.boot if self._line else ""
        guess = segment.guess
        return guess is not None and guess.boot != here and self.shift(segment) is None

    def note(self, segments: Iterable[Segment], began: int) -> None:
        """Make durable what dates this boot, before anything is offered by it; raises `OSError`."""
        line = self._line
        if line is None or not line.dated:
            return
        held = {segment.guess.boot for segment in segments if segment.guess}
        known = self._dates.knowing(line.boot, line.anchor, began).only({*held, line.boot})
        if known != self._dates:
            dates.save(self._path, known, self._disk)
            self._dates = known
