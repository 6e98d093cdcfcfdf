"""The resolved past of every resource as columns: the form in which a year is counted at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.register import Key
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, Timeline
from numlycee.rates.integral import LINE, Integral, Ints, ints

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

    @property
    def key(self) -> Key:
        """Return what names it."""
        return self.uai, self.resource.id


Numbers = npt.NDArray[np.int32]
"""Numbers of subjects: four bytes each, for there are millions of rows."""
Codes = npt.NDArray[np.uint8]
"""Places in `STATES` or `CAUSES`."""


def numbers(values: npt.ArrayLike) -> Numbers:
    """Return numbers of subjects as an array."""
    return np.asarray(values, dtype=np.int32)


def codes(values: npt.ArrayLike) -> Codes:
    """Return codes of states or causes as an array."""
    return np.asarray(values, dtype=np.uint8)


BLOCK = 1 << 15
"""How many spells are worked on at a time, where order allows."""


@dataclass(frozen=True, slots=True)
class SpellColumns:
    """Spells sorted by subject and start, disjoint; states and causes by their code."""

    subject: Numbers
    start: Ints
    end: Ints
    state: Codes
    cause: Codes

    def take(self, chosen: npt.NDArray[np.bool_] | Ints | slice) -> "SpellColumns":
        """Return the chosen rows."""
        return SpellColumns(
            self.subject[chosen],
            self.start[chosen],
            self.end[chosen],
            self.state[chosen],
            self.cause[chosen],
        )

    def of(self, subject: int) -> "SpellColumns":
        """Return the rows of one subject."""
        first, last = np.searchsorted(self.subject, numbers([subject, subject + 1])).tolist()
        return self.take(slice(first, last))

    def blocks(self) -> Iterator["SpellColumns"]:
        """Yield the rows of whole subjects, some at a time: they stay in the processor's cache."""
        first = 0
        while first < len(self.subject):
            final = self.subject[min(first + BLOCK, len(self.subject)) - 1]
            last = int(np.searchsorted(self.subject, final, side="right"))
            yield self.take(slice(first, last))
            first = last

    def spells(self) -> tuple[Spell, ...]:
        """Return the rows as spells."""
        rows = zip(
            *(column.tolist() for column in (self.start, self.end, self.state, self.cause)),
            strict=True,
        )
        return tuple(Spell(a, b, STATES[state], CAUSES[cause]) for a, b, state, cause in rows)


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything resolved: subjects, the group that each belongs to, and all spells.

    A group is what its subjects share: the instants covered and the life ``[born, retired)``,
    outside which nothing is covered (`retired` is `FOREVER` where nobody stated an end).
    `covered` has one line per group.
    """

    subjects: tuple[Subject, ...]
    group: Ints
    born: Ints
    retired: Ints
    covered: Integral
    spells: SpellColumns

    def timeline(self, subject: int) -> Timeline:
        """Return one subject's timeline."""
        covered = self.coverage(int(self.group[subject]))
        return Timeline(covered, self.spells.of(subject).spells())

    def coverage(self, group: int) -> IntervalSet:
        """Return the instants that one group covers."""
        first, last = np.searchsorted(
            self.covered.starts, [group * LINE, (group + 1) * LINE]
        ).tolist()
        starts = (self.covered.starts[first:last] - group * LINE).tolist()
        ends = (self.covered.ends[first:last] - group * LINE).tolist()
        return IntervalSet(tuple(zip(starts, ends, strict=True)))

    def joined(self, other: "Columns") -> "Columns":
        """Return these columns and after them those of other subjects, renumbered to follow."""
        line = len(self.born) * LINE
        covered, more = self.covered, other.covered
        return Columns(
            subjects=(*self.subjects, *other.subjects),
            group=np.append(self.group, other.group + len(self.born)),
            born=np.append(self.born, other.born),
            retired=np.append(self.retired, other.retired),
            covered=Integral.over(
                np.append(covered.starts, more.starts + line),
                np.append(covered.ends, more.ends + line),
            ),
            spells=joined(self.spells, other.spells, len(self.subjects)),
        )


def joined(left: SpellColumns, right: SpellColumns, first: int = 0) -> SpellColumns:
    """Return spells and after them others, whose subjects are numbered from `first` on."""
    return SpellColumns(
        np.append(left.subject, numbers(right.subject + first)),
        np.append(left.start, right.start),
        np.append(left.end, right.end),
        np.append(left.state, right.state),
        np.append(left.cause, right.cause),
    )


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
    subject, start, end, state, cause = ints([x for row in rows for x in row]).reshape(-1, 5).T
    return in_order(SpellColumns(numbers(subject), start, end, codes(state), codes(cause)))


def in_order(spells: SpellColumns) -> SpellColumns:
    """Return spells in any order as they are kept: sorted, those that touch and agree united.

    What comes from a database is sorted in long stretches, which the stable sort only merges.
    """
    order = np.argsort(spells.subject * np.int64(LINE) + spells.start, kind="stable")
    return united(spells.take(order))


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
