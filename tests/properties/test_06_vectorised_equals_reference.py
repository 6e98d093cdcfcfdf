"""Property 6: vectorised equals readable, to the millisecond, over whole years."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.register import Register
from numlycee.rates.model import Hours, Window
from tests.proof import examples
from tests.properties.years import Year, some_window, years
from tests.reading import quickly, slowly

pytestmark = pytest.mark.slow
SEEDS = st.integers(0, 2**32)


@settings(max_examples=examples(250))
@given(year=years, hours=st.sampled_from(Hours), seed=SEEDS)
def test_figures_of_any_window_of_a_year(year: Year, hours: Hours, seed: int) -> None:
    about = (year.history, year.sites, year.calendars, year.register)
    quick, slow = quickly(*about), slowly(*about)
    window = some_window(Random(seed), year)
    assert quick.table(window, hours) == slow.table(window, hours)


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
