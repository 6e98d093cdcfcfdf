"""A calendar over one school year, as people check it: months, closures, openings, changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from numlycee.domain.calendars import (
    Calendar,
    Hours,
    Reason,
    Week,
    day_bounds,
    local_date,
    school_year,
    zone_of,
)

FIELDS = ("date", "hours", "seconds", "ground", "reason")
"""What `records` says of each day."""

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: its hours, the milliseconds that they last, and why they are not the week's.

    `usual` are the hours that the week in force gives it.
    """

    day: date
    hours: Hours
    length: int
    usual: Hours
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Month:
    """What a month owes: days with service, and milliseconds."""

    name: str
    days: int
    length: int


@dataclass(frozen=True, slots=True)
class Closure:
    """Days that follow each other, closed for one reason; `lost` counts those of usual service."""

    first: date
    last: date
    reason: Reason
    lost: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """A calendar over the days of one school year, each with its month."""

    calendar: Calendar
    year: str
    days: tuple[Day, ...]

    def months(self) -> Iterator[Month]:
        """Yield the twelve months, « 2025-09 » first."""
        for name, group in groupby(self.days, key=lambda day: f"{day.day:%Y-%m}"):
            yield _month(name, tuple(group))

    def total(self) -> Month:
        """Return what the whole year owes."""
        return _month(self.year, self.days)

    def closures(self) -> Iterator[Closure]:
        """Yield the closures in order."""
        for reason, group in groupby(self.days, key=lambda day: not day.hours and day.reason):
            days = tuple(group)
            if reason:
                lost = sum(bool(day.usual) for day in days)
                yield Closure(days[0].day, days[-1].day, reason, lost)

    def openings(self) -> Iterator[Day]:
        """Yield the days that have hours of their own."""
        return (day for day in self.days if day.reason and day.hours)

    def week(self) -> Week:
        """Return the week in force when the year begins."""
        return self.calendar.week(self.days[0].day)

    def changes(self) -> Iterator[tuple[date, Week]]:
        """Yield the weeks that come into force after the first day of the year."""
        for since, week in self.calendar.changes:
            if self.days[0].day < since <= self.days[-1].day:
                yield since, week


def agenda(calendar: Calendar, year: str) -> Agenda:
    """Return a calendar over a school year « 2025-2026 ».

    Raises `ValueError` for what is not a year, `UnknownDateError` for one that is not known.
    """
    start, end = school_year(year, calendar.zone)
    zone = zone_of(calendar.zone)
    first, after = local_date(start, zone), local_date(end, zone)
    count = (after - first).days
    return Agenda(
        calendar, year, tuple(_day(calendar, first + timedelta(days=n)) for n in range(count))
    )


def document(made: Agenda) -> Mapping[str, object]:
    """Return an agenda for JSON: dates and hours as text, lengths in seconds."""
    total = made.total()
    return {
        "calendar": made.calendar.name,
        "version": made.calendar.version,
        "zone": made.calendar.zone,
        "year": made.year,
        "days": total.days,
        "seconds": total.length // 1000,
        "months": [
            {"month": month.name, "days": month.days, "seconds": month.length // 1000}
            for month in made.months()
        ],
        "week": _week(made.week()),
        "changes": [
            {"since": since.isoformat(), "week": _week(week)} for since, week in made.changes()
        ],
        "closures": [
            {
                "first": closure.first.isoformat(),
                "last": closure.last.isoformat(),
                "ground": closure.reason.ground,
                "reason": closure.reason.words,
                "lost_days": closure.lost,
            }
            for closure in made.closures()
        ],
        "openings": [record(day) for day in made.openings()],
    }


def records(made: Agenda) -> Iterator[Mapping[str, object]]:
    """Yield one record for each day of the year."""
    return map(record, made.days)


def record(day: Day) -> Mapping[str, object]:
    """Return one day under `FIELDS`; hours are « 07:30-12:00 13:00-18:30 »."""
    return {
        "date": day.day.isoformat(),
        "hours": " ".join("-".join(span) for span in _clocks(day.hours)),
        "seconds": day.length // 1000,
        "ground": day.reason.ground if day.reason else "",
        "reason": day.reason.words if day.reason else "",
    }


def clock(minutes: int) -> str:
    """Write minutes since midnight as « 07:30 », the day's end as « 24:00 »."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _day(calendar: Calendar, day: date) -> Day:
    hours = calendar.hours(day)
    length = calendar.opening(*day_bounds(day, calendar.zone)).measure
    usual = calendar.week(day)[day.weekday()]
    return Day(day, hours, length, usual, calendar.reasons.get(day))


def _month(name: str, days: tuple[Day, ...]) -> Month:
    return Month(name, sum(bool(day.hours) for day in days), sum(day.length for day in days))


def _week(week: Week) -> dict[str, list[list[str]]]:
    return {name: _clocks(hours) for name, hours in zip(_NAMES, week, strict=True)}


def _clocks(hours: Hours) -> list[list[str]]:
    return [[clock(minutes) for minutes in span] for span in hours]
