"""When a resource owes service: the one place that knows what a local day is."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from numlycee.domain.durations import DAY, MINUTE
from numlycee.domain.intervals import Interval, IntervalSet

Hours = tuple[tuple[int, int], ...]
"""Opening hours of one day: (from, to) in minutes since local midnight, `to` at most 1440."""

Week = tuple[Hours, ...]
"""Opening hours of seven days, Monday first."""

WHOLE_DAY: Hours = ((0, 1440),)


class UnknownDateError(LookupError):
    """A date for which the calendar's source says nothing: unknown is never « open »."""


class Ground(StrEnum):
    """Why a date has not the hours of its week."""

    SCHOOL = "school-holiday"
    PUBLIC = "public-holiday"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one date is closed or has hours of its own, in words for people (French)."""

    ground: Ground
    words: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours by weekday (Monday first), minus closed dates, and dates with their own hours.

    `changes` are the weeks that replace `weekly`, each from a local date on, in order of dates.
    `known` is the range of dates ``[first, after)`` that the sources of closures cover, but for the
    school years of `gaps`, by first civil year, each with what is lacking; None when the calendar
    depends on no source. Asking for another date raises `UnknownDateError`, unless it has hours of
    its own.
    """

    name: str
    zone: str
    weekly: Week
    closed: frozenset[date] = frozenset()
    opened: Mapping[date, Hours] = field(default_factory=dict)
    known: tuple[date, date] | None = None
    version: str = "1"
    changes: tuple[tuple[date, Week], ...] = ()
    reasons: Mapping[date, Reason] = field(default_factory=dict)
    gaps: Mapping[int, str] = field(default_factory=dict)

    def hours(self, day: date) -> Hours:
        """Return the opening hours of one local day."""
        if day in self.opened:
            return self.opened[day]
        if self.known and not self._knows(day, *self.known):
            raise UnknownDateError(self._unknown(day))
        return () if day in self.closed else self.week(day)[day.weekday()]

    def week(self, day: date) -> Week:
        """Return the week in force on a local day, whatever is closed."""
        if not self.changes or day < self.changes[0][0]:
            return self.weekly
        return next(week for since, week in reversed(self.changes) if since <= day)

    def opening(self, start: int, end: int) -> IntervalSet:
        """Return the instants of ``[start, end)`` at which service is owed."""
        if end <= start:
            return IntervalSet()
        return IntervalSet.of(self._openings(start, end)).clip(start, end)

    def _openings(self, start: int, end: int) -> Iterator[Interval]:
        zone = zone_of(self.zone)
        day = local_date(start, zone)
        last = local_date(end - 1, zone)
        while day <= last:
            for opens, closes in self.hours(day):
                yield _instant(day, opens, zone), _instant(day, closes, zone)
            day += timedelta(days=1)

    def _knows(self, day: date, first: date, after: date) -> bool:
        return first <= day < after and not (self.gaps and first_year(day) in self.gaps)

    def _unknown(self, day: date) -> str:
        first, after = self.known or (date.min, date.max)
        lacking = self.gaps.get(first_year(day))
        return (
            f"calendar {self.name!r} knows {first} to {after} (excluded), not {day}"
            f"{f' ({lacking})' if lacking else ''}: "
            f"import the official calendar of {school_year_of(day)}"
        )


ALWAYS = Calendar(name="always", zone="UTC", weekly=(WHOLE_DAY,) * 7)
"""Twenty-four hours a day, every day; every rate is published on it too."""


class ServiceTime:
    """The service-time integral S(t) of a set of instants: required milliseconds up to t."""

    def __init__(self, instants: IntervalSet) -> None:
        """Build the integral of the given instants; outside their hull it is constant."""
        self.starts = [start for start, _ in instants]
        self.ends = [end for _, end in instants]
        self.before = [0]
        for start, end in instants:
            self.before.append(self.before[-1] + end - start)

    def __call__(self, instant: int) -> int:
        """Return S(instant) in milliseconds."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return 0
        inside = min(instant, self.ends[index]) - self.starts[index]
        return self.before[index] + inside

    def between(self, start: int, end: int) -> int:
        """Return the required milliseconds inside ``[start, end)``."""
        return self(end) - self(start)

    def first_after(self, instant: int) -> int | None:
        """Return the first required millisecond at or after an instant, or None."""
        index = bisect_right(self.starts, instant) - 1
        if index >= 0 and instant < self.ends[index]:
            return instant
        return self.starts[index + 1] if index + 1 < len(self.starts) else None


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Return a time zone of the IANA database by name."""
    return UTC if name == "UTC" else ZoneInfo(name)


def local_date(instant: int, zone: tzinfo) -> date:
    """Return the local date of an instant."""
    return datetime.fromtimestamp(instant // 1000, zone).date()


def instant_of(day: date, minutes: int, zone: tzinfo) -> int:
    """Return the instant of a local time given as minutes since midnight (1440 is the next day).

    A time that the spring change skips is the instant of the change itself.
    """
    extra, minute = divmod(minutes, 1440)
    naive = datetime.combine(
        day + timedelta(days=extra), time(minute // 60, minute % 60), tzinfo=zone
    )
    before, after = naive.utcoffset(), naive.replace(fold=1).utcoffset()
    if before is not None and after is not None and before < after:
        return _change_instant(naive)
    return int(naive.timestamp()) * 1000


def _instant(day: date, minutes: int, zone: tzinfo) -> int:
    """Return `instant_of`, by addition on a day of 24 hours: no clock changes in it."""
    start, end = _bounds(day, zone)
    if end - start == DAY:
        return start + minutes * MINUTE
    return instant_of(day, minutes, zone)


@lru_cache(maxsize=4096)
def _bounds(day: date, zone: tzinfo) -> Interval:
    return instant_of(day, 0, zone), instant_of(day, 1440, zone)


def _change_instant(skipped: datetime) -> int:
    low = int(skipped.replace(fold=1).timestamp())
    high = int(skipped.timestamp())
    offset = datetime.fromtimestamp(low, skipped.tzinfo).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, skipped.tzinfo).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high * 1000


def day_bounds(day: date, zone: str) -> Interval:
    """Return the instants at which a local day begins and ends: 23, 24 or 25 hours."""
    return _bounds(day, zone_of(zone))


def school_year(name: str, zone: str) -> Interval:
    """Return 1 September to 31 August of a school year written « 2025-2026 ».

    Raises `ValueError` for another spelling, or years that do not follow each other.
    """
    first, dash, second = name.partition("-")
    if not (dash and first.isdigit() and second.isdigit() and int(second) == int(first) + 1):
        message = f"{name!r} is not a school year: write it as 2025-2026"
        raise ValueError(message)
    local = zone_of(zone)
    return (
        instant_of(date(int(first), 9, 1), 0, local),
        instant_of(date(int(second), 9, 1), 0, local),
    )


def school_year_of(day: date) -> str:
    """Return the name of the school year that holds a local date."""
    first = first_year(day)
    return f"{first}-{first + 1}"


def first_year(day: date) -> int:
    """Return the civil year in which the school year of a local date begins."""
    return day.year if day.month >= 9 else day.year - 1  # noqa: PLR2004 (September)
