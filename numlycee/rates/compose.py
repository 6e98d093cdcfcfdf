"""The vectorised composites: every part of every lycée counted along time, all at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np
import numpy.typing as npt

from numlycee.domain.composites import (
    ALL,
    BLIND,
    BLURRED,
    FAILED,
    LESSENED,
    WORKING,
    WORST_LAST,
    Composite,
    Need,
)
from numlycee.rates.columns import (
    CAUSE_CODE,
    STATE_CODE,
    Columns,
    SpellColumns,
    Subject,
    codes,
    numbers,
)
from numlycee.rates.integral import LINE, Integral, Ints, ints
from numlycee.rates.members import census
from numlycee.rates.spans import where

Conditions = npt.NDArray[np.int8]
"""Places in `WORST_LAST`, or `NOT_OWED`."""
Steps = tuple[Ints, Conditions]
"""Instants in order, and the condition from each to the next."""

NOT_OWED = -1
_WORKING, _LESSENED, _BLURRED, _BLIND, _FAILED = map(
    WORST_LAST.index, (WORKING, LESSENED, BLURRED, BLIND, FAILED)
)
_STATES = codes([STATE_CODE[state] for state, _ in WORST_LAST])
_CAUSES = codes([CAUSE_CODE[cause] for _, cause in WORST_LAST])
BATCH = 16
"""Lycées composed together: enough to be quick, few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class _Team:
    """One lycée's members, as numbers of subjects, part by part."""

    uai: str
    parts: tuple[tuple[int, ...], ...]


def with_composites(columns: Columns, composites: Iterable[Composite]) -> Columns:
    """Return columns with one more subject for each composite of which a lycée has a part.

    A lycée that watches a resource of the composite's id keeps that resource alone.
    """
    lycees = _lycees(columns)
    composed = [
        _composed(columns, composite, teams[first : first + BATCH])
        for composite in composites
        for teams in [list(_teams(columns, composite, lycees))]
        for first in range(0, len(teams), BATCH)
    ]
    return columns.joined(reduce(Columns.joined, composed)) if composed else columns


def _lycees(columns: Columns) -> dict[str, list[int]]:
    lycees: dict[str, list[int]] = {}
    for index, subject in enumerate(columns.subjects):
        if subject.uai:
            lycees.setdefault(subject.uai, []).append(index)
    return lycees


def _teams(columns: Columns, composite: Composite, lycees: dict[str, list[int]]) -> Iterator[_Team]:
    for uai, indices in lycees.items():
        resources = [columns.subjects[index].resource for index in indices]
        number = {resource.id: index for resource, index in zip(resources, indices, strict=True)}
        parts = tuple(
            tuple(number[resource.id] for resource in part) for part in composite.members(resources)
        )
        if any(parts) and composite.id not in number:
            yield _Team(uai, parts)


def _composed(columns: Columns, composite: Composite, teams: Sequence[_Team]) -> Columns:
    """Return the columns of one composite in some lycées."""
    parts = [part for team in teams for part in team.parts]
    line = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    subject = ints(list(chain.from_iterable(parts)))
    needs = [part.need for part in composite.parts]
    times, condition = _worst(_judged(columns, needs, line, subject), len(needs))
    group, lycee = columns.group[subject], line // len(needs)
    first = np.searchsorted(lycee, np.arange(len(teams)))
    return Columns(
        subjects=tuple(_subject(columns, composite, team) for team in teams),
        group=np.arange(len(teams)),
        born=np.minimum.reduceat(columns.born[group], first),
        retired=np.maximum.reduceat(columns.retired[group], first),
        covered=Integral.over(*where(times, (condition != NOT_OWED) & (condition != _BLIND))),
        spells=_spells(times, condition),
    )


def _subject(columns: Columns, composite: Composite, team: _Team) -> Subject:
    members = (columns.subjects[index].resource for part in team.parts for index in part)
    return Subject(team.uai, composite.resource(members))


def _worst(judged: Steps, width: int) -> Steps:
    """Return the worst of the parts of each lycée, whose lines follow one another by `width`."""
    line = judged[0] // LINE
    lycee, part = np.divmod(line, width)
    times = judged[0] + (lycee - line) * LINE
    instants = np.unique(times)
    worst = np.full(len(instants), NOT_OWED, dtype=np.int8)
    for one in range(width):
        mine = part == one
        latest = np.searchsorted(times[mine], instants, side="right")
        condition = np.append(np.int8(NOT_OWED), judged[1][mine])
        np.maximum(worst, condition[latest], out=worst)
    return _turns(instants, worst)


def _turns(times: Ints, condition: Conditions) -> Steps:
    """Return only the instants at which the condition changes."""
    turns = np.flatnonzero(np.diff(condition, prepend=np.int8(NOT_OWED)))
    return times[turns], condition[turns]


def _spells(times: Ints, condition: Conditions) -> SpellColumns:
    told = np.flatnonzero(np.isin(condition, (_LESSENED, _BLURRED, _FAILED)))
    line = times[told] // LINE
    return SpellColumns(
        subject=numbers(line),
        start=times[told] - line * LINE,
        end=times[told + 1] - line * LINE,
        state=_STATES[condition[told]],
        cause=_CAUSES[condition[told]],
    )


def _judged(columns: Columns, needs: Sequence[Need], line: Ints, subject: Ints) -> Steps:
    """Return the condition of each line, a part of one lycée, by the rule of `judge`."""

    def spare(line: Ints, living: Ints) -> Ints:
        return living - _least(needs, line, living)

    some = census(columns, line, subject, spare)
    lost = some.failing + some.blind + some.edges
    condition = np.where(lost + some.degraded > some.spare, _LESSENED, _WORKING).astype(np.int8)
    condition[lost > some.spare] = _BLURRED
    condition[(lost > some.spare) & (some.blind > 0)] = _BLIND
    condition[some.failing > some.spare] = _FAILED
    condition[some.absent] = NOT_OWED
    return _turns(some.times, condition)


def _least(needs: Sequence[Need], line: Ints, living: Ints) -> Ints:
    """Return how many of the living must work on each line, by the rule of `least`."""
    share = [ALL if isinstance(need, int) else need for need in needs]
    part = line % len(needs)
    most = ints([need if isinstance(need, int) else LINE for need in needs])[part]
    over = ints([rate.numerator for rate in share])[part]
    under = ints([rate.denominator for rate in share])[part]
    least: Ints = np.minimum(most, -(-living * over // under))
    return least
