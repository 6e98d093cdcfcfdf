"""The vectorised tally: milliseconds per state in service time, of every subject or of any bins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

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
    Numbers,
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
class Seen:
    """Columns seen through calendars: every bound beside its service time, once for all."""

    service: ServiceTime
    groups: Ints
    life_from: Ints
    life_to: Ints
    cover_group: Ints
    cover_from: Ints
    cover_to: Ints
    start: Ints
    end: Ints
    subject: Numbers
    group: Ints
    spell_from: Ints
    spell_to: Ints
    column: Codes

    def since(self, instant: int) -> "Seen":
        """Return the same for windows that start at this instant or later: fewer spells."""
        late = np.flatnonzero(self.end > instant)
        return replace(
            self,
            start=self.start[late],
            end=self.end[late],
            subject=self.subject[late],
            group=self.group[late],
            spell_from=self.spell_from[late],
            spell_to=self.spell_to[late],
            column=self.column[late],
        )

    def tallies(self, bins: Bins, start: int, end: int) -> Ints:
        """Return the tally of each bin over ``[start, end)`` ∩ calendar ∩ life, as rows."""
        low = np.clip(self._at(start), self.life_from, self.life_to)
        high = np.clip(self._at(end), low, self.life_to)
        required, covered = bins.gathered((high - low, self._covered(low, high))).T
        result = self._spent(bins, start, end, low, high)
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

    def _spent(self, bins: Bins, start: int, end: int, low: Ints, high: Ints) -> Ints:
        """Return the service time of each bin in spells, by column."""
        near = _rows((self.end > start) & (self.start < end))
        group = self.group[near]
        spent = np.minimum(self.spell_to[near], high[group])
        spent -= np.maximum(self.spell_from[near], low[group])
        result = np.zeros((bins.size, WIDTH), dtype=np.int64)
        slot = bins.of[self.subject[near]] * WIDTH + self.column[near]
        np.add.at(result.reshape(-1), slot, np.maximum(spent, 0))
        return result


def _rows(chosen: Flags) -> Ints | slice:
    """Return the chosen rows, without naming each when all are."""
    return slice(None) if chosen.all() else np.flatnonzero(chosen)


def see(columns: Columns, service: ServiceTime) -> Seen:
    """Return columns seen through the service time of their groups."""
    spells, covered = columns.spells, columns.covered
    groups, group = np.arange(len(columns.born)), columns.group[spells.subject]
    cover_group = covered.starts // LINE
    spell_from, spell_to = _bounds(service, spells, group)
    return Seen(
        service=service,
        groups=groups,
        life_from=service.owed(groups, columns.born),
        life_to=service.owed(groups, columns.retired),
        cover_group=cover_group,
        cover_from=service.owed(cover_group, covered.starts - cover_group * LINE),
        cover_to=service.owed(cover_group, covered.ends - cover_group * LINE),
        start=spells.start,
        end=spells.end,
        subject=spells.subject,
        group=group,
        spell_from=spell_from,
        spell_to=spell_to,
        column=_COLUMN[spells.state, spells.cause],
    )


def _bounds(service: ServiceTime, spells: SpellColumns, group: Ints) -> tuple[Ints, Ints]:
    """Return the service time of starts and ends; a bound that two spells share is asked once."""
    spell_from = service.owed(group, spells.start)
    if not len(group):
        return spell_from, spell_from
    spell_to = np.append(spell_from[1:], 0)
    shared = (spells.end[:-1] == spells.start[1:]) & (group[:-1] == group[1:])
    apart = np.flatnonzero(np.append(~shared, True))
    spell_to[apart] = service.owed(group[apart], spells.end[apart])
    return spell_from, spell_to
