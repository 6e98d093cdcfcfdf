"""What the library says of holidays agrees with the official calendar, and never guesses."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from numlycee.adapters.calendars import PUBLISHED, public_holidays, school_holidays
from numlycee.fleet.school_calendar import read_school_calendar

OFFICIAL = Path(__file__).parents[2].parent / "shared/data/calendrier_zone_c.csv"


def easter(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian computation."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize("year", range(2018, 2029))
def test_the_eleven_public_holidays(year: int) -> None:
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    moving = [easter(year) + timedelta(days=days) for days in (1, 39, 50)]
    assert set(public_holidays([year])) == {date(year, *day) for day in fixed} | {*moving}


def test_public_holidays_have_their_french_names() -> None:
    assert public_holidays([2026])[date(2026, 4, 6)] == "Lundi de Pâques"


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official calendar is not beside the project")
def test_the_library_and_the_official_file_agree_on_every_day_of_five_years() -> None:
    file, library = read_school_calendar(OFFICIAL, "C"), school_holidays("C")
    days = [date(2023, 9, 1) + timedelta(days=n) for n in range(1827)]
    assert days[-1] == date(2028, 8, 31)
    assert file.years == {2023, 2024, 2025, 2026, 2027}
    assert [day for day in days if (day in file.days) != (day in library.days)] == []


def test_what_the_library_projects_is_not_known() -> None:
    holidays = school_holidays("C")
    assert holidays.years == set(PUBLISHED)
    assert max(holidays.days) == date(2028, 8, 31)
    assert holidays.source.startswith("holidays ")


def test_zones_differ() -> None:
    assert school_holidays("A").days != school_holidays("B").days != school_holidays("C").days


def test_a_zone_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="write one of A, B, C"):
        school_holidays("Z")
