"""Property 1: the five durations sum to the required time, and low ≤ known ≤ high."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.tallies import Tally, tally
from numlycee.domain.timeline import Timeline
from numlycee.rates.model import Hours
from tests.domain.generated import sets, timelines
from tests.proof import examples
from tests.properties.tallies import below, tallies
from tests.properties.years import Year, some_window, years
from tests.reading import quickly


def assert_sums(one: Tally) -> None:
    parts = one.up, one.degraded, one.down, one.unreachable, one.unobserved
    assert sum(parts) == one.required
    assert min(parts) >= 0
    assert 0 <= one.edge <= one.unobserved


def assert_ordered(one: Tally) -> None:
    assert below(one.low, one.known)
    assert below(one.known, one.high)
    assert below(one.felt_low, one.felt)
    assert below(one.felt, one.felt_high)


@settings(max_examples=examples(1000))
@given(timelines(), sets)
def test_of_any_timeline(seen: Timeline, owed: IntervalSet) -> None:
    found = tally(seen, owed)
    assert found.required == owed.measure
    assert_sums(found)
    assert_ordered(found)


@settings(max_examples=examples(500))
@given(tallies())
def test_bounds_hold_the_rate_between_them(one: Tally) -> None:
    assert_ordered(one)


@pytest.mark.slow
@settings(max_examples=examples(250))
@given(year=years, hours=st.sampled_from(Hours), seed=st.integers(0, 2**32))
def test_of_every_resource_and_roll_up_of_a_year(year: Year, hours: Hours, seed: int) -> None:
    rates = quickly(year.history, year.sites, year.calendars, year.register)
    for figures in rates.table(some_window(Random(seed), year), hours).values():
        for one in (figures.contract, figures.felt):
            assert_sums(one)
            assert_ordered(one)
        assert figures.contract.required <= figures.felt.required
