"""The vectorised outages: maximal runs of `down` of every subject at once."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from numlycee.domain.causes import Cause
from numlycee.domain.outages import Outage
from numlycee.rates.bins import Bins
from numlycee.rates.columns import CAUSES, DEGRADED, DOWN, Columns, Numbers, SpellColumns
from numlycee.rates.integral import LINE, Integral, Ints
from numlycee.rates.service import ServiceTime
from numlycee.rates.spans import ranges

NEVER = -1
"""In place of an instant: an outage without any required millisecond."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Outages sorted by subject and start: from the first to the last `down` of each.

    `first` and `last` are the rows of its chain of spells, blind ones around it included.
    """

    subject: Numbers
    start: Ints
    end: Ints
    first: Ints
    last: Ints

    def take(self, chosen: Ints) -> "Runs":
        """Return the chosen outages."""
        return Runs(*(getattr(self, field.name)[chosen] for field in fields(Runs)))


def runs(columns: Columns, as_of: int) -> Runs:
    """Return every outage known at `as_of`: what came later is cut off, nothing else is."""
    found, offset = [], 0
    for block in columns.spells.blocks():
        found.append(_runs(block, columns, as_of, offset))
        offset += len(block.subject)
    if not found:
        return _runs(columns.spells, columns, as_of, 0)
    return Runs(*(np.concatenate([getattr(r, f.name) for r in found]) for f in fields(Runs)))


def _runs(spells: SpellColumns, columns: Columns, as_of: int, offset: int) -> Runs:
    """Return the outages of some subjects, from all their spells."""
    known = np.flatnonzero(spells.start < as_of)
    whole = len(known) == len(spells.start)
    spells = _until(spells if whole else spells.take(known), as_of)
    chains = _chains(spells, columns)
    down = np.flatnonzero(spells.state == DOWN)
    chain = np.searchsorted(chains, down, side="right") - 1
    begins = np.flatnonzero(np.diff(chain, prepend=-1))
    ends = np.append(begins[1:], len(down))[: len(begins)] - 1
    chain = chain[begins]
    return Runs(
        subject=spells.subject[down[begins]],
        start=spells.start[down[begins]],
        end=spells.end[down[ends]],
        first=known[chains[chain]] + offset,
        last=known[np.append(chains[1:], len(known))[chain] - 1] + offset,
    )


def outages(columns: Columns, found: Runs, as_of: int) -> Iterator[Outage]:
    """Yield the outages found at `as_of`, whole, with their bounds."""
    chains, number = ranges(found.first, found.last + 1)
    spells = _until(columns.spells.take(chains), as_of)
    down = np.flatnonzero(spells.state == DOWN)
    begins = np.searchsorted(number[down], np.arange(len(found.first)))
    length = spells.end[down] - spells.start[down]
    limits = _limits(columns, columns.group[found.subject], as_of)
    ends = spells.end[np.searchsorted(number, np.arange(len(found.first)), side="right") - 1]
    until = limits.after(ends)
    described = (
        found.start,
        found.end,
        limits.before(columns.spells.start[found.first]),
        until,
        _reduced(np.add, length, begins),
        spells.cause[down[_longest(length, begins)]],
        (until == as_of) & (limits.retired > as_of),
    )
    rows = zip(*(column.tolist() for column in described), strict=True)
    for start, end, earliest, latest, lost, cause, ongoing in rows:
        yield Outage(start, end, earliest, latest, lost, CAUSES[cause] or Cause.OTHER, ongoing)


def _until(spells: SpellColumns, as_of: int) -> SpellColumns:
    """Return spells that had begun by then, cut off."""
    return replace(spells, end=np.minimum(spells.end, as_of))


def _chains(spells: SpellColumns, columns: Columns) -> Ints:
    """Return where each chain of spells without service in between begins."""
    degraded = spells.state == DEGRADED
    ended = (spells.subject[1:] != spells.subject[:-1]) | degraded[1:] | degraded[:-1]
    gaps = np.flatnonzero(~ended & (spells.start[1:] != spells.end[:-1]))
    line = columns.group[spells.subject[gaps]] * LINE
    served = columns.covered(line + spells.start[gaps + 1]) - columns.covered(
        line + spells.end[gaps]
    )
    ended[gaps] = served > 0
    return np.append(np.arange(len(degraded))[:1], np.flatnonzero(ended) + 1)


def _longest(length: Ints, begins: Ints) -> Ints:
    """Return the row of the longest of each group of rows, the earliest among equals."""
    members = np.diff(np.append(begins, len(length)))
    longest = np.repeat(_reduced(np.maximum, length, begins), members)
    rows = np.where(length == longest, np.arange(len(length)), len(length))
    return _reduced(np.minimum, rows, begins)


def _reduced(how: np.ufunc, values: Ints, begins: Ints) -> Ints:
    """Return one value for each group of rows."""
    reduced: Ints = how.reduceat(values, begins) if len(begins) else values
    return reduced


@dataclass(frozen=True, slots=True)
class _Limits:
    """How far blind time outside any spell reaches around the ends of chains of some groups."""

    covered: Integral
    line: Ints
    born: Ints
    retired: Ints
    until: Ints

    def before(self, first: Ints) -> Ints:
        """Return back to where the chain may have begun: the end of the coverage before it."""
        starts, ends = self.covered.starts, self.covered.ends
        index = np.searchsorted(starts, self.line + first, side="right") - 1
        previous = np.maximum(index - 1, 0)
        same = (index > 0) & (starts[previous] >= self.line)
        back = np.where(same, ends[previous] - self.line, self.born)
        return np.where(starts[index] == self.line + first, back, first)

    def after(self, last: Ints) -> Ints:
        """Return on to where the chain may have ended: the start of the coverage after it."""
        starts, ends = self.covered.starts, self.covered.ends
        index = np.searchsorted(starts, self.line + last - 1, side="right") - 1
        following = np.minimum(index + 1, len(starts) - 1)
        same = (index + 1 < len(starts)) & (starts[following] < self.line + LINE)
        on = np.where(same, starts[following] - self.line, self.until)
        return np.minimum(np.where(ends[index] == self.line + last, on, last), self.until)


def _limits(columns: Columns, group: Ints, as_of: int) -> _Limits:
    retired = columns.retired[group]
    until = np.minimum(retired, as_of)
    return _Limits(columns.covered, group * LINE, columns.born[group], retired, until)


def first_owed(start: Ints, end: Ints, group: Ints, service: ServiceTime) -> Ints:
    """Return the first required instant of each ``[start, end)``, or `NEVER`."""
    first = service.first(group, start)
    return np.where(first < end, first, NEVER)


@dataclass(frozen=True, slots=True)
class OutageCounts:
    """Outages of each bin: how many, their whole milliseconds, and the longest."""

    count: Ints
    whole: Ints
    longest: Ints


def counted(found: Runs, first: Ints, bins: Bins, start: int, end: int) -> OutageCounts:
    """Count the outages whose first required instant is in ``[start, end)``."""
    here = np.flatnonzero((first >= start) & (first < end))
    of, length = bins.of[found.subject[here]], found.end[here] - found.start[here]
    count, whole, longest = np.zeros((3, bins.size), dtype=np.int64)
    np.add.at(count, of, 1)
    np.add.at(whole, of, length)
    np.maximum.at(longest, of, length)
    return OutageCounts(count, whole, longest)
