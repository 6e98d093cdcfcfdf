"""The resolved past of every resource as columns: the form in which a year is counted at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, Timeline
from numlycee.rates.integral import LINE, Integral, Ints

STATES = tuple(State)
CAUSES: tuple[Cause | None, ...] = (*Cause, None)
STATE_CODE = {state: code for code, state in enumerate(STATES)}
CAUSE_CODE = {cause: code for code, cause in enumerate(CAUSES)}
DEGRADED, DOWN, UNREACHABLE, UNOBSERVED = (
    STATE_CODE[state] for state in (State.DEGRADED, State.DOWN, State.UNREACHABLE, State.UNOBSERVED)
)
EDGE = CAUSE_CODE[Cause.EDGE]


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource of a site (`uai`), or a service shared by the whole Region (`uai` empty)."""

    uai: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class SpellColumns:
    """Spells sorted by subject and start, disjoint; states and causes by their code."""

    subject: Ints
    start: Ints
    end: Ints
    state: Ints
    cause: Ints

    def take(self, chosen: npt.NDArray[np.bool_] | Ints) -> "SpellColumns":
        """Return the chosen rows."""
        return SpellColumns(
            self.subject[chosen],
            self.start[chosen],
            self.end[chosen],
            self.state[chosen],
            self.cause[chosen],
        )

    def spells(self) -> tuple[Spell, ...]:
        """Return the rows as spells."""
        rows = zip(
            *(column.tolist() for column in (self.start, self.end, self.state, self.cause)),
            strict=True,
        )
        return tuple(Spell(a, b, STATES[state], CAUSES[cause]) for a, b, state, cause in rows)


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything resolved: subjects, the group whose coverage each shares, and all spells.

    A group is a set of instants covered and the instant `born` from which its subjects live;
    `covered` has one line per group.
    """

    subjects: tuple[Subject, ...]
    group: Ints
    born: Ints
    covered: Integral
    spells: SpellColumns

    def timeline(self, subject: int) -> Timeline:
        """Return one subject's timeline."""
        first, last = np.searchsorted(self.spells.subject, [subject, subject + 1]).tolist()
        return Timeline(
            self.coverage(int(self.group[subject])),
            self.spells.take(np.arange(first, last)).spells(),
        )

    def coverage(self, group: int) -> IntervalSet:
        """Return the instants that one group covers."""
        first, last = np.searchsorted(
            self.covered.starts, [group * LINE, (group + 1) * LINE]
        ).tolist()
        starts = (self.covered.starts[first:last] - group * LINE).tolist()
        ends = (self.covered.ends[first:last] - group * LINE).tolist()
        return IntervalSet(tuple(zip(starts, ends, strict=True)))


Row = tuple[int, int, int, int, int]
"""One spell: subject, start, end, state code, cause code."""


def rows_of(subject: int, spells: Iterable[Spell]) -> Iterable[Row]:
    """Return one subject's spells as rows."""
    return (
        (subject, spell.start, spell.end, STATE_CODE[spell.state], CAUSE_CODE[spell.cause])
        for spell in spells
    )


def spell_columns(rows: Sequence[Row]) -> SpellColumns:
    """Return rows in any order as sorted columns, those that touch and say the same united."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    return united(SpellColumns(*(np.ascontiguousarray(column) for column in table.T)))


def united(spells: SpellColumns) -> SpellColumns:
    """Return sorted spells, those of one subject that touch and say the same united."""
    if not len(spells.start):
        return spells
    same = (
        (spells.subject[1:] == spells.subject[:-1])
        & (spells.start[1:] == spells.end[:-1])
        & (spells.state[1:] == spells.state[:-1])
        & (spells.cause[1:] == spells.cause[:-1])
    )
    first = np.flatnonzero(np.append([True], ~same))
    last = np.append(first[1:], len(spells.start)) - 1
    result = spells.take(first)
    return SpellColumns(result.subject, result.start, spells.end[last], result.state, result.cause)
