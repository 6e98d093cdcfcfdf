"""Distributions, weights, scales and sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.adapters.report_html import charts, phrases
from numlycee.annual.territory import distribution, weighted
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.model import Figures
from tests.annual.year import CALENDAR, HOUR

RATES = st.builds(
    lambda whole, part: Rate(min(whole, part), whole), st.integers(1, 10**6), st.integers(0, 10**6)
)


def test_percentiles_are_rates_of_real_lycees_by_nearest_rank() -> None:
    found = distribution(Rate(n, 1000) for n in range(981, 1001))
    assert (found.lowest, found.median, found.highest) == (
        Rate(981, 1000),
        Rate(990, 1000),
        Rate(999, 1000),
    )
    assert found.spread.truncated(2) == 180


def test_the_unmeasured_are_in_no_distribution() -> None:
    found = distribution([Rate(0, 0), Rate(1, 2)])
    assert (found.measured, found.median) == (1, Rate(1, 2))
    assert distribution([]).median.value is None
    assert distribution([]).spread.value is None


@given(st.lists(RATES, min_size=1, max_size=30))
def test_percentiles_are_in_order_and_members(rates: list[Rate]) -> None:
    found = distribution(rates)
    values = [found.lowest.value, found.median.value, found.highest.value]
    assert values == sorted(v for v in values if v is not None)
    assert {found.lowest, found.median, found.highest} <= set(rates)


def test_pupils_weigh() -> None:
    assert weighted([(3, Rate(1, 1)), (1, Rate(0, 1)), (9, Rate(0, 0))]) == Rate(3, 4)
    assert weighted([(0, Rate(1, 1))]).value is None


@given(st.lists(RATES, min_size=1, max_size=12))
def test_a_scale_holds_what_it_was_made_for(rates: list[Rate]) -> None:
    on = charts.scale(rates)
    assert 0 <= on.floor < charts.FULL
    assert len(on.lines()) <= 7
    assert on.lines()[-1] == charts.FULL
    assert all((rate.truncated(4) or 0) >= on.floor for rate in rates)
    assert all(0 <= (on.share(rate, 100) or 0) <= 100 for rate in rates)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=7))
def test_a_stacked_bar_has_no_holes(parts: list[int]) -> None:
    bars = charts.shares(parts, 1000)
    at = 0
    for start, length in bars:
        assert start == at
        at += length
    assert at == (1000 if sum(parts) else 0)


def test_the_time_beside_a_rate_is_what_it_lacks_of_one_resource() -> None:
    tally = Tally(required=400 * HOUR, up=396 * HOUR, down=4 * HOUR)
    assert phrases.per_resource(Figures(2, tally, tally)) == "2\u202fh\u202f00"
    assert phrases.per_resource(Figures(0, Tally(), Tally())) == ""


def test_weekly_hours_are_told_by_groups_of_days() -> None:
    told = phrases.weekly(CALENDAR).replace("\u202f", " ")
    assert told == (
        "lundi, mardi, mercredi, jeudi, vendredi : 7 h 30 – 18 h 30 ; samedi, dimanche : fermé"
    )


@pytest.mark.parametrize(
    ("name", "text"), [("2025-10-07", "7 octobre 2025"), ("2026-05-01", "1er mai 2026")]
)
def test_days_are_named_in_french(name: str, text: str) -> None:
    assert phrases.date_name(name) == text
