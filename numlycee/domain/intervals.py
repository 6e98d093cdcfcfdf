"""Sets of instants as sorted, disjoint, non-touching half-open intervals of milliseconds."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """An immutable set of instants; build one with `of`, combine with ``| & -``."""

    spans: tuple[Interval, ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> Self:
        """Return the union of any intervals, in any order; empty or reversed ones vanish."""
        merged: list[Interval] = []
        for start, end in sorted(span for span in intervals if span[0] < span[1]):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    def __or__(self, other: "IntervalSet") -> "IntervalSet":
        """Return the union."""
        return IntervalSet.of((*self.spans, *other.spans))

    def __and__(self, other: "IntervalSet") -> "IntervalSet":
        """Return the intersection."""
        return IntervalSet(tuple(_overlaps(self.spans, other.spans)))

    def __sub__(self, other: "IntervalSet") -> "IntervalSet":
        """Return the instants of this set that are not in `other`."""
        if not self.spans:
            return self
        return self & other.complement(self.spans[0][0], self.spans[-1][1])

    def complement(self, start: int, end: int) -> "IntervalSet":
        """Return the instants of ``[start, end)`` that are not in this set."""
        gaps: list[Interval] = []
        at = start
        for a, b in self.spans:
            gaps.append((at, min(a, end)))
            at = max(at, b)
        gaps.append((at, end))
        return IntervalSet(tuple(gap for gap in gaps if gap[0] < gap[1]))

    def clip(self, start: int, end: int) -> "IntervalSet":
        """Return the part inside ``[start, end)``; costs no more than what it returns."""
        first = max(bisect_right(self.spans, (start, _LATEST)) - 1, 0)
        last = bisect_left(self.spans, (end,))
        near = ((max(a, start), min(b, end)) for a, b in self.spans[first:last])
        return IntervalSet(tuple(span for span in near if span[0] < span[1]))

    @property
    def measure(self) -> int:
        """Return the total length in milliseconds."""
        return sum(end - start for start, end in self.spans)

    def __contains__(self, instant: object) -> bool:
        """Tell whether an instant belongs to the set."""
        if not isinstance(instant, int):
            return False
        index = bisect_right(self.spans, (instant, _LATEST)) - 1
        return index >= 0 and instant < self.spans[index][1]

    def covers(self, start: int, end: int) -> bool:
        """Tell whether every instant of ``[start, end)``, not empty, is in the set."""
        place = bisect_right(self.spans, (start, _LATEST)) - 1
        return place >= 0 and end <= self.spans[place][1]

    def __bool__(self) -> bool:
        """Tell whether the set holds any instant."""
        return bool(self.spans)

    def __iter__(self) -> Iterator[Interval]:
        """Iterate over the disjoint intervals, earliest first."""
        return iter(self.spans)


NEVER = IntervalSet()
_LATEST = 1 << 62


def _overlaps(left: tuple[Interval, ...], right: tuple[Interval, ...]) -> Iterator[Interval]:
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            yield (start, end)
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
