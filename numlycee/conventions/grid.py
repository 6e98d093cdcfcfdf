"""Regular instants over a period: beats, samples, small intervals."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from numlycee.conventions.model import Case
from numlycee.domain.intervals import Interval, IntervalSet


@dataclass(frozen=True, slots=True)
class Grid:
    """`count` whole steps of `step` milliseconds from `start`."""

    start: int
    step: int
    count: int

    @classmethod
    def over(cls, case: Case, step: int) -> Self:
        """Lay steps from the start of the period; what is left at its end is no step."""
        return cls(case.start, step, (case.until - case.start) // step)

    def beats(self, seen: IntervalSet) -> IntervalSet:
        """Return the beats that fall in `seen`, each standing for one whole step."""
        spans = ((self._first(a), self._first(b)) for a, b in seen)
        return self.instants(IntervalSet.of(spans).clip(0, self.count))

    def touched(self, seen: IntervalSet) -> IntervalSet:
        """Return the whole steps that share an instant with `seen`."""
        spans = ((self._index(a), self._index(b - 1) + 1) for a, b in seen)
        return self.instants(IntervalSet.of(spans).clip(0, self.count))

    def mostly(self, seen: IntervalSet, percent: int) -> IntervalSet:
        """Return the indices of the steps of which more than `percent` lies in `seen`."""
        parts: dict[int, int] = {}
        whole: list[Interval] = []
        for a, b in seen.clip(self.start, self.start + self.count * self.step):
            first, last = self._index(a), self._index(b - 1)
            whole.append((first + 1, last))
            for index, length in self._ends(a, b, first, last):
                parts[index] = parts.get(index, 0) + length
        bad = ((i, i + 1) for i, length in parts.items() if 100 * length > percent * self.step)
        return IntervalSet.of([*whole, *bad])

    def instants(self, indices: IntervalSet) -> IntervalSet:
        """Return the instants of steps given by their indices."""
        return IntervalSet(
            tuple((self.start + a * self.step, self.start + b * self.step) for a, b in indices)
        )

    def _ends(self, a: int, b: int, first: int, last: int) -> Iterator[tuple[int, int]]:
        if first == last:
            yield first, b - a
        else:
            yield first, self.start + (first + 1) * self.step - a
            yield last, b - self.start - last * self.step

    def _index(self, instant: int) -> int:
        return (instant - self.start) // self.step

    def _first(self, instant: int) -> int:
        """Return the index of the first beat at or after an instant."""
        return -((self.start - instant) // self.step)
