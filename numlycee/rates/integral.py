"""Sets of instants as arrays, and their integrals: the one vectorised piece of arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from numlycee.domain.intervals import IntervalSet

Ints = npt.NDArray[np.int64]

LINE = 1 << 42
"""Room for one set on a common axis: instant t of set n lies at ``n * LINE + t`` (until 2109)."""
FOREVER = LINE - 1
"""The last instant that has a place on a line: an end that nobody knows."""

BEYOND = 1 << 62
"""Farther than any line."""


def ints(values: Sequence[int]) -> Ints:
    """Return integers as an array."""
    return np.array(values, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Integral:
    """Several sets of instants laid end to end on one axis, and the measure up to any point.

    Differences between two points of one line are exact milliseconds. `starts` and `ends` are
    sorted and disjoint. Beyond the n-th start the measure is ``min(t + shift[n], after[n])``.
    """

    starts: Ints
    ends: Ints
    shift: Ints
    after: Ints

    @classmethod
    def of(cls, lines: Sequence[IntervalSet]) -> Self:
        """Lay sets out, one line each."""
        spans = [(n * LINE + a, n * LINE + b) for n, line in enumerate(lines) for a, b in line]
        pairs = ints([edge for span in spans for edge in span]).reshape(-1, 2)
        return cls.over(pairs[:, 0], pairs[:, 1])

    @classmethod
    def over(cls, starts: Ints, ends: Ints) -> Self:
        """Take intervals that already lie sorted and disjoint on the axis."""
        after = np.concatenate((ints([0]), np.cumsum(ends - starts)))
        shift = np.concatenate((ints([0]), after[:-1] - starts))
        return cls(starts, ends, shift, after)

    def __call__(self, points: Ints) -> Ints:
        """Return the measure in front of each point, which is not negative."""
        passed = np.searchsorted(self.starts, points, side="right")
        measure: Ints = np.minimum(points + self.shift[passed], self.after[passed])
        return measure

    def first_after(self, points: Ints) -> Ints:
        """Return the first member at or after each point, `BEYOND` or more when there is none."""
        starts = np.append(self.starts, BEYOND)
        index = np.searchsorted(self.ends, points, side="right")
        first: Ints = np.maximum(points, starts[index])
        return first

    def outside(self, points: Ints) -> Ints:
        """Return each point that is no member, and for a member the end of its interval."""
        if not len(self.starts):
            return points
        index = np.maximum(np.searchsorted(self.starts, points, side="right") - 1, 0)
        inside = (self.starts[index] <= points) & (points < self.ends[index])
        return np.where(inside, self.ends[index], points)
