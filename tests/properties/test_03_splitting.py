"""Property 3: splitting a period in two and adding what is found gives what the whole gives."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.tallies import tally
from numlycee.domain.timeline import Timeline
from numlycee.rates.model import NOTHING, Figures, Hours, ResourceOutage
from tests.domain.generated import AXIS, sets, timelines
from tests.proof import examples
from tests.properties.years import Year, some_window, years
from tests.reading import quickly


@settings(max_examples=examples(1000))
@given(timelines(), sets, st.integers(0, AXIS))
def test_halves_add_up_to_the_whole(seen: Timeline, owed: IntervalSet, cut: int) -> None:
    first, second = tally(seen, owed.clip(0, cut)), tally(seen, owed.clip(cut, AXIS))
    assert first + second == tally(seen, owed)
    assert tally(seen, owed) - first == second


@pytest.mark.slow
@settings(max_examples=examples(250))
@given(year=years, hours=st.sampled_from(Hours), seed=st.integers(0, 2**32))
def test_of_every_roll_up_and_outage_of_a_year(year: Year, hours: Hours, seed: int) -> None:
    dice = Random(seed)
    rates = quickly(year.history, year.sites, year.calendars, year.register)
    whole = some_window(dice, year)
    cut = dice.randint(whole.start, whole.end)
    first, second, both = (
        rates.table(window, hours)
        for window in (replace(whole, end=cut), replace(whole, start=cut), whole)
    )
    assert first.keys() | second.keys() <= both.keys()
    for key, figures in both.items():
        assert _added(first.get(key, NOTHING), second.get(key, NOTHING)) == _added(figures, NOTHING)
    assert _listed(rates.outages(whole, hours)) == sorted(
        _listed(rates.outages(replace(whole, end=cut), hours))
        + _listed(rates.outages(replace(whole, start=cut), hours))
    )


def _added(one: Figures, other: Figures) -> tuple[object, ...]:
    return (
        one.contract + other.contract,
        one.felt + other.felt,
        one.outages + other.outages,
        one.outage_ms + other.outage_ms,
        max(one.longest_outage_ms, other.longest_outage_ms),
        one.lost_pupil_ms + other.lost_pupil_ms,
    )


def _listed(outages: Sequence[ResourceOutage]) -> list[str]:
    return sorted(map(repr, outages))
