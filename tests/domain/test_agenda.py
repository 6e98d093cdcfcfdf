"""What a calendar says of a school year, counted by hand."""

from datetime import date

import pytest

from numlycee.domain.agenda import agenda, document, records
from numlycee.domain.calendars import Calendar, Ground, Reason, UnknownDateError, school_year

HOUR = 3_600_000
USUAL, MORNING = ((450, 1110),), ((480, 720),)
CLOSED = {
    **{date(2025, 10, day): Reason(Ground.SCHOOL, "Toussaint") for day in range(18, 32)},
    **{date(2025, 11, day): Reason(Ground.SCHOOL, "Toussaint") for day in (1, 2)},
    date(2026, 5, 15): Reason(Ground.EXCEPTION, "pont"),
}
CALENDAR = Calendar(
    "lycée",
    "Europe/Paris",
    (*(USUAL,) * 5, (), ()),
    closed=frozenset(CLOSED),
    opened={date(2026, 6, 13): MORNING},
    known=(date(2025, 9, 1), date(2026, 9, 1)),
    changes=((date(2024, 1, 8), (*(USUAL,) * 5, (), ())), (date(2026, 3, 4), (MORNING,) * 7)),
    reasons=CLOSED | {date(2026, 6, 13): Reason(Ground.EXCEPTION, "baccalauréat")},
)
MADE = agenda(CALENDAR, "2025-2026")


def test_months_count_days_and_hours() -> None:
    months = {month.name: (month.days, month.length // HOUR) for month in MADE.months()}
    assert len(months) == 12
    assert months["2025-09"] == (22, 22 * 11)
    assert months["2025-10"] == (13, 13 * 11)
    assert months["2026-03"] == (2 + 28, 2 * 11 + 28 * 4)
    assert months["2026-05"] == (30, 120)


def test_the_year_is_the_sum_of_its_months_and_of_its_instants() -> None:
    months, total = list(MADE.months()), MADE.total()
    assert total.days == sum(month.days for month in months)
    assert total.length == sum(month.length for month in months)
    assert total.length == CALENDAR.opening(*school_year("2025-2026", "Europe/Paris")).measure


def test_a_closure_counts_the_days_that_it_takes() -> None:
    toussaint, bridge = MADE.closures()
    assert (toussaint.first, toussaint.last) == (date(2025, 10, 18), date(2025, 11, 2))
    assert (toussaint.lost, toussaint.reason.words) == (10, "Toussaint")
    assert (bridge.first, bridge.last, bridge.lost) == (date(2026, 5, 15), date(2026, 5, 15), 1)


def test_days_with_their_own_hours_and_changes_of_the_year() -> None:
    (exam,) = MADE.openings()
    assert (exam.day, exam.hours) == (date(2026, 6, 13), MORNING)
    assert MADE.week()[0] == USUAL
    assert [since for since, _ in MADE.changes()] == [date(2026, 3, 4)]


def test_days_of_23_and_25_hours_last_so_long() -> None:
    nights = agenda(Calendar("always", "Europe/Paris", (((0, 1440),),) * 7), "2025-2026")
    lengths = {day.day: day.length // HOUR for day in nights.days if day.length != 24 * HOUR}
    assert lengths == {date(2025, 10, 26): 25, date(2026, 3, 29): 23}


def test_a_leap_day_is_a_day() -> None:
    leap = agenda(Calendar("any", "Europe/Paris", (MORNING,) * 7), "2023-2024")
    assert leap.total().days == 366


def test_records_and_document_say_the_same() -> None:
    days = list(records(MADE))
    assert len(days) == 365
    assert days[0] == {
        "date": "2025-09-01", "hours": "07:30-18:30", "seconds": 39_600, "ground": "", "reason": "",
    }  # fmt: skip
    told = document(MADE)
    assert told["seconds"] == sum(int(str(day["seconds"])) for day in days)
    assert told["openings"] == [day for day in days if day["reason"] == "baccalauréat"]


def test_an_unknown_year_is_an_error() -> None:
    with pytest.raises(UnknownDateError, match="2026-2027"):
        agenda(CALENDAR, "2026-2027")
