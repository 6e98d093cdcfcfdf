"""The vectorised tally: milliseconds per state in service time, of every subject or of any bins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from numlycee.domain.intervals import Interval
from numlycee.domain.tallies import Tally
from numlycee.rates.bins import Bins
from numlycee.rates.columns import (
    CAUSES,
    DEGRADED,
    DOWN,
    EDGE,
    STATES,
    UNOBSERVED,
    UNREACHABLE,
    Codes,
    Columns,
    SpellColumns,
)
from numlycee.rates.integral import LINE, Ints
from numlycee.rates.service import ServiceTime
from numlycee.rates.spans import Flags

WIDTH = 7
"""Columns of a table of tallies, in the order of the fields of `Tally`."""
_REQUIRED, _UP, _DEGRADED, _DOWN, _UNREACHABLE, _UNOBSERVED, _EDGE = range(WIDTH)
DOWN_COLUMN = _DOWN
_COLUMN = np.zeros((len(STATES), len(CAUSES)), dtype=np.uint8)
"""Where a spell of a state and a cause is counted; an edge alone, and with `unobserved` later."""
_COLUMN[[DEGRADED, DOWN, UNREACHABLE, UNOBSERVED]] = [
    [_DEGRADED], [_DOWN], [_UNREACHABLE], [_UNOBSERVED],
]  # fmt: skip
_COLUMN[UNOBSERVED, EDGE] = _EDGE


def tally_of(row: Sequence[int]) -> Tally:
    """Return one row of a table of tallies."""
    return Tally(*row)


@dataclass(frozen=True, slots=True)
class SeenSpells:
    """A block of spells with the service time of their bounds, and where each is counted."""

    spells: SpellColumns
    since: Ints
    until: Ints
    column: Codes

    def after(self, instant: int) -> "SeenSpells":
        """Return what ends after an instant."""
        late = np.flatnonzero(self.spells.end > instant)
        return SeenSpells(
            self.spells.take(late), self.since[late], self.until[late], self.column[late]
        )

    def add(self, result: Ints, bins: Bins, window: Interval, limits: tuple[Ints, Ints]) -> None:
        """Add the service time in a window to the bins' columns; each subject has its limits."""
        spells, (start, end), (low, high) = self.spells, window, limits
        near = _rows((spells.end > start) & (spells.start < end))
        subject = spells.subject[near]
        spent = np.minimum(self.until[near], high[subject])
        spent -= np.maximum(self.since[near], low[subject])
        slot = bins.of[subject] * WIDTH + self.column[near]
        np.add.at(result.reshape(-1), slot, np.maximum(spent, 0))


def _rows(chosen: Flags) -> Ints | slice:
    """Return the chosen rows, without naming each when all are."""
    return slice(None) if chosen.all() else np.flatnonzero(chosen)


@dataclass(frozen=True, slots=True)
class Seen:
    """Columns seen through calendars: every bound beside its service time, once for all."""

    service: ServiceTime
    group: Ints
    groups: Ints
    life_from: Ints
    life_to: Ints
    cover_group: Ints
    cover_from: Ints
    cover_to: Ints
    blocks: tuple[SeenSpells, ...]

    def since(self, instant: int) -> "Seen":
        """Return the same for windows that start at this instant or later: fewer spells."""
        return replace(self, blocks=tuple(block.after(instant) for block in self.blocks))

    def tallies(self, bins: Bins, start: int, end: int) -> Ints:
        """Return the tally of each bin over ``[start, end)`` ∩ calendar ∩ life, as rows."""
        low = np.clip(self._at(start), self.life_from, self.life_to)
        high = np.clip(self._at(end), low, self.life_to)
        required, covered = bins.gathered((high - low, self._covered(low, high))).T
        result = np.zeros((bins.size, WIDTH), dtype=np.int64)
        limits = low[self.group], high[self.group]
        for block in self.blocks:
            block.add(result, bins, (start, end), limits)
        result[:, _UNOBSERVED] += result[:, _EDGE]
        result[:, _REQUIRED] = required
        result[:, _UP] = covered - result[:, _DEGRADED:_EDGE].sum(axis=1)
        result[:, _UNOBSERVED] += required - covered
        return result

    def _at(self, instant: int) -> Ints:
        return self.service.owed(self.groups, np.full_like(self.groups, instant))

    def _covered(self, low: Ints, high: Ints) -> Ints:
        """Return the service time covered of each group."""
        of = self.cover_group
        spent = np.minimum(self.cover_to, high[of]) - np.maximum(self.cover_from, low[of])
        covered = np.zeros_like(low)
        np.add.at(covered, of, np.maximum(spent, 0))
        return covered


def see(columns: Columns, service: ServiceTime) -> Seen:
    """Return columns seen through the service time of their groups."""
    covered, groups = columns.covered, np.arange(len(columns.born))
    cover_group = covered.starts // LINE
    return Seen(
        service=service,
        group=columns.group,
        groups=groups,
        life_from=service.owed(groups, columns.born),
        life_to=service.owed(groups, columns.retired),
        cover_group=cover_group,
        cover_from=service.owed(cover_group, covered.starts - cover_group * LINE),
        cover_to=service.owed(cover_group, covered.ends - cover_group * LINE),
        blocks=tuple(_seen(block, columns.group, service) for block in columns.spells.blocks()),
    )


def _seen(spells: SpellColumns, group_of: Ints, service: ServiceTime) -> SeenSpells:
    """Return a block of spells seen; a bound that two of them share is asked for once."""
    group = group_of[spells.subject]
    since = service.owed(group, spells.start)
    until = np.append(since[1:], 0)
    shared = (spells.end[:-1] == spells.start[1:]) & (group[:-1] == group[1:])
    apart = np.flatnonzero(np.append(~shared, True))
    until[apart] = service.owed(group[apart], spells.end[apart])
    return SeenSpells(spells, since, until, _COLUMN[spells.state, spells.cause])
