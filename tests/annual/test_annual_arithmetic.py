"""Scales and sentences."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.adapters.report_html import charts, phrases
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.model import Figures, Window
from tests.annual.year import CALENDAR, END, HOUR, START

RATES = st.builds(
    lambda whole, part: Rate(min(whole, part), whole), st.integers(1, 10**6), st.integers(0, 10**6)
)


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
    told = phrases.weekly(CALENDAR.weekly).replace("\u202f", " ")
    assert told == (
        "lundi, mardi, mercredi, jeudi, vendredi : 7 h 30 – 18 h 30 ; samedi, dimanche : fermé"
    )


def test_hours_that_change_within_the_year_are_told_with_their_date() -> None:
    later = (((480, 720),),) * 5 + ((), ())
    changed = replace(
        CALENDAR, changes=((date(2024, 1, 1), CALENDAR.weekly), (date(2026, 1, 5), later))
    )
    told = phrases.weeks(changed, Window("2025-2026", START, END, END)).replace("\u202f", " ")
    assert told.startswith("lundi, mardi, mercredi, jeudi, vendredi : 7 h 30 – 18 h 30 ; ")
    assert told.count("à partir du") == 1
    assert "à partir du 5 janvier 2026, lundi, mardi, mercredi, jeudi, vendredi : 8 h 00" in told


@pytest.mark.parametrize(
    ("name", "text"), [("2025-10-07", "7 octobre 2025"), ("2026-05-01", "1er mai 2026")]
)
def test_days_are_named_in_french(name: str, text: str) -> None:
    assert phrases.date_name(name) == text
