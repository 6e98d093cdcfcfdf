"""Opening hours are local whatever the clocks do; what is unknown is an error."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.calendars import (
    ALWAYS,
    Calendar,
    ServiceTime,
    UnknownDateError,
    day_bounds,
    instant_of,
    local_date,
    school_year,
    school_year_of,
    zone_of,
)
from numlycee.domain.intervals import IntervalSet
from tests.domain.generated import AXIS, sets

PARIS = "Europe/Paris"
HOUR = 3_600_000
DAY_HOURS = ((450, 1110),)
WEEK = Calendar("week", PARIS, (DAY_HOURS,) * 7)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)

days = st.dates(date(1990, 1, 1), date(2037, 12, 31))


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@given(days)
def test_a_day_opens_at_the_same_local_time_all_year(day: date) -> None:
    ((opens, closes),) = WEEK.opening(*day_bounds(day, PARIS))
    zone = zone_of(PARIS)
    local = [datetime.fromtimestamp(t / 1000, zone) for t in (opens, closes)]
    assert [f"{t:%H:%M}" for t in local] == ["07:30", "18:30"]
    assert {t.date() for t in local} == {day}


@given(days)
def test_days_follow_each_other_without_a_gap(day: date) -> None:
    start, end = day_bounds(day, PARIS)
    assert end == day_bounds(day + timedelta(days=1), PARIS)[0]
    assert (end - start) // HOUR in {23, 24, 25}
    assert local_date(start, zone_of(PARIS)) == local_date(end - 1, zone_of(PARIS)) == day


def test_days_of_23_and_25_hours() -> None:
    lengths = [(b - a) // HOUR for a, b in (day_bounds(d, PARIS) for d in (SPRING, AUTUMN))]
    assert lengths == [23, 25]


def test_a_time_that_the_spring_change_skips_is_the_change_itself() -> None:
    assert instant_of(SPRING, 150, zone_of(PARIS)) == at("2026-03-29T01:00")
    night = Calendar("night", PARIS, (((150, 240),),) * 7)
    assert night.opening(*day_bounds(SPRING, PARIS)).measure == HOUR


def test_a_time_that_the_autumn_change_repeats_is_its_first() -> None:
    assert instant_of(AUTUMN, 150, zone_of(PARIS)) == at("2026-10-25T00:30")


def test_closed_dates_and_dates_with_their_own_hours() -> None:
    calendar = Calendar(
        "school",
        PARIS,
        (DAY_HOURS,) * 5 + ((), ()),
        closed=frozenset({date(2026, 5, 14), date(2026, 5, 16)}),
        opened={date(2026, 5, 16): ((480, 720),)},
    )
    assert calendar.hours(date(2026, 5, 13)) == DAY_HOURS
    assert calendar.hours(date(2026, 5, 14)) == ()
    assert calendar.hours(date(2026, 5, 16)) == ((480, 720),)
    assert calendar.hours(date(2026, 5, 17)) == ()


def test_a_date_without_a_source_is_an_error_that_says_what_to_do() -> None:
    known = Calendar("school", PARIS, (DAY_HOURS,) * 7, known=(date(2025, 9, 1), date(2026, 9, 1)))
    start = at("2026-08-31T00:00")
    assert known.opening(start, start + HOUR) is not None
    with pytest.raises(UnknownDateError, match="not 2026-09-01: import the official calendar"):
        known.opening(start, start + 48 * HOUR)


def test_always_is_a_calendar_too() -> None:
    assert ALWAYS.opening(5, 10_000_000_000) == IntervalSet.of([(5, 10_000_000_000)])
    assert not ALWAYS.opening(10, 10)


@given(sets, st.integers(0, AXIS), st.integers(0, AXIS))
def test_the_integral_measures_any_stretch(owed: IntervalSet, a: int, b: int) -> None:
    start, end = min(a, b), max(a, b)
    assert ServiceTime(owed).between(start, end) == owed.clip(start, end).measure


@given(sets, st.integers(-1, AXIS + 1))
def test_the_first_required_instant(owed: IntervalSet, after: int) -> None:
    members = [t for t in range(after, AXIS + 1) if t in owed]
    assert ServiceTime(owed).first_after(after) == (members[0] if members else None)


def test_school_years() -> None:
    assert school_year("2025-2026", PARIS) == (at("2025-08-31T22:00"), at("2026-08-31T22:00"))
    assert school_year_of(date(2026, 8, 31)) == "2025-2026"
    assert school_year_of(date(2026, 9, 1)) == "2026-2027"


@pytest.mark.parametrize("name", ["2025", "2025-2027", "2025/2026", "", "a-b"])
def test_another_spelling_of_a_school_year_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="write it as 2025-2026"):
        school_year(name, PARIS)
