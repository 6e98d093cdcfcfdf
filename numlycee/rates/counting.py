"""The vectorised tally: milliseconds per state of every subject, in service time."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.tallies import Tally
from numlycee.rates.columns import DEGRADED, DOWN, EDGE, UNOBSERVED, UNREACHABLE, Columns
from numlycee.rates.integral import LINE, Integral, Ints, ints

WIDTH = 7
"""Columns of a table of tallies, in the order of the fields of `Tally`."""
_REQUIRED, _UP, _DEGRADED, _DOWN, _UNREACHABLE, _UNOBSERVED, _EDGE = range(WIDTH)
DOWN_COLUMN = _DOWN
_COLUMN = np.zeros(5, dtype=np.int64)
_COLUMN[[DEGRADED, DOWN, UNREACHABLE, UNOBSERVED]] = [
    _DEGRADED, _DOWN, _UNREACHABLE, _UNOBSERVED,
]  # fmt: skip


def tally_of(row: Sequence[int]) -> Tally:
    """Return one row of a table of tallies."""
    return Tally(*row)


def row_of(tally: Tally) -> Ints:
    """Return a tally as one row of such a table."""
    return ints(astuple(tally))


@dataclass(frozen=True, slots=True)
class Seen:
    """Columns seen through calendars: every bound replaced by its service time, once for all.

    Service time only grows with time, so that clipping to a window commutes with it.
    `line` is where each group's calendar lies on the axis of `owed`.
    """

    columns: Columns
    owed: Integral
    line: Ints
    born: Ints
    cover_group: Ints
    cover_from: Ints
    cover_to: Ints
    spell_from: Ints
    spell_to: Ints
    column: Ints
    edge: Ints

    def tallies(self, start: int, end: int) -> Ints:
        """Return the tally of each subject over ``[start, end)`` ∩ calendar ∩ life, as rows."""
        columns, group = self.columns, self.columns.group
        low, high = self._owed(start), self._owed(end)
        born = np.clip(self.born, low, high)
        covered = np.zeros(len(low), dtype=np.int64)
        np.add.at(covered, self.cover_group, self._covered(born, high))
        result = np.zeros((len(group), WIDTH), dtype=np.int64)
        near = np.flatnonzero((columns.spells.end > start) & (columns.spells.start < end))
        subject = columns.spells.subject[near]
        of = group[subject]
        spent = np.clip(self.spell_to[near], low[of], high[of]) - np.clip(
            self.spell_from[near], low[of], high[of]
        )
        flat = result.reshape(-1)
        np.add.at(flat, subject.astype(np.int64) * WIDTH + self.column[near], spent)
        np.add.at(flat, subject.astype(np.int64) * WIDTH + _EDGE, spent * self.edge[near])
        result[:, _REQUIRED] = (high - born)[group]
        result[:, _UP] = covered[group] - result[:, _DEGRADED:_EDGE].sum(axis=1)
        result[:, _UNOBSERVED] += result[:, _REQUIRED] - covered[group]
        return result

    def _owed(self, instant: int) -> Ints:
        return self.owed(self.line + instant)

    def _covered(self, low: Ints, high: Ints) -> Ints:
        of = self.cover_group
        return np.clip(self.cover_to, low[of], high[of]) - np.clip(
            self.cover_from, low[of], high[of]
        )


def see(columns: Columns, calendars: Sequence[IntervalSet], calendar: Ints) -> Seen:
    """Return columns seen through opening hours; `calendar` gives the one of each group.

    A calendar's instants are those of the period from the earliest birth on.
    """
    owed = Integral.of(calendars)
    line = calendar * LINE
    spells, covered = columns.spells, columns.covered
    cover_group = covered.starts // LINE
    shift = line[cover_group] - cover_group * LINE
    of = line[columns.group[spells.subject]]
    return Seen(
        columns=columns,
        owed=owed,
        line=line,
        born=owed(line + columns.born),
        cover_group=cover_group,
        cover_from=owed(covered.starts + shift),
        cover_to=owed(covered.ends + shift),
        spell_from=owed(of + spells.start),
        spell_to=owed(of + spells.end),
        column=_COLUMN[spells.state],
        edge=((spells.state == UNOBSERVED) & (spells.cause == EDGE)).astype(np.int64),
    )
