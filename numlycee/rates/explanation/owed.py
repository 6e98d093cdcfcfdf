"""When service is owed: calendar, life, and maintenance announced in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from numlycee.domain.calendars import ALWAYS, Calendar, local_date, zone_of
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.tallies import Maintenance, excluded
from numlycee.rates.explanation.model import Day, Due, Life, Timetable
from numlycee.rates.model import Hours, Window


@dataclass(frozen=True, slots=True)
class Owed:
    """What says whether an instant is due of one resource; `zone` is its local time."""

    calendar: Calendar
    zone: str
    life: Life
    announced: tuple[Maintenance, ...]
    as_of: int

    @property
    def apart(self) -> IntervalSet:
        """Return what announced maintenance takes out."""
        return excluded(self.announced)

    def opening(self, start: int, end: int) -> IntervalSet:
        """Return when service is owed over ``[start, end)``, maintenance left in."""
        retired = self.life.stated.retired
        last = min(end, self.as_of) if retired is None else min(end, self.as_of, retired)
        return self.calendar.opening(max(start, self.life.born), last)

    def contract(self, start: int, end: int) -> IntervalSet:
        """Return when service is owed over ``[start, end)``, maintenance taken out."""
        return self.opening(start, end) - self.apart

    def due(self, instant: int, opening: IntervalSet, apart: IntervalSet) -> Due:
        """Return whether an instant is due, and why it is not."""
        if instant < self.life.born:
            return Due.UNBORN
        if self.life.stated.retired is not None and instant >= self.life.stated.retired:
            return Due.RETIRED
        if instant not in opening:
            return Due.CLOSED
        return Due.MAINTENANCE if instant in apart else Due.DUE


def calendar_of(hours: Hours, calendar: Calendar) -> Calendar:
    """Return the calendar of service hours, or the one that never closes."""
    return ALWAYS if hours is Hours.ALWAYS else calendar


def timetable(owed: Owed, window: Window) -> Timetable:
    """Return what the calendar says of each local day of a window."""
    calendar = owed.calendar
    return Timetable(calendar.name, calendar.version, owed.zone, tuple(_days(owed, window)))


def _days(owed: Owed, window: Window) -> Iterator[Day]:
    zone = zone_of(owed.zone)
    day, last = local_date(window.start, zone), local_date(window.until - 1, zone)
    while day <= last:
        hours = owed.calendar.hours(day)
        yield Day(day.isoformat(), hours, _rule(owed.calendar, day))
        day += timedelta(days=1)


def _rule(calendar: Calendar, day: date) -> str:
    if calendar is ALWAYS:
        return "always"
    if day in calendar.opened:
        return "exception"
    return "closed" if day in calendar.closed else "weekly"
