"""How far the account of one run is settled: which of its numbers are held, which are lost."""

from dataclasses import dataclass, replace
from typing import Self

from numlycee.domain.intervals import NEVER, Interval, IntervalSet
from numlycee.domain.inventory import Vantage
from numlycee.wire.receipts import Mark

MOST_HOLES = 1000
"""Separate ranges that one run may have; an honest agent, sending in order, has a few."""


@dataclass(frozen=True, slots=True)
class RunMarks:
    """The numbers of one run as half-open sets: `held` (stored or refused) and declared `lost`.

    The two are disjoint: a lost record that is found again is held. `last` is the greatest number
    heard of, `refused` counts the held numbers that had no effect. `began` is None while the run
    is only known by hearsay (a gap, or the first record after a restart).
    """

    uai: str
    run: str
    vantage: Vantage
    began: int | None = None
    held: IntervalSet = NEVER
    lost: IntervalSet = NEVER
    last: int = 0
    refused: int = 0

    @property
    def mark(self) -> Mark:
        """Return what a receipt says: the contiguous mark and the inclusive ranges beyond it."""
        spans = (self.held | self.lost).spans if self.lost else self.held.spans
        if not spans or spans[0][0] != 1:
            return Mark(0, _inclusive(spans))
        return Mark(spans[0][1] - 1, _inclusive(spans[1:]))

    @property
    def stored(self) -> int:
        """Return how many numbers are held for good."""
        return self.held.measure - self.refused

    @property
    def declared_lost(self) -> int:
        """Return how many numbers are lost and not held after all."""
        return self.lost.measure

    @property
    def missing(self) -> int:
        """Return how many numbers up to `last` are neither held nor lost."""
        return self.last - self.held.measure - self.lost.measure

    def reaching(self, last: int) -> Self:
        """Return the marks of a run known to have numbered up to `last`."""
        return self if last <= self.last else replace(self, last=last)

    def losing(self, lost: IntervalSet) -> Self:
        """Return the marks once these numbers, as far as they are not held, are declared lost."""
        lost = lost - self.held
        if not lost - self.lost:
            return self
        return replace(self, lost=self.lost | lost, last=max(self.last, lost.spans[-1][1] - 1))

    def holding(self, seq: int, replaces: IntervalSet, *, refused: bool) -> Self:
        """Return the marks once a number is held, and those that its record replaces."""
        held = including(self.held, seq)
        if replaces:
            held = held | replaces
        return replace(
            self,
            held=held,
            lost=self.lost - held if self.lost else self.lost,
            last=max(self.last, held.spans[-1][1] - 1),
            refused=self.refused + refused,
        )

    def scattered(self, seq: int) -> bool:
        """Tell whether one more number would make one hole too many."""
        return len(self.held.spans) >= MOST_HOLES and not (
            seq - 1 in self.held or seq + 1 in self.held
        )


def numbers(ranges: tuple[Interval, ...]) -> IntervalSet:
    """Return the half-open set of inclusive ranges, as the wire writes them."""
    return IntervalSet.of((first, last + 1) for first, last in ranges)


def including(held: IntervalSet, seq: int) -> IntervalSet:
    """Return the set with one more number; quick for the number that follows the last."""
    if held.spans and held.spans[-1][1] == seq:
        return IntervalSet((*held.spans[:-1], (held.spans[-1][0], seq + 1)))
    return held | IntervalSet(((seq, seq + 1),))


def _inclusive(spans: tuple[Interval, ...]) -> tuple[Interval, ...]:
    return tuple((first, after - 1) for first, after in spans)
