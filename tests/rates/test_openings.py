"""Opening hours of many calendars at once are those of each calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.calendars import ALWAYS, Calendar, Hours, UnknownDateError, instant_of, zone_of
from numlycee.domain.intervals import IntervalSet
from numlycee.rates.integral import LINE
from numlycee.rates.openings import openings
from tests.proof import examples
from tests.rates.histories import DAY, MONDAY, SCHOOL

PARIS = "Europe/Paris"
CHANGES = (date(2026, 3, 29), date(2025, 10, 26))

minutes = st.integers(0, 96).map(lambda quarter: 15 * quarter)
hours = st.lists(minutes, max_size=4, unique=True).map(
    lambda marks: tuple(zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    weekly: tuple[Hours, ...] = tuple(draw(hours) for _ in range(7))
    some = st.sampled_from([day + timedelta(days=n) for day in CHANGES for n in range(-3, 4)])
    closed = draw(st.frozensets(some, max_size=3))
    opened = draw(st.dictionaries(some, hours, max_size=3))
    zone = draw(st.sampled_from([PARIS, "UTC", "America/Martinique"]))
    return Calendar("some", zone, weekly, closed, opened)


def line(spans: tuple[object, object], number: int) -> IntervalSet:
    pairs = zip(*(bounds.tolist() for bounds in spans), strict=True)  # type: ignore[attr-defined]
    inside = [(a - number * LINE, b - number * LINE) for a, b in pairs if a // LINE == number]
    return IntervalSet(tuple(inside))


@given(
    several=st.lists(calendars(), max_size=4),
    change=st.sampled_from(CHANGES),
    before=st.integers(0, 4 * DAY),
    length=st.integers(1, 8 * DAY),
)
@settings(max_examples=examples(100))
def test_as_each_calendar_gives_them(
    several: list[Calendar], change: date, before: int, length: int
) -> None:
    start = instant_of(change, 0, zone_of(PARIS)) - before
    found = openings(several, start, start + length)
    for number, calendar in enumerate(several):
        within = line(found, number).clip(start, start + length)
        assert within == calendar.opening(start, start + length)


def test_nights_touch_each_other() -> None:
    starts, ends = openings([ALWAYS], MONDAY, MONDAY + 3 * DAY)
    assert len(starts) == len(ends) == 1


def test_a_year_that_the_calendar_does_not_know_is_an_error() -> None:
    known = Calendar("zone C", PARIS, SCHOOL.weekly, known=(date(2024, 9, 1), date(2025, 9, 1)))
    with pytest.raises(UnknownDateError, match="zone C"):
        openings([SCHOOL, known], MONDAY, MONDAY + DAY)
