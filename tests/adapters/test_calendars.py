"""The calendar of service agrees with the official one, day by day, and never guesses."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from numlycee.adapters.calendars import PUBLISHED, service_calendar
from numlycee.domain.calendars import Calendar, UnknownDateError

WORKING = ((450, 1110),)
WEEKLY = (WORKING,) * 5 + ((), ())
OFFICIAL = Path(__file__).parents[2].parent / "shared/data/calendrier_zone_c.csv"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return service_calendar("service", WEEKLY, "C", "Europe/Paris")


def official_holidays() -> set[date]:
    if not OFFICIAL.exists():
        pytest.skip(f"the official calendar is not beside the repository: {OFFICIAL}")
    days: set[date] = set()
    with OFFICIAL.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            day = date.fromisoformat(row["premier_jour_libere"])
            back = date.fromisoformat(row["reprise"] or "2028-09-01")
            while day < back:
                days.add(day)
                day += timedelta(days=1)
    return days


def easter(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian computation."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> set[date]:
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    moving = [easter(year) + timedelta(days=days) for days in (1, 39, 50)]
    return {date(year, month, day) for month, day in fixed} | set(moving)


def test_every_day_of_five_school_years(calendar: Calendar) -> None:
    closed = official_holidays()
    for year in range(2023, 2029):
        closed |= public_holidays(year)
    day, differences = date(2023, 9, 1), []
    while day < date(2028, 9, 1):
        expected = WEEKLY[day.weekday()] if day not in closed else ()
        if calendar.hours(day) != expected:
            differences.append(day)
        day += timedelta(days=1)
    assert not differences


@pytest.mark.parametrize("day", [date(2018, 8, 31), date(2028, 9, 1), date(2031, 3, 3)])
def test_an_unknown_school_year_is_an_error_never_open(calendar: Calendar, day: date) -> None:
    with pytest.raises(UnknownDateError, match="import the official calendar"):
        calendar.hours(day)


def test_a_year_without_a_decree_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="2028-2029"):
        service_calendar("service", WEEKLY, "C", "Europe/Paris", range(2027, 2030))


def test_no_year_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="no school year"):
        service_calendar("service", WEEKLY, "C", "Europe/Paris", range(0))


def test_a_zone_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="write one of A, B, C"):
        service_calendar("service", WEEKLY, "Z", "Europe/Paris")


def test_zones_differ_and_the_library_is_named(calendar: Calendar) -> None:
    other = service_calendar("service", WEEKLY, "A", "Europe/Paris", range(2025, 2026))
    assert other.closed != calendar.closed
    assert calendar.version.startswith("holidays ")
    assert calendar.known == (date(PUBLISHED[0], 9, 1), date(2028, 9, 1))
