"""A year of twenty generated lycées: everything adds up, and nothing is made up."""

from datetime import date

import pytest

from numlycee.annual.assemble import assemble, window_of
from numlycee.annual.model import AnnualReport
from numlycee.domain.calendars import UnknownDateError
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Verdict
from numlycee.domain.sites import Site
from numlycee.domain.tallies import total
from numlycee.rates.model import Hours, Level
from tests.annual.year import (
    END,
    HOUR,
    MINUTE,
    START,
    Rows,
    at,
    generated,
    order,
    rates,
    region,
)

LINK = Resource("link", Kind.LINK, "Lien THD")
ENT = Resource("ent", Kind.SERVICE, "Mon ENT", "link")


def test_every_class_of_the_year_is_reported(report: AnnualReport) -> None:
    names = {c.name for c in report.classes}
    assert {"link", "lan", "wifi", "service"} <= names
    for item in report.classes:
        assert [month.name for month in item.months][::11] == ["2025-09", "2026-08"]
        assert item.lycees == 19
        tally = item.figures.on(item.hours).contract
        assert total(month.tally for month in item.months) == tally


def test_lost_time_adds_up_to_what_the_rates_say(report: AnnualReport) -> None:
    for item in report.classes:
        mine = [b for b in report.blames if b.resource_class is item.name]
        assert sum(b.service for b in mine) == item.lived.service.contract.down
        assert sum(b.always for b in mine) == item.lived.always.contract.down
        assert sum(b.pupils for b in mine) == item.lived.service.lost_pupil_ms


def test_every_outage_of_the_year_belongs_to_one_incident(report: AnnualReport) -> None:
    lost = sum(i.pupils for i in report.incidents)
    lived = (c.lived.service.lost_pupil_ms for c in report.classes)
    assert lost == sum(lived)
    assert list(report.incidents) == sorted(report.incidents, key=lambda i: -i.pupils)
    assert all(i.earliest <= i.start < i.end <= i.latest for i in report.incidents)


def test_the_ledger_of_time_is_complete(report: AnnualReport) -> None:
    for line in report.completeness:
        assert line.required == line.observed + line.edge + line.declared + line.silent
        assert min(line.observed, line.edge, line.declared, line.silent) >= 0
    silent = {line.resource_class: line.silent for line in report.completeness}
    by_site = sum(m.required - m.covered for m in report.measures)
    assert silent[ResourceClass.LINK] == by_site
    assert by_site == sum(s.service for m in report.measures for s in m.silences)


def test_the_lycee_that_nobody_heard_of_is_not_measured(report: AnnualReport) -> None:
    silent = max(report.order.sites)
    lines = [line for line in report.lycees if line.site.uai == silent]
    assert len(lines) == len(report.classes)
    assert all(line.figures.service.contract.known.value is None for line in lines)
    assert {line.verdict for line in lines} == {Verdict.NOT_MEASURED, None}
    assert report.measures[0].site.uai == silent
    assert report.measures[0].coverage.value is None


def test_territories_hold_every_lycee_once_at_each_level(report: AnnualReport) -> None:
    for name in (c.name for c in report.classes):
        mine = [t for t in report.territories if t.resource_class is name]
        for level in (Level.REGION, Level.ACADEMY, Level.DEPARTMENT):
            here = [t for t in mine if t.scope.level is level]
            assert sum(t.spread.distribution.measured for t in here) == 19
            figures = total(t.figures.service.contract for t in here)
            region_wide = next(c for c in report.classes if c.name is name).lived
            assert figures == region_wide.service.contract


def test_a_known_year_gives_the_known_figures() -> None:
    site, other = region(2)
    rows = Rows()
    rows.add(site.uai, [LINK], (START, END))
    rows.add(other.uai, [LINK], (START, END))
    monday = at(date(2026, 3, 2), 17, 30)
    rows.spell(site.uai, "link", monday, monday + 2 * HOUR)
    made = assemble(rates(rows, (site, other)), order((site, other)))
    (link,) = made.classes
    assert link.figures.on(Hours.SERVICE).contract.down == HOUR
    assert link.figures.on(Hours.ALWAYS).contract.down == 2 * HOUR
    (incident,) = made.incidents
    assert (incident.start, incident.end) == (monday, monday + 2 * HOUR)
    assert (incident.lost, incident.pupils) == (HOUR, HOUR * site.enrolment)
    (blame,) = made.blames
    assert (blame.minutes, blame.minutes_always) == (60, 120)
    assert blame.pupil_hours == site.enrolment


def test_a_portal_that_fails_everywhere_is_one_incident_and_a_bad_day() -> None:
    sites = region(4)
    rows = Rows()
    noon = at(date(2026, 1, 20), 12)
    for n, site in enumerate(sites):
        rows.add(site.uai, [LINK, ENT], (START, END))
        rows.spell(site.uai, "ent", noon + n * MINUTE, noon + HOUR)
    made = assemble(rates(rows, sites), order(sites))
    (incident,) = made.incidents
    assert len(incident.sites) == 4
    assert incident.cause == "timeout"
    assert incident.start == noon + MINUTE
    assert made.days[0].day == "2026-01-20"
    assert made.days[0].down == 59 * MINUTE
    ent = next(c for c in made.classes if c.name is ResourceClass.SERVICE)
    assert ent.figures.service.contract.down == 59 * MINUTE
    assert ent.lived.service.contract.down == 4 * HOUR - 6 * MINUTE


def test_links_that_one_operator_loses_at_once_are_one_incident() -> None:
    places: dict[tuple[str, str], list[Site]] = {}
    for site in region(60):
        places.setdefault((site.operator, site.department.code), []).append(site)
    together = next(sites for sites in places.values() if len(sites) > 1)[:2]
    apart = next(s for s in region(60) if s.operator != together[0].operator)
    sites = (*together, apart)
    rows = Rows()
    noon = at(date(2026, 1, 20), 12)
    for n, site in enumerate(sites):
        rows.add(site.uai, [LINK], (START, END))
        rows.spell(site.uai, "link", noon + n * MINUTE, noon + HOUR)
    made = assemble(rates(rows, sites), order(sites))
    assert sorted(len(i.sites) for i in made.incidents) == [1, 2]
    shared = next(i for i in made.incidents if len(i.sites) == 2)
    assert together[0].operator in shared.name


def test_the_current_year_is_provisional_and_stops_where_it_is_read() -> None:
    sites = region(3)
    instant = at(date(2026, 2, 10), 12)
    made = assemble(rates(generated(sites), sites), order(sites), instant)
    assert made.edition.ongoing
    assert made.classes[0].months[-1].name == "2026-02"
    assert made.edition.window.until == instant


def test_progress_is_told_to_the_end() -> None:
    sites = region(2)
    told: list[tuple[int, int]] = []
    assemble(
        rates(generated(sites), sites),
        order(sites),
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_an_empty_store_gives_a_report_that_says_so() -> None:
    sites = region(2)
    made = assemble(rates(Rows(), sites), order(sites))
    assert made.classes == ()
    assert len(made.measures) == 2


def test_a_year_that_has_not_begun_is_an_error() -> None:
    with pytest.raises(ValueError, match="has not begun"):
        window_of(order(()), START)


def test_a_year_whose_calendar_is_unknown_is_an_error() -> None:
    sites = region(2)
    with pytest.raises(UnknownDateError):
        assemble(rates(generated(sites), sites), order(sites, year="2027-2028"))
