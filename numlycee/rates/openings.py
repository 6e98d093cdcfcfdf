"""Opening hours of many calendars at once, as `Calendar.opening` gives them one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from numlycee.domain.calendars import Calendar, instant_of, local_date, zone_of
from numlycee.domain.durations import DAY, MINUTE
from numlycee.rates.integral import LINE, Ints, ints
from numlycee.rates.spans import Spans, united


def openings(calendars: Sequence[Calendar], start: int, until: int) -> Spans:
    """Return when each calendar owes service, the n-th on line n, over ``[start, until)``.

    Days come whole: what lies before `start` or from `until` on is of no consequence.
    Raises `UnknownDateError` for a calendar that does not know one of the days.
    """
    bounds = [_opening(calendar, start, until) + n * LINE for n, calendar in enumerate(calendars)]
    table = np.concatenate(bounds) if bounds else np.zeros((0, 2), dtype=np.int64)
    return united((table[:, 0], table[:, 1]))


def _opening(calendar: Calendar, start: int, until: int) -> Ints:
    """Return the bounds of the opening hours of one calendar, day after day."""
    zone = zone_of(calendar.zone)
    days = _days(calendar.zone, local_date(start, zone), local_date(until - 1, zone))
    hours = [calendar.hours(day) for day in days.dates]
    ranges = ints([bound for day in hours for opens in day for bound in opens]).reshape(-1, 2)
    day = np.repeat(np.arange(len(hours)), [len(ranges) for ranges in hours])
    instants = days.midnight[day, None] + ranges * MINUTE
    for row in np.flatnonzero(days.changing[day]).tolist():
        instants[row] = [instant_of(days.dates[day[row]], m, zone) for m in ranges[row].tolist()]
    return instants


@dataclass(frozen=True, slots=True)
class _Days:
    """Local days: the instant of each midnight, and whether the clocks change before the next."""

    dates: tuple[date, ...]
    midnight: Ints
    changing: Ints


@lru_cache(maxsize=8)
def _days(zone: str, first: date, last: date) -> _Days:
    dates = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    local = zone_of(zone)
    bounds = ints([instant_of(day, 0, local) for day in (*dates, last + timedelta(days=1))])
    return _Days(dates, bounds[:-1], np.diff(bounds) != DAY)
