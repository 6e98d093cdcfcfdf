"""Weeks that replace each other at a date, exceptions, and years that are not known whole."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from numlycee.domain.calendars import (
    Calendar,
    Hours,
    ServiceTime,
    UnknownDateError,
    day_bounds,
    local_date,
    zone_of,
)
from numlycee.domain.school import SchoolHolidays, stamped
from tests.proof import examples

PARIS = "Europe/Paris"
HOUR, MINUTE = 3_600_000, 60_000
EARLY, LATE = ((480, 720),), ((780, 1080),)
NIGHT = ((0, 360), (1320, 1440))

ranges = st.integers(0, 1439).flatmap(
    lambda opens: st.tuples(st.just(opens), st.integers(opens + 1, 1440))
)
some_hours = st.lists(ranges, max_size=3).map(tuple)
weeks = st.lists(some_hours, min_size=7, max_size=7).map(tuple)
CHANGES = (date(2024, 2, 28), date(2025, 3, 30), date(2025, 10, 26), date(2026, 1, 5))
days = st.sampled_from(CHANGES).flatmap(
    lambda day: st.integers(-3, 3).map(lambda n: day + timedelta(days=n))
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    turns = sorted(draw(st.sets(days, max_size=2)))
    return Calendar(
        "any",
        draw(st.sampled_from([PARIS, "UTC", "Indian/Reunion", "Australia/Lord_Howe"])),
        draw(weeks),
        closed=draw(st.frozensets(days, max_size=3)),
        opened=draw(st.dictionaries(days, some_hours, max_size=3)),
        changes=tuple((turn, draw(weeks)) for turn in turns),
    )


def slowly(calendar: Calendar, start: int, end: int) -> int:
    """The minutes of a stretch whose local clock shows opening hours, read one by one."""
    zone, open_minutes = zone_of(calendar.zone), 0
    for instant in range(start, end, MINUTE):
        local = datetime.fromtimestamp(instant // 1000, zone)
        minute = local.hour * 60 + local.minute
        hours = calendar.hours(local.date())
        open_minutes += any(opens <= minute < closes for opens, closes in hours)
    return open_minutes * MINUTE


def repeated(calendar: Calendar, day: date) -> bool:
    """Whether opening hours begin or end within the time that the clocks show twice."""
    zone = zone_of(calendar.zone)

    def twice(minute: int) -> bool:
        local = datetime.combine(day, time(minute // 60 % 24, minute % 60), zone)
        return local.utcoffset() != local.replace(fold=1).utcoffset()

    bounds = [minute for span in calendar.hours(day) for minute in span if 0 < minute < 1440]
    return any(twice(minute) and twice(minute - 1) for minute in bounds)


@settings(max_examples=examples(80), deadline=None)
@given(calendars(), days)
def test_opening_is_what_the_clock_on_the_wall_shows(calendar: Calendar, day: date) -> None:
    assume(not repeated(calendar, day))
    start, end = day_bounds(day, calendar.zone)
    assert calendar.opening(start, end).measure == slowly(calendar, start, end)


def test_the_hour_that_autumn_repeats_is_owed_twice_when_it_lies_within() -> None:
    start, end = day_bounds(date(2025, 10, 26), PARIS)
    night = Calendar("night", PARIS, (((60, 240),),) * 7)
    assert night.opening(start, end).measure == slowly(night, start, end) == 4 * HOUR


@settings(max_examples=examples(60), deadline=None)
@given(calendars(), st.lists(st.integers(0, 10 * 24 * 60), min_size=3, max_size=3), days)
def test_service_time_adds_up(calendar: Calendar, minutes: list[int], day: date) -> None:
    first = day_bounds(day, calendar.zone)[0]
    a, b, c = (first + n * MINUTE for n in sorted(minutes))
    service = ServiceTime(calendar.opening(first, first + 11 * 24 * HOUR))
    assert service.between(a, b) + service.between(b, c) == service.between(a, c)
    assert service.between(a, b) == calendar.opening(a, b).measure


def test_a_version_takes_over_in_the_middle_of_a_week() -> None:
    thursday = date(2026, 1, 8)
    calendar = Calendar("c", PARIS, (EARLY,) * 7, changes=((thursday, (LATE,) * 7),))
    hours = [calendar.hours(thursday + timedelta(days=n)) for n in (-2, -1, 0, 1)]
    assert hours == [EARLY, EARLY, LATE, LATE]


def test_the_last_version_that_has_begun_is_in_force() -> None:
    turns: tuple[tuple[date, tuple[Hours, ...]], ...] = (
        (date(2026, 1, 5), (LATE,) * 7),
        (date(2026, 2, 2), ((),) * 7),
    )
    calendar = Calendar("c", PARIS, (EARLY,) * 7, changes=turns)
    months = [calendar.hours(date(2026, month, 4)) for month in (1, 2, 3)]
    assert months == [EARLY, (), ()]
    assert calendar.hours(date(2026, 2, 1)) == LATE


def test_a_version_may_take_over_within_a_night() -> None:
    turn = date(2026, 1, 5)
    calendar = Calendar("night", PARIS, (NIGHT,) * 7, changes=((turn, (EARLY,) * 7),))
    spans = calendar.opening(day_bounds(date(2026, 1, 4), PARIS)[0], day_bounds(turn, PARIS)[1])
    local = [
        [f"{datetime.fromtimestamp(t / 1000, zone_of(PARIS)):%d %H:%M}" for t in span]
        for span in spans
    ]
    assert local == [["04 00:00", "04 06:00"], ["04 22:00", "05 00:00"], ["05 08:00", "05 12:00"]]


def test_a_night_goes_on_across_midnight() -> None:
    calendar = Calendar("night", PARIS, (NIGHT,) * 7)
    start = day_bounds(date(2024, 2, 28), PARIS)[0]
    spans = calendar.opening(start + 12 * HOUR, start + 60 * HOUR).spans
    assert [(b - a) // HOUR for a, b in spans] == [8, 8]
    assert local_date(spans[1][0], zone_of(PARIS)) == date(2024, 2, 29)


def test_a_year_between_known_ones_may_be_unknown() -> None:
    calendar = Calendar(
        "c",
        PARIS,
        (EARLY,) * 7,
        known=(date(2023, 9, 1), date(2026, 9, 1)),
        gaps={2024: "the file lacks Vacances d'Hiver"},
        opened={date(2025, 6, 14): LATE},
    )
    assert calendar.hours(date(2024, 8, 31)) == EARLY
    assert calendar.hours(date(2025, 6, 14)) == LATE
    with pytest.raises(UnknownDateError, match=r"lacks Vacances d'Hiver.*calendar of 2024-2025"):
        calendar.hours(date(2024, 9, 1))
    with pytest.raises(UnknownDateError, match="not 2026-09-01: import the official calendar of"):
        calendar.hours(date(2026, 9, 1))


BASE = Calendar("c", PARIS, (EARLY,) * 7, known=(date(2023, 9, 1), date(2026, 9, 1)))


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, zone="UTC"),
        replace(BASE, weekly=(LATE,) * 7),
        replace(BASE, closed=frozenset({date(2026, 5, 15)})),
        replace(BASE, opened={date(2026, 6, 13): LATE}),
        replace(BASE, changes=((date(2026, 1, 5), (LATE,) * 7),)),
        replace(BASE, known=(date(2023, 9, 1), date(2027, 9, 1))),
        replace(BASE, gaps={2024: "x"}),
    ],
)
def test_the_version_changes_with_any_rule(other: Calendar) -> None:
    before, after = (stamped(calendar, "file.csv").version for calendar in (BASE, other))
    assert before != after
    assert before.startswith("file.csv · ")
    assert stamped(replace(BASE, name="other"), "file.csv").version == before


def holidays(years: set[int], day: date, gaps: dict[int, str] | None = None) -> SchoolHolidays:
    return SchoolHolidays("file", {day: "Vacances"}, frozenset(years), gaps or {})


def test_a_zone_takes_over_from_another() -> None:
    one = holidays({2023, 2024, 2025}, date(2025, 2, 3))
    other = holidays({2024, 2025, 2026}, date(2026, 2, 3))
    changed = one.then(date(2025, 3, 1), other)
    assert set(changed.days) == {date(2025, 2, 3), date(2026, 2, 3)}
    assert changed.years == {2023, 2024, 2025, 2026}
    assert set(one.then(date(2025, 2, 3), other).days) == {date(2026, 2, 3)}


def test_a_year_that_one_of_two_zones_does_not_know_is_not_known() -> None:
    one, other = (
        holidays({2023}, date(2024, 1, 1), {2024: "gap"}),
        holidays({2024, 2025}, CHANGES[0]),
    )
    assert one.then(date(2025, 1, 5), other).years == {2023, 2025}
    assert one.then(date(2025, 1, 5), other).lacking() == {2024: "gap"}
    assert one.then(date(2024, 9, 1), other).years == {2023, 2024, 2025}


def test_a_year_of_which_the_source_says_nothing_is_lacking() -> None:
    told = holidays({2023, 2026}, CHANGES[0], {2024: "file lacks Noël", 2027: "file lacks Été"})
    assert told.known() == (date(2023, 9, 1), date(2027, 9, 1))
    assert told.lacking() == {
        2024: "file lacks Noël",
        2025: "file says nothing of it",
        2027: "file lacks Été",
    }
