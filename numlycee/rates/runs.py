"""The vectorised outages: maximal runs of `down` of every subject at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numlycee.domain.causes import Cause
from numlycee.domain.outages import Outage
from numlycee.rates.columns import (
    CAUSES,
    DEGRADED,
    DOWN,
    Codes,
    Columns,
    Numbers,
    SpellColumns,
    codes,
    numbers,
)
from numlycee.rates.integral import LINE, Integral, Ints, ints

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OutageColumns:
    """Outages sorted by subject and start, with the fields of `Outage`; causes by their code."""

    subject: Numbers
    start: Ints
    end: Ints
    earliest: Ints
    latest: Ints
    down: Ints
    cause: Codes
    as_of: int

    def outage(self, index: int) -> Outage:
        """Return one outage."""
        latest = int(self.latest[index])
        return Outage(
            start=int(self.start[index]),
            end=int(self.end[index]),
            earliest=int(self.earliest[index]),
            latest=latest,
            down=int(self.down[index]),
            cause=CAUSES[int(self.cause[index])] or Cause.OTHER,
            ongoing=latest == self.as_of,
        )


def outage_columns(columns: Columns, as_of: int) -> OutageColumns:
    """Return every outage known at `as_of`: what came later is cut off, nothing else is."""
    spells = _until(columns.spells, as_of)
    line = columns.group * LINE
    chains = _chains(spells, columns.covered, line[spells.subject])
    down = spells.state == DOWN
    if not len(chains):
        none = ints([])
        return OutageColumns(numbers(none), none, none, none, none, none, codes(none), as_of)
    length = np.where(down, spells.end - spells.start, 0)
    lost = np.add.reduceat(length, chains)
    kept = lost > 0
    last = np.append(chains[1:], len(down)) - 1
    subject = spells.subject[chains[kept]]
    limits = _Limits(columns.covered, line[subject], columns.born[columns.group[subject]])
    return OutageColumns(
        subject=subject,
        start=np.minimum.reduceat(np.where(down, spells.start, as_of), chains)[kept],
        end=np.maximum.reduceat(np.where(down, spells.end, -1), chains)[kept],
        earliest=limits.before(spells.start[chains[kept]]),
        latest=limits.after(spells.end[last[kept]], as_of),
        down=lost[kept],
        cause=_causes(spells, length, chains)[kept],
        as_of=as_of,
    )


def _until(spells: SpellColumns, as_of: int) -> SpellColumns:
    kept = spells.take(spells.start < as_of)
    end = np.minimum(kept.end, as_of)
    return SpellColumns(kept.subject, kept.start, end, kept.state, kept.cause)


def _chains(spells: SpellColumns, covered: Integral, line: Ints) -> Ints:
    """Return where each chain of spells without service in between begins."""
    if not len(spells.start):
        return ints([])
    degraded = spells.state == DEGRADED
    served = covered(line[1:] + spells.start[1:]) - covered(line[:-1] + spells.end[:-1]) > 0
    another = spells.subject[1:] != spells.subject[:-1]
    return np.flatnonzero(np.append([True], another | degraded[1:] | degraded[:-1] | served))


def _causes(spells: SpellColumns, length: Ints, chains: Ints) -> Codes:
    """Return the cause of the longest `down` spell of each chain, the earliest among equals."""
    members = np.diff(np.append(chains, len(length)))
    longest = np.repeat(np.maximum.reduceat(length, chains), members)
    rows = np.where(length == longest, np.arange(len(length)), len(length))
    return spells.cause[np.minimum.reduceat(rows, chains)]


@dataclass(frozen=True, slots=True)
class _Limits:
    """How far blind time outside any spell reaches around the ends of chains."""

    covered: Integral
    line: Ints
    born: Ints

    def before(self, first: Ints) -> Ints:
        """Return back to where the chain may have begun: the end of the coverage before it."""
        starts, ends = self.covered.starts, self.covered.ends
        index = np.searchsorted(starts, self.line + first, side="right") - 1
        previous = np.maximum(index - 1, 0)
        same = (index > 0) & (starts[previous] >= self.line)
        back = np.where(same, ends[previous] - self.line, self.born)
        return np.where(starts[index] == self.line + first, back, first)

    def after(self, last: Ints, as_of: int) -> Ints:
        """Return on to where the chain may have ended: the start of the coverage after it."""
        starts, ends = self.covered.starts, self.covered.ends
        index = np.searchsorted(starts, self.line + last - 1, side="right") - 1
        following = np.minimum(index + 1, len(starts) - 1)
        same = (index + 1 < len(starts)) & (starts[following] < self.line + LINE)
        on = np.where(same, starts[following] - self.line, as_of)
        return np.minimum(np.where(ends[index] == self.line + last, on, last), as_of)


def first_owed(found: OutageColumns, columns: Columns, owed: Integral, line: Ints) -> Ints:
    """Return the first required instant of each outage, or -1 when it has none."""
    of = line[columns.group[found.subject]]
    first = owed.first_after(of + found.start) - of
    return np.where(first < found.end, first, -1)


def in_window(first: Ints, start: int, end: int) -> Flags:
    """Tell which outages belong to a window: those whose first required instant is in it."""
    return (first >= start) & (first < end)
