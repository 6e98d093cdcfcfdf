"""When service is owed: calendar, life, and maintenance announced in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from numlycee.domain.calendars import ALWAYS, Calendar, local_date, zone_of
from numlycee.domain.intervals import NEVER, IntervalSet
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
        alive = self.life.alive.clip(max(start, self.life.born), min(end, self.as_of))
        return self.calendar.opening(*alive.spans[0]) if alive else NEVER

    def contract(self, start: int, end: int) -> IntervalSet:
        """Return when service is owed over ``[start, end)``, maintenance taken out."""
        return self.opening(start, end) - self.apart

    def due(self, instant: int, opening: IntervalSet, apart: IntervalSet) -> Due:
        """Return whether an instant is due, and why it is not."""
        if instant < self.life.born:
            return Due.UNBORN
        if instant not in self.life.alive:
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
        yield _day(owed.calendar, day)
        day += timedelta(days=1)


def _day(calendar: Calendar, day: date) -> Day:
    reason = calendar.reasons.get(day)
    since = max((since for since, _ in calendar.changes if since <= day), default=None)
    return Day(
        date=day.isoformat(),
        hours=calendar.hours(day),
        ground=reason.ground if reason else None,
        reason=reason.words if reason else "",
        since=since.isoformat() if since else "",
    )
