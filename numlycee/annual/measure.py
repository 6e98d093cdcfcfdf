"""Measurement as a service of its own: what was observed, and who fell silent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from numlycee.annual.measured import Completeness, Silence, SiteMeasure
from numlycee.annual.model import ClassReport
from numlycee.annual.order import Order
from numlycee.annual.owed import Owed
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.rates.model import Life


def completeness(
    classes: Sequence[ClassReport], lives: Sequence[Life], owed: Owed
) -> tuple[Completeness, ...]:
    """Return the ledger of time by class, lycée by lycée added up, in service hours."""
    declared = _declared(lives, owed)
    return tuple(_line(report, declared[report.name]) for report in classes)


def _declared(lives: Sequence[Life], owed: Owed) -> Mapping[ResourceClass, int]:
    sums: dict[ResourceClass, int] = defaultdict(int)
    for life in lives:
        if life.uai:
            sums[life.resource.resource_class] += sum(
                owed.service(life.uai, spell.start, spell.end)
                for spell in owed.spells(life, State.UNOBSERVED)
                if spell.cause is not Cause.EDGE
            )
    return sums


def _line(report: ClassReport, declared: int) -> Completeness:
    tally = report.lived.service.contract
    return Completeness(
        resource_class=report.name,
        required=tally.required,
        observed=tally.required - tally.unobserved,
        edge=tally.edge,
        declared=declared,
        silent=tally.unobserved - tally.edge - declared,
    )


def measures(lives: Sequence[Life], owed: Owed, order: Order) -> tuple[SiteMeasure, ...]:
    """Return how well each lycée of the fleet was measured, worst first, never measured before."""
    by_site: dict[str, list[Life]] = defaultdict(list)
    for life in lives:
        if life.resource.resource_class is not ResourceClass.COMPOSITE:
            by_site[life.uai].append(life)
    lines = [
        replace(_site(site, by_site[uai], owed), lost=order.lost.get(uai, 0))
        for uai, site in order.sites.items()
    ]
    return tuple(sorted(lines, key=_worst))


def _worst(line: SiteMeasure) -> tuple[float, int, str]:
    value = line.coverage.value
    return (-1.0 if value is None else value, -line.site.enrolment, line.site.uai)


def _site(site: Site, lives: Sequence[Life], owed: Owed) -> SiteMeasure:
    spans = [owed.living(life) for life in lives]
    start = min((born for born, _ in spans), default=owed.window.until)
    end = max((retired for _, retired in spans), default=owed.window.until)
    coverage = _accounted(lives)
    opening = owed.opening(site.uai).clip(start, end)
    return SiteMeasure(
        site=site,
        required=opening.measure,
        covered=(opening & coverage).measure,
        silences=tuple(_silences(site, coverage.complement(start, end), owed)),
    )


def _accounted(lives: Sequence[Life]) -> IntervalSet:
    whole = {life.timeline.coverage for life in lives}
    return next(iter(whole)) if len(whole) == 1 else _united(whole) if whole else NEVER


def _united(sets: set[IntervalSet]) -> IntervalSet:
    return IntervalSet.of(span for instants in sets for span in instants)


def _silences(site: Site, gaps: IntervalSet, owed: Owed) -> Iterator[Silence]:
    for start, end in gaps:
        service = owed.service(site.uai, start, end)
        if service:
            yield Silence(site, start, end, service)
