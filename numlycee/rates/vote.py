"""The vectorised quorum: the verdict on shared services, over the whole history at once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.quorum import MINIMUM_VOTERS, agreed, shared
from numlycee.domain.register import SILENT, Register
from numlycee.domain.timeline import Timeline, restrict
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
    in_order,
    joined,
    numbers,
    rows_of,
    spell_columns,
    united,
)
from numlycee.rates.integral import LINE, Integral, ints
from numlycee.rates.life import life
from numlycee.rates.reading import Past
from numlycee.rates.spans import Spans, before, both, laid, levels, ranges, where


def with_verdicts(past: Past, register: Register = SILENT) -> Columns:
    """Return columns with one more subject for each service that sites share."""
    columns = past.columns
    verdicts = [
        _judged(
            _verdict(columns, services).else_seen(centre),
            Subject("", resource),
            life(_listed(columns, services, centre), register.lifetime(("", resource.id))),
        )
        for resource, services in _shared(columns)
        for centre in [past.outside.get(resource.id, Timeline())]
    ]
    for verdict in verdicts:
        columns = columns.joined(verdict)
    return columns


def _listed(columns: Columns, services: list[int], centre: Timeline) -> int:
    """Return when the first of the lycées, or the centre, began to watch a service."""
    lycees = int(columns.born[columns.group[services]].min())
    return min([lycees, *(start for start, _ in centre.coverage.spans[:1])])


def _shared(columns: Columns) -> Iterator[tuple[Resource, list[int]]]:
    by_id: dict[str, list[int]] = {}
    for index, subject in enumerate(columns.subjects):
        if subject.resource.kind is Kind.SERVICE:
            by_id.setdefault(subject.resource.id, []).append(index)
    for name in shared({name: len(services) for name, services in by_id.items()}):
        services = by_id[name]
        yield agreed(columns.subjects[index].resource for index in services), services


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Where somebody decides, and the spells of what is decided, by its only line."""

    covered: Spans
    spells: SpellColumns

    def else_seen(self, centre: Timeline) -> "_Verdict":
        """Return the verdict with what the centre saw where too few voted."""
        if not centre.coverage:
            return self
        decided = IntervalSet(tuple(zip(*(bound.tolist() for bound in self.covered), strict=True)))
        lent = centre.coverage - decided
        spells = spell_columns(list(rows_of(0, restrict(centre.spells, lent))))
        both = Integral.of([decided | lent])
        return _Verdict((both.starts, both.ends), in_order(joined(self.spells, spells)))

    def until(self, retired: int) -> "_Verdict":
        """Return the verdict up to an instant."""
        spells = self.spells.take(self.spells.start < retired)
        end = np.minimum(spells.end, retired)
        return _Verdict(before(self.covered, retired), replace(spells, end=end))


def _judged(verdict: _Verdict, subject: Subject, alive: tuple[int, int]) -> Columns:
    """Return the columns of one subject: the verdict on a service, as long as it lives."""
    born, retired = alive
    told = verdict.until(retired)
    return Columns(
        subjects=(subject,),
        group=ints([0]),
        born=ints([born]),
        retired=ints([retired]),
        covered=Integral.over(*told.covered),
        spells=told.spells,
    )


def _spells(down: Spans, partial: Spans) -> SpellColumns:
    start = np.concatenate((down[0], partial[0]))
    end = np.concatenate((down[1], partial[1]))
    is_down = np.arange(len(start)) < len(down[0])
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
    """Count voters and failures along time; fewer than three voters decide nothing."""
    links = _links(columns)
    voting = [(s, links[uai]) for s in services if (uai := columns.subjects[s].uai) in links]
    watch, own = [s for s, _ in voting], [link for _, link in voting]
    entitled = both(
        [_covered(columns, watch), _covered(columns, own)],
        [
            _in_state(columns, watch, UNOBSERVED, UNREACHABLE),
            _in_state(columns, own, DOWN, UNOBSERVED, UNREACHABLE),
        ],
    )
    return _counted(entitled, both([entitled, _in_state(columns, watch, DOWN)], []))


def _links(columns: Columns) -> dict[str, int]:
    """Return the link of each site, the first by id where a site has several."""
    links = [i for i, s in enumerate(columns.subjects) if s.resource.kind is Kind.LINK]
    links.sort(key=lambda index: columns.subjects[index].resource.id, reverse=True)
    return {columns.subjects[index].uai: index for index in links}


def _covered(columns: Columns, subjects: list[int]) -> Spans:
    """Return what the coverage of each subject holds, the n-th subject on line n."""
    return laid((columns.covered.starts, columns.covered.ends), columns.group[subjects])


def _in_state(columns: Columns, subjects: list[int], *states: int) -> Spans:
    """Return the spells of each subject in some states, the n-th subject on line n."""
    spells = columns.spells
    first = np.searchsorted(spells.subject, numbers(subjects), side="left")
    last = np.searchsorted(spells.subject, numbers(subjects), side="right")
    rows, voter = ranges(first, last)
    chosen = np.isin(spells.state[rows], states)
    rows, line = rows[chosen], voter[chosen] * LINE
    return spells.start[rows] + line, spells.end[rows] + line


def _counted(entitled: Spans, failing: Spans) -> _Verdict:
    local = [(starts % LINE, ends % LINE) for starts, ends in (entitled, failing)]
    times, (voters, against) = levels([([local[0]], []), ([local[1]], [])])
    enough = voters >= MINIMUM_VOTERS
    down = enough & (2 * against >= voters)
    partial = enough & ~down & (against >= 2) & (20 * against >= voters)  # noqa: PLR2004
    return _Verdict(where(times, enough), _spells(where(times, down), where(times, partial)))
