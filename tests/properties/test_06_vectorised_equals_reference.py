"""Property 6: vectorised equals readable, to the millisecond, over whole years."""

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.calendars import day_bounds
from numlycee.domain.register import Register
from numlycee.rates.model import NOTHING, Hours, Table, Window
from tests.proof import examples
from tests.properties.years import ZONE, Year, some_window, years
from tests.rates.histories import DAY
from tests.reading import quickly, slowly

pytestmark = pytest.mark.slow
SEEDS = st.integers(0, 2**32)


@settings(max_examples=examples(150))
@given(year=years, seed=SEEDS)
def test_figures_of_any_windows_of_a_year(year: Year, seed: int) -> None:
    """Several windows are asked of the same figures: an answer does not depend on those before."""
    about = (year.history, year.sites, year.calendars, year.register)
    quick, slow, dice = quickly(*about), slowly(*about), Random(seed)
    for _ in range(3):
        window, hours = some_window(dice, year), dice.choice(list(Hours))
        assert quick.table(window, hours) == slow.table(window, hours)


@settings(max_examples=examples(80))
@given(year=years, seed=SEEDS)
def test_the_last_days_before_any_instant(year: Year, seed: int) -> None:
    about = (year.history, year.sites, year.calendars, year.register)
    quick, slow = quickly(*about), slowly(*about)
    as_of = Random(seed).randint(year.start + 7 * DAY, year.end)
    tables: dict[str, Table] = {}
    for key, bars in quick.days(as_of, 3).items():
        for bar in bars:
            if bar.day not in tables:
                bounds = day_bounds(date.fromisoformat(bar.day), ZONE)
                tables[bar.day] = slow.table(Window(bar.day, *bounds, as_of), Hours.SERVICE)
            assert bar.tally == tables[bar.day].get(key, NOTHING).contract


@settings(max_examples=examples(250))
@given(year=years, seed=SEEDS)
def test_timelines_and_outages_of_a_year(year: Year, seed: int) -> None:
    alive = Register(lifetimes=year.register.lifetimes)
    about = (year.history, year.sites, year.calendars, alive)
    quick, slow = quickly(*about), slowly(*about)
    as_of = Random(seed).randint(year.start, year.end)
    for uai, name in slow.resources:
        assert quick.timeline(uai, name) == slow.timeline(uai, name)
    for name in slow.shared():
        assert quick.timeline("", name) == slow.verdict(name)
    found = quick.outages(Window("ever", 0, as_of, as_of), Hours.ALWAYS)
    listed = [(one.site.uai, one.resource.id, one.outage) for one in found]
    expected = [
        (uai, name, outage)
        for uai, name in slow.resources
        for outage in slow.outages(uai, name, as_of)
    ]
    assert sorted(listed, key=str) == sorted(expected, key=str)
