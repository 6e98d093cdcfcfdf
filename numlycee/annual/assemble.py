"""Puts one school year's figures together; reads nothing but what it is handed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from numlycee.annual.blame import blames
from numlycee.annual.corrections import corrections
from numlycee.annual.days import service_days
from numlycee.annual.digest import combined, inputs
from numlycee.annual.guarantees import guarantees
from numlycee.annual.incidents import incidents
from numlycee.annual.interventions import interventions
from numlycee.annual.measure import completeness, measures
from numlycee.annual.model import AnnualReport, Both, ClassReport, LyceeLine, Month
from numlycee.annual.order import Edition, Order
from numlycee.annual.owed import Owed, losses
from numlycee.annual.owners import Rulings
from numlycee.annual.ports import Past
from numlycee.annual.territory import territories
from numlycee.domain import french
from numlycee.domain.calendars import instant_of, school_year, zone_of
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Period, Verdict
from numlycee.domain.sites import Site
from numlycee.rates.model import (
    NOTHING,
    REGION,
    Figures,
    Heading,
    Hours,
    Level,
    Life,
    Scope,
    Table,
    Window,
    judged_on,
)

Progress = Callable[[int, int], None]
"""Told how many steps are done, of how many."""

Pooled = Mapping[Heading, Both]


def window_of(order: Order, as_of: int | None = None) -> Window:
    """Return the period of a report: read at its end, unless an earlier instant is given.

    Raises `ValueError` for another spelling of the year, or one that has not begun.
    """
    start, end = school_year(order.year, order.zone)
    instant = end if as_of is None else min(as_of, end)
    if instant <= start:
        message = f"the school year {order.year} has not begun yet: ask for an earlier one"
        raise ValueError(message)
    return Window(order.year, start, end, instant)


def assemble(
    past: Past, order: Order, as_of: int | None = None, progress: Progress | None = None
) -> AnnualReport:
    """Return the report of a school year; the same past and order give an equal report."""
    window = window_of(order, as_of)
    return _Assembly(past, order, window, progress or _quiet).report()


def _quiet(_done: int, _of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Assembly:
    past: Past
    order: Order
    window: Window
    progress: Progress

    def report(self) -> AnnualReport:
        months = list(self._months())
        steps = len(months) + _REST
        pooled = _both(self.past.table(self.window, h) for h in Hours)
        self.progress(2, steps)
        lived = (life for life in self.past.lives() if life.born < self.window.until)
        lives = sorted(lived, key=lambda life: life.key)
        tables = []
        for done, month in enumerate(months, start=4):
            tables.append(self._month(month))
            self.progress(done, steps)
        owed = Owed(self.order, self.window)
        rulings = Rulings.of(self.past, self.window)
        lost = losses(lives, owed, rulings)
        stated = corrections(rulings, lives, self.order, self.window)
        planned = interventions(rulings, lives, owed)
        classes = tuple(self._classes(pooled, lives, tables))
        lines = tuple(self._lycees(pooled, classes))
        summed = {(REGION, report.name): report.lived for report in classes}
        parts = inputs(self.order, self.window, lives, stated, planned)
        result = AnnualReport(
            order=self.order,
            edition=Edition(self.window, combined(parts), inputs=parts),
            classes=classes,
            territories=tuple(territories(lines, {**pooled, **summed}, self.order.objectives)),
            blames=blames(lives, lost, self.order),
            incidents=incidents(self.past, self.window, lost, self.order),
            days=service_days(lives, owed),
            completeness=completeness(classes, lives, owed),
            measures=measures(lives, owed, self.order),
            lycees=lines,
            corrections=stated,
            contracts=tuple(guarantees(lives, rulings, owed)),
            interventions=planned,
        )
        self.progress(steps, steps)
        return result

    def _months(self) -> Iterator[Window]:
        """Yield the local months of the year that have begun."""
        zone = zone_of(self.order.zone)
        start = self.window.start
        while start < self.window.until:
            day = datetime.fromtimestamp(start // 1000, zone).date()
            following = day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
            end = instant_of(following, 0, zone)
            yield Window(f"{day:%Y-%m}", start, end, self.window.as_of)
            start = end

    def _month(self, month: Window) -> tuple[str, dict[Hours, Table]]:
        promised = self.order.objectives
        judged = {
            judged_on(promised.for_region(name, Period.MONTH) or promised.for_region(name))
            for name in ResourceClass
        }
        return month.name, {hours: self.past.table(month, hours) for hours in judged}

    def _classes(
        self, pooled: Pooled, lives: list[Life], months: list[tuple[str, dict[Hours, Table]]]
    ) -> Iterator[ClassReport]:
        for name in ResourceClass:
            figures = pooled.get((REGION, name))
            if figures is None:
                continue
            objective = self.order.objectives.for_region(name)
            monthly = self.order.objectives.for_region(name, Period.MONTH)
            hours = judged_on(monthly or objective)
            mine = [life for life in lives if life.resource.resource_class is name and life.uai]
            yield ClassReport(
                name=name,
                objective=objective,
                monthly=monthly,
                verdict=_verdict(objective, figures),
                figures=figures,
                lived=_lived(pooled, name),
                lycees=len({life.uai for life in mine}),
                resolution=max((life.resource.resolution for life in mine), default=0),
                months=tuple(
                    _month_of(month, table[hours].get((REGION, name), NOTHING), monthly)
                    for month, table in months
                ),
            )

    def _lycees(self, pooled: Pooled, classes: tuple[ClassReport, ...]) -> Iterator[LyceeLine]:
        """Yield every lycée of the fleet in every class, measured or not."""
        for report in classes:
            for site in sorted(self.order.sites.values(), key=_by_place):
                figures = pooled.get((Scope(Level.SITE, site.uai), report.name), UNMEASURED)
                objective = self.order.objectives.for_site(report.name, site)
                verdict = _verdict(objective, figures)
                yield LyceeLine(site, report.name, figures, objective, verdict)


_REST = 4
"""Steps beside the months: two tables of the year, the lives, and what is drawn from them."""

UNMEASURED = Both(NOTHING, NOTHING)


def _both(tables: Iterator[Table]) -> Pooled:
    service, always = tables
    return {key: Both(service.get(key, NOTHING), always.get(key, NOTHING)) for key in always}


def _month_of(name: str, figures: Figures, objective: Objective | None) -> Month:
    verdict = objective.verdict(figures.contract) if objective else None
    return Month(name, figures.contract, figures.felt, verdict)


def _verdict(objective: Objective | None, figures: Both) -> Verdict | None:
    if objective is None:
        return None
    return objective.verdict(figures.on(judged_on(objective)).contract)


def _lived(pooled: Pooled, name: ResourceClass) -> Both:
    academies = [
        figures
        for (scope, resource_class), figures in pooled.items()
        if scope.level is Level.ACADEMY and resource_class is name
    ]
    return Both(_sum(f.service for f in academies), _sum(f.always for f in academies))


def _sum(parts: Iterator[Figures]) -> Figures:
    result = NOTHING
    for part in parts:
        result = Figures(
            resources=result.resources + part.resources,
            contract=result.contract + part.contract,
            felt=result.felt + part.felt,
            outages=result.outages + part.outages,
            outage_ms=result.outage_ms + part.outage_ms,
            longest_outage_ms=max(result.longest_outage_ms, part.longest_outage_ms),
            lost_pupil_ms=result.lost_pupil_ms + part.lost_pupil_ms,
        )
    return result


def _by_place(site: Site) -> tuple[str, str, str, str]:
    return (
        site.department.code,
        french.plain(site.commune),
        french.plain(site.name),
        site.uai,
    )
