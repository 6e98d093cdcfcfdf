"""The vectorised quorum: the verdict on shared services, over the whole history at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.quorum import MINIMUM_VOTERS, agreed
from numlycee.rates.columns import (
    CAUSE_CODE,
    DEGRADED,
    DOWN,
    UNOBSERVED,
    UNREACHABLE,
    Columns,
    SpellColumns,
    Subject,
    codes,
    numbers,
    united,
)
from numlycee.rates.integral import FOREVER, LINE, Integral, Ints, ints

Flags = npt.NDArray[np.bool_]
Spans = tuple[Ints, Ints]
"""Starts and ends of intervals, sorted and disjoint within each line."""


def with_verdicts(columns: Columns) -> Columns:
    """Return columns with one more subject for each service that sites share."""
    verdicts = [_judged(columns, resource, services) for resource, services in _shared(columns)]
    for verdict in verdicts:
        columns = columns.joined(verdict)
    return columns


def _shared(columns: Columns) -> Iterator[tuple[Resource, list[int]]]:
    by_id: dict[str, list[int]] = {}
    for index, subject in enumerate(columns.subjects):
        if subject.resource.kind is Kind.SERVICE:
            by_id.setdefault(subject.resource.id, []).append(index)
    for name in _common(by_id):
        services = by_id[name]
        yield agreed(columns.subjects[index].resource for index in services), services


def _common(by_id: Mapping[str, list[int]]) -> list[str]:
    """Return the services that enough lycées watch to vote; where there is none, every one.

    What a lycée watches for itself alone must not weigh on the Region's figures.
    """
    voted = [name for name, services in by_id.items() if len(services) >= MINIMUM_VOTERS]
    return sorted(voted or by_id)


@dataclass(frozen=True, slots=True)
class _Verdict:
    covered: Spans
    down: Spans
    partial: Spans


def _judged(columns: Columns, resource: Resource, services: list[int]) -> Columns:
    """Return the columns of one subject: the verdict on a service."""
    verdict = _verdict(columns, services)
    return Columns(
        subjects=(Subject("", resource),),
        group=ints([0]),
        born=columns.born[columns.group[services]].min(keepdims=True),
        retired=ints([FOREVER]),
        covered=Integral.over(*verdict.covered),
        spells=_spells(verdict),
    )


def _spells(verdict: _Verdict) -> SpellColumns:
    start = np.concatenate((verdict.down[0], verdict.partial[0]))
    end = np.concatenate((verdict.down[1], verdict.partial[1]))
    is_down = np.arange(len(start)) < len(verdict.down[0])
    order = np.argsort(start)
    spells = SpellColumns(
        subject=np.zeros(len(start), dtype=np.int32),
        start=start,
        end=end,
        state=codes(np.where(is_down, DOWN, DEGRADED)),
        cause=codes(np.where(is_down, CAUSE_CODE[Cause.OTHER], CAUSE_CODE[Cause.PARTIAL])),
    )
    return united(spells.take(order))


def _verdict(columns: Columns, services: list[int]) -> _Verdict:
    """Count voters and failures along time; fewer than three voters leave it unobserved."""
    links = _links(columns)
    voting = [(s, links[uai]) for s in services if (uai := columns.subjects[s].uai) in links]
    watch, own = [s for s, _ in voting], [link for _, link in voting]
    entitled = _both(
        [_covered(columns, watch), _covered(columns, own)],
        [
            _in_state(columns, watch, UNOBSERVED, UNREACHABLE),
            _in_state(columns, own, DOWN, UNOBSERVED, UNREACHABLE),
        ],
    )
    return _counted(entitled, _both([entitled, _in_state(columns, watch, DOWN)], []))


def _links(columns: Columns) -> dict[str, int]:
    """Return the link of each site, the first by id where a site has several."""
    links = [i for i, s in enumerate(columns.subjects) if s.resource.kind is Kind.LINK]
    links.sort(key=lambda index: columns.subjects[index].resource.id, reverse=True)
    return {columns.subjects[index].uai: index for index in links}


def _covered(columns: Columns, subjects: list[int]) -> Spans:
    """Return what the coverage of each subject holds, the n-th subject on line n."""
    groups = ints([int(columns.group[subject]) for subject in subjects])
    starts, ends = columns.covered.starts, columns.covered.ends
    first = np.searchsorted(starts, groups * LINE)
    last = np.searchsorted(starts, (groups + 1) * LINE)
    rows, voter = _ranges(first, last)
    shift = (np.arange(len(groups)) - groups)[voter] * LINE
    return starts[rows] + shift, ends[rows] + shift


def _in_state(columns: Columns, subjects: list[int], *states: int) -> Spans:
    """Return the spells of each subject in some states, the n-th subject on line n."""
    spells = columns.spells
    first = np.searchsorted(spells.subject, numbers(subjects), side="left")
    last = np.searchsorted(spells.subject, numbers(subjects), side="right")
    rows, voter = _ranges(first, last)
    chosen = np.isin(spells.state[rows], states)
    rows, line = rows[chosen], voter[chosen] * LINE
    return spells.start[rows] + line, spells.end[rows] + line


def _ranges(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return the rows of several ranges one after another, and the range that each is of."""
    count = last - first
    voter = np.repeat(np.arange(len(count)), count)
    return np.arange(len(voter)) + (first - (np.cumsum(count) - count))[voter], voter


def _both(plus: list[Spans], minus: list[Spans]) -> Spans:
    """Return where two sets hold together, each being one of `plus` less its part in `minus`."""
    times, (level,) = _levels([(plus, minus)])
    return _where(times, level == len(plus))


def _counted(entitled: Spans, failing: Spans) -> _Verdict:
    local = [(starts % LINE, ends % LINE) for starts, ends in (entitled, failing)]
    times, (voters, against) = _levels([([local[0]], []), ([local[1]], [])])
    enough = voters >= MINIMUM_VOTERS
    down = enough & (2 * against >= voters)
    partial = enough & ~down & (against >= 2) & (20 * against >= voters)  # noqa: PLR2004
    return _Verdict(_where(times, enough), _where(times, down), _where(times, partial))


def _levels(counted: list[tuple[list[Spans], list[Spans]]]) -> tuple[Ints, list[Ints]]:
    """Return instants, and from each to the next how many spans hold, for each thing counted."""
    times, steps = [ints([])], [np.zeros((0, len(counted)), dtype=np.int64)]
    for column, (plus, minus) in enumerate(counted):
        for spans, sign in (*((p, 1) for p in plus), *((m, -1) for m in minus)):
            for instants, step in ((spans[0], sign), (spans[1], -sign)):
                times.append(instants)
                steps.append(np.zeros((len(instants), len(counted)), dtype=np.int64))
                steps[-1][:, column] = step
    instants, place = np.unique(np.concatenate(times), return_inverse=True)
    change = np.zeros((len(instants), len(counted)), dtype=np.int64)
    np.add.at(change, place, np.concatenate(steps))
    return instants, list(np.cumsum(change, axis=0).T)


def _where(times: Ints, holds: Flags) -> Spans:
    """Return the maximal stretches between instants over which a condition holds."""
    if not len(times):
        return times, times
    turns = np.diff(holds.astype(np.int8), prepend=0)
    return times[turns == 1], times[turns == -1]
