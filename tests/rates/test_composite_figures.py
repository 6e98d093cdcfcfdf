"""Composites are counted as any resource: by the same tallies, outages and roll-ups."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.calendars import ALWAYS
from numlycee.domain.causes import Cause
from numlycee.domain.composites import NUMERIQUE_PEDAGOGIQUE
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.outages import outages
from numlycee.domain.register import WHOLE_SITE, Register
from numlycee.domain.tallies import NOTHING, Maintenance, tally
from numlycee.rates.columns import Columns
from numlycee.rates.compose import with_composites
from numlycee.rates.figures import ColumnRates, Rates
from numlycee.rates.model import REGION, Hours, Level, Scope, Window
from numlycee.rates.reading import read
from numlycee.rates.vote import with_verdicts
from tests.proof import examples
from tests.rates.histories import CALENDARS, DAY, HOUR, LINK, MONDAY, SWITCH, ListHistory, site
from tests.rates.worlds import instant, world

COMPOSITE = ResourceClass.COMPOSITE


def composed(seed: int) -> tuple[Columns, ColumnRates]:
    history, sites = world(Random(seed))
    columns = with_composites(with_verdicts(read(history, sites)), [NUMERIQUE_PEDAGOGIQUE])
    return columns, ColumnRates(columns, sites, CALENDARS)


def chosen(columns: Columns) -> list[tuple[int, str, int]]:
    """The composites: their number, their lycée, and when they were born."""
    return [
        (n, subject.uai, int(columns.born[columns.group[n]]))
        for n, subject in enumerate(columns.subjects)
        if subject.resource.resource_class is COMPOSITE
    ]


@given(st.integers(0, 1 << 32))
@settings(max_examples=examples(25))
def test_the_figures_of_a_lycee_are_the_tally_of_its_composite(seed: int) -> None:
    dice = Random(seed)
    columns, rates = composed(seed)
    start, end = sorted((instant(dice), instant(dice)))
    window = Window("some", start, end, end)
    table = rates.table(window, Hours.ALWAYS)
    summed = NOTHING
    for n, uai, born in chosen(columns):
        required = ALWAYS.opening(max(born, start), end)
        expected = tally(columns.timeline(n), required)
        key = Scope(Level.SITE, uai), COMPOSITE
        assert (table[key].contract if key in table else NOTHING) == expected
        summed += expected
    assert (
        table[REGION, COMPOSITE].contract if (REGION, COMPOSITE) in table else NOTHING
    ) == summed


@given(st.integers(0, 1 << 32))
@settings(max_examples=examples(10))
def test_every_pupil_of_the_lycee_loses_by_it(seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    rates = Rates(history, sites, CALENDARS, composites=[NUMERIQUE_PEDAGOGIQUE])
    start, end = sorted((instant(dice), instant(dice)))
    table = rates.table(Window("some", start, end, end), Hours.SERVICE)
    for uai, lycee in sites.items():
        figures = table.get((Scope(Level.SITE, uai), COMPOSITE))
        if figures:
            assert figures.lost_pupil_ms == figures.contract.down * lycee.enrolment


@given(st.integers(0, 1 << 32))
@settings(max_examples=examples(25))
def test_its_outages_are_those_of_its_timeline(seed: int) -> None:
    as_of = instant(Random(seed))
    columns, rates = composed(seed)
    found = [
        (one.site.uai, one.outage)
        for one in rates.outages(Window("ever", 0, as_of, as_of), Hours.ALWAYS)
        if one.resource.resource_class is COMPOSITE
    ]
    expected = [
        (uai, outage)
        for n, uai, born in chosen(columns)
        if born < as_of
        for outage in outages(columns.timeline(n), born, as_of)
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert {outage.cause for _, outage in found} <= {Cause.PART}


def test_works_on_the_whole_site_excuse_a_composite_and_works_on_a_part_do_not() -> None:
    history = ListHistory()
    history.watched("A", (LINK, SWITCH), MONDAY, MONDAY + DAY)
    works = [Maintenance(MONDAY + HOUR, MONDAY + 3 * HOUR, announced=MONDAY)]
    key = Scope(Level.SITE, "A"), COMPOSITE
    owed = []
    for name in (WHOLE_SITE, "link"):
        register = Register(maintenance={("A", name): works})
        rates = Rates(history, {"A": site("A")}, CALENDARS, register, [NUMERIQUE_PEDAGOGIQUE])
        window = Window("day", MONDAY, MONDAY + DAY, MONDAY + DAY)
        owed.append(rates.table(window, Hours.ALWAYS)[key].contract.required)
    assert owed == [22 * HOUR, 24 * HOUR]
