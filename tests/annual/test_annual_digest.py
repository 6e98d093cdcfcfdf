"""The digest is complete, and holds nothing that moves no figure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.annual.model import AnnualReport
from numlycee.annual.order import Order
from numlycee.domain.calendars import Calendar
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.equipment import Item, parked
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Promises
from numlycee.domain.register import Register
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate
from numlycee.rates.figures import Rates
from numlycee.rates.ports import SpellRow
from tests.annual.eventful import SITES as STATED_SITES
from tests.annual.eventful import eventful
from tests.annual.year import (
    CALENDAR,
    END,
    HOUR,
    MINUTE,
    OBJECTIVES,
    START,
    Rows,
    at,
    order,
    region,
)
from tests.proof import examples

pytestmark = pytest.mark.slow

SITES = region(3)
UAI = SITES[0].uai
DAY = 24 * HOUR
LINK = Resource("link", Kind.LINK, "Lien THD")
ENT = Resource("ent", Kind.SERVICE, "Mon ENT", "link")
NOON = at(date(2026, 1, 20), 12)


def past() -> Rows:
    """Three lycées watched since the year before, with an outage that runs into the year."""
    rows = Rows()
    for n, site in enumerate(SITES):
        rows.add(site.uai, [LINK, ENT], (START - 60 * DAY, END + 10 * DAY))
        rows.spell(site.uai, "ent", NOON + n * MINUTE, NOON + HOUR)
    rows.spell(SITES[0].uai, "link", START - 2 * HOUR, START + 9 * HOUR, Cause.POWER)
    return rows


def made(rows: Rows, wanted: Order, as_of: int | None = None) -> AnnualReport:
    past_ = Rates(rows, wanted.sites, wanted.calendars)
    return assemble(past_, wanted, as_of)


def texts(report: AnnualReport) -> Mapping[str, str]:
    """Every file, the digests themselves left out."""
    blank = replace(report.edition, digest="", inputs={})
    return dict(documents(replace(report, edition=blank)))


def differ(one: AnnualReport, other: AnnualReport) -> bool:
    return texts(one) != texts(other)


CHANGED: Mapping[str, tuple[str, Callable[[Order], dict[str, Any]]]] = {
    "the target of an objective": (
        "objectives",
        lambda o: {
            "objectives": Promises.of(
                replace(one, target=Rate(1, 1)) for one in o.objectives.objectives
            )
        },
    ),
    "the objectives": ("objectives", lambda _: {"objectives": Promises()}),
    "an objective of one lycée": (
        "objectives",
        lambda o: {
            "objectives": Promises(
                (*o.objectives.objectives, replace(OBJECTIVES[ResourceClass.LINK], uai=UAI))
            )
        },
    ),
    "a closed day": (
        "calendars",
        lambda _: {
            "calendars": {"": replace(CALENDAR, closed=CALENDAR.closed | {date(2026, 1, 20)})}
        },
    ),
    "an opened day": (
        "calendars",
        lambda _: {"calendars": {"": replace(CALENDAR, opened={date(2026, 1, 24): ((480, 720),)})}},
    ),
    "an enrolment": (
        "sites",
        lambda o: {
            "sites": {**o.sites, SITES[0].uai: replace(SITES[0], enrolment=SITES[0].enrolment + 1)}
        },
    ),
    "the operator of a site": (
        "sites",
        lambda o: {"sites": {**o.sites, SITES[0].uai: replace(SITES[0], operator="Autre")}},
    ),
    "the name of the Region": ("period", lambda _: {"region": "Ailleurs"}),
}


@pytest.mark.parametrize("name", CHANGED)
def test_what_is_asked_for_changes_its_part_of_the_digest(name: str) -> None:
    part, other = CHANGED[name]
    before, after = (
        made(past(), order(SITES)),
        made(past(), replace(order(SITES), **other(order(SITES)))),
    )
    assert before.edition.digest != after.edition.digest
    moved = {p for p, d in before.edition.inputs.items() if after.edition.inputs[p] != d}
    assert moved == {part}


def test_labels_a_web_site_and_the_pupils_of_other_years_are_no_input() -> None:
    beside = replace(SITES[0], labels=(("lot", "2"),), web="https://a.fr/", enrolments=((2020, 9),))
    wanted = replace(order(SITES), sites={**order(SITES).sites, UAI: beside})
    before, after = made(past(), order(SITES)), made(past(), wanted)
    assert before.edition.digest == after.edition.digest
    assert not differ(before, after)


def test_an_owner_that_is_listed_is_an_input_and_answers_for_the_outage() -> None:
    item = Item(UAI, "ent", Kind.SERVICE, "ENT", owner=Owner.LYCEE)
    register = Register(equipment=parked((item,)))
    rows, wanted = past(), order(SITES, register=register)
    after = assemble(Rates(rows, wanted.sites, wanted.calendars, register), wanted)
    before = made(past(), order(SITES))
    assert {line.owner for line in after.blames} - {line.owner for line in before.blames} == {
        Owner.LYCEE
    }
    moved = {p for p, d in before.edition.inputs.items() if after.edition.inputs[p] != d}
    assert moved == {"resources"}


def test_another_version_of_the_calendar_that_opens_the_same_is_the_same_input() -> None:
    other = {"": replace(CALENDAR, version="test-2", name="zone C")}
    before, after = made(past(), order(SITES)), made(past(), order(SITES, calendars=other))
    assert before.edition.digest == after.edition.digest


@pytest.mark.parametrize(
    "calendar",
    [
        replace(CALENDAR, closed=CALENDAR.closed | {date(2024, 11, 12)}),
        replace(CALENDAR, closed=CALENDAR.closed | {date(2026, 11, 12)}),
        replace(CALENDAR, opened={date(2026, 1, 20): ((450, 1110),)}),
    ],
)
def test_a_calendar_that_opens_the_same_year_has_the_same_digest(calendar: Calendar) -> None:
    before, after = made(past(), order(SITES)), made(past(), order(SITES, calendars={"": calendar}))
    assert before.edition.digest == after.edition.digest
    assert not differ(before, after)


def test_what_was_over_before_the_year_changes_nothing() -> None:
    rows = past()
    before = made(rows, order(SITES))
    rows.spell(SITES[1].uai, "link", START - 30 * DAY, START - 29 * DAY)
    after = made(rows, order(SITES))
    assert before.edition.digest == after.edition.digest
    assert not differ(before, after)


def test_an_outage_that_runs_into_the_year_is_told_from_its_beginning() -> None:
    before = made(past(), order(SITES))
    rows = past()
    rows.told[-1] = replace(rows.told[-1], start=START - 3 * HOUR)
    after = made(rows, order(SITES))
    assert differ(before, after)
    assert before.edition.digest != after.edition.digest


def test_the_runs_that_told_it_and_their_order_change_nothing() -> None:
    rows = past()
    other = Rows(
        [*reversed(rows.listed)],
        [replace(r, run="b" * 16) for r in reversed(rows.covered)],
        [replace(r, run="b" * 16) for r in reversed(rows.told)],
    )
    before, after = made(rows, order(SITES)), made(other, order(SITES))
    assert before.edition.digest == after.edition.digest
    assert not differ(before, after)


def changed(rows: Rows, seed: int) -> Rows:
    """The same past but for one row: moved, dropped, added, of another state or cause."""
    random = Random(seed)
    told, n = list(rows.told), random.randrange(len(rows.told))
    row, length = told[n], random.choice((MINUTE, HOUR, 3 * DAY))
    match random.randrange(7):
        case 0:
            told[n] = replace(row, start=row.start - length)
        case 1:
            told[n] = replace(row, end=row.end + length)
        case 2:
            told.pop(n)
        case 3:
            told[n] = replace(row, cause=random.choice((Cause.POWER, Cause.LAN, Cause.DNS)))
        case 4:
            told[n] = replace(row, state=random.choice((State.UNREACHABLE, State.DEGRADED)))
        case 5:
            start = random.randrange(START - 30 * DAY, END)
            told.append(replace(row, resource="link", start=start, end=start + length))
        case _:
            covered = [replace(c, end=c.end - 20 * DAY) for c in rows.covered]
            inside = [t for t in told if t.end < END - 10 * DAY]
            return Rows(rows.listed, covered, inside)
    return Rows(rows.listed, rows.covered, told)


def disjoint(rows: Rows) -> Rows:
    """Without the spells that lie over another of the same resource, which no agent tells."""
    kept: list[SpellRow] = []
    for row in sorted(rows.told, key=lambda r: (r.uai, r.resource, r.start, r.end)):
        last = kept[-1] if kept else None
        if not last or (last.uai, last.resource) != (row.uai, row.resource) or last.end < row.start:
            kept.append(row)
    return replace(rows, told=kept)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=3), st.integers(-40, 300))
def test_whatever_changes_a_byte_changes_the_digest(seeds: list[int], early: int) -> None:
    as_of = END - max(0, early) * DAY
    rows = past()
    before = made(rows, order(SITES), as_of)
    for seed in seeds:
        rows = disjoint(changed(rows, seed))
    after = made(rows, order(SITES), as_of)
    if differ(before, after):
        assert before.edition.digest != after.edition.digest


def told(rows: Rows, register: Register) -> AnnualReport:
    wanted = order(STATED_SITES, register=register)
    return assemble(Rates(rows, wanted.sites, wanted.calendars, register), wanted)


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_is_stated_and_changes_a_byte_changes_the_digest(seed: int) -> None:
    random = Random(seed)
    rows, register = eventful(random)
    key = random.choice([*register.overrules, *register.maintenance, *register.lifetimes])
    part = random.choice(("overrules", "maintenance", "lifetimes"))
    fewer = {k: v for k, v in getattr(register, part).items() if k != key}
    before, after = told(rows, register), told(rows, replace(register, **{part: fewer}))
    assert differ(before, after) == (before.edition.digest != after.edition.digest)
