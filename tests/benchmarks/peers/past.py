"""The same past for every peer: as events of state changes, as samples, and as known truth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numlycee.domain.states import State

Ints = npt.NDArray[np.int64]
UP, DOWN, UNKNOWN = 0, 1, 2
PERIOD = 60_000
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Past:
    """Spells in columns, ordered by subject and start, disjoint; `subject` indexes `names`.

    `start` and `until` are the window, `[start, until)` in milliseconds; `code` is what peers keep.
    """

    names: Sequence[str]
    start: int
    until: int
    subject: Ints
    begin: Ints
    end: Ints
    code: Ints

    @classmethod
    def of(
        cls,
        names: Sequence[str],
        spells: Iterable[tuple[str, int, int, State]],
        start: int,
        until: int,
    ) -> "Past":
        """Return the past of these subjects from spells (subject, start, end, state)."""
        index = {name: n for n, name in enumerate(names)}
        rows = [(index[name], begin, end, _code(state)) for name, begin, end, state in spells]
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        subject, begin, end, code = table[np.lexsort((table[:, 1], table[:, 0]))].T
        return cls(names, start, until, subject, begin, end, code)

    def events(self) -> Iterator[tuple[int, int, int]]:
        """Yield (subject, instant, code) of each change, every subject up at the very first."""
        every, first = np.arange(len(self.names)), int(self.begin.min(initial=self.start))
        subject = np.concatenate([every, self.subject, self.subject])
        at = np.concatenate([np.full(len(every), first), self.end, self.begin])
        code = np.concatenate([np.full(len(every) + len(self.end), UP), self.code])
        told = np.lexsort((np.arange(len(at)), at, subject))  # a start outlives an end
        subject, at, code = subject[told], at[told], code[told]
        last = np.append((np.diff(subject) != 0) | (np.diff(at) != 0), True)
        yield from zip(subject[last].tolist(), at[last].tolist(), code[last].tolist(), strict=True)

    def spread(self, count: int) -> Sequence[int]:
        """Return as many subjects, taken evenly among all of them."""
        step = max(1, len(self.names) // count)
        return range(0, len(self.names), step)[:count]

    def samples(self, subject: int, instants: range) -> npt.NDArray[np.int8]:
        """Return the code of one subject at each of these instants."""
        seen = np.zeros(len(instants), dtype=np.int8)
        low, high = np.searchsorted(self.subject, [subject, subject + 1]).tolist()
        reach = [
            np.clip(-((instants.start - bound[low:high]) // instants.step), 0, len(instants))
            for bound in (self.begin, self.end)
        ]
        for first, after, code in zip(*reach, self.code[low:high], strict=True):
            seen[first:after] = code
        return seen

    def instants(self, days: int) -> range:
        """Return when the last days were sampled: every minute, half a minute past the first."""
        return range(self.until - days * DAY + PERIOD // 2, self.until, PERIOD)

    def shares(self) -> Mapping[str, float]:
        """Return what SQL must answer: one less the share of the window that each was down."""
        shut = np.minimum(self.end, self.until) - np.maximum(self.begin, self.start)
        lost = np.zeros(len(self.names), dtype=np.int64)
        np.add.at(lost, self.subject, np.where(self.code == DOWN, np.maximum(shut, 0), 0))
        whole = self.until - self.start
        return dict(zip(self.names, (1.0 - lost / whole).tolist(), strict=True))

    def sampled_shares(self, count: int, days: int) -> Mapping[str, float]:
        """Return what an average of samples must answer, of the subjects that `spread` takes."""
        return {
            self.names[n]: float(np.mean(seen[seen != UNKNOWN] == UP))
            for n in self.spread(count)
            for seen in [self.samples(n, self.instants(days))]
        }


def _code(state: State) -> int:
    if state.available:
        return UP
    return DOWN if state is State.DOWN else UNKNOWN
