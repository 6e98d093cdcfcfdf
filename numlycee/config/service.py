"""The part of `numlycee.toml` that says when service is owed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from numlycee.domain.calendars import Hours, Week, zone_of
from numlycee.settings import MisplacedError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKING = (("07:30", "18:30"),)

Ranges = tuple[tuple[str, str], ...]
"""Opening hours of one day as ("HH:MM", "HH:MM") pairs, in local time."""


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours of each weekday."""

    monday: Ranges = _WORKING
    tuesday: Ranges = _WORKING
    wednesday: Ranges = _WORKING
    thursday: Ranges = _WORKING
    friday: Ranges = _WORKING
    saturday: Ranges = ()
    sunday: Ranges = ()

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read."""
        self.hours()

    def hours(self) -> Week:
        """Return minutes since midnight, Monday first; raises `ValueError` naming the day."""
        return tuple(_hours(day, getattr(self, day)) for day in DAYS)


@dataclass(frozen=True, slots=True)
class ChangedHours:
    """Opening hours of the weekdays that change; those without any keep theirs."""

    monday: Ranges | None = None
    tuesday: Ranges | None = None
    wednesday: Ranges | None = None
    thursday: Ranges | None = None
    friday: Ranges | None = None
    saturday: Ranges | None = None
    sunday: Ranges | None = None

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read."""
        self.over(((),) * len(DAYS))

    def over(self, week: Week) -> Week:
        """Return a week with the days that change replaced; raises `ValueError` naming the day."""
        told = [(day, getattr(self, day)) for day in DAYS]
        return tuple(
            before if ranges is None else _hours(day, ranges)
            for before, (day, ranges) in zip(week, told, strict=True)
        )


class SchoolZone(StrEnum):
    """Zones of the school holidays."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class Closed:
    """Dates without service, `day` to `until` included: a bridge day, a local closure."""

    day: date
    until: date | None = None
    reason: str = "fermeture exceptionnelle"

    def __post_init__(self) -> None:
        """Refuse a range that ends before it begins."""
        if self.until is not None and self.until < self.day:
            message = f"until {self.until} comes before day {self.day}: exchange them"
            raise ValueError(message)

    def days(self) -> Iterator[date]:
        """Yield each date."""
        for ordinal in range(self.day.toordinal(), (self.until or self.day).toordinal() + 1):
            yield date.fromordinal(ordinal)


@dataclass(frozen=True, slots=True)
class Opened:
    """One date with its own hours, whatever day it is: an exam Saturday."""

    day: date
    hours: Ranges
    reason: str = "ouverture exceptionnelle"

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read, and none at all."""
        if not self.minutes():
            message = "hours: is empty; a date without service belongs to `closed`"
            raise ValueError(message)

    def minutes(self) -> Hours:
        """Return minutes since midnight; raises `ValueError`."""
        return _hours("hours", self.hours)


@dataclass(frozen=True, slots=True)
class Version:
    """What changes from a local date on; what it does not say stays as it was."""

    since: date
    school_zone: SchoolZone | None = None
    hours: ChangedHours = field(default_factory=ChangedHours)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When service is owed: weekly hours, minus school and public holidays, and exceptions.

    Without a `school_zone` it is that of `[service]`.
    """

    school_zone: SchoolZone | None = None
    hours: WeeklyHours = field(default_factory=WeeklyHours)
    closed: tuple[Closed, ...] = ()
    opened: tuple[Opened, ...] = ()
    versions: tuple[Version, ...] = ()

    def __post_init__(self) -> None:
        """Refuse dates that contradict each other, and versions out of order."""
        self._check_exceptions()
        for index, (one, other) in enumerate(pairwise(self.versions), 1):
            if other.since <= one.since:
                reason = f"{other.since} does not come after {one.since}: put them in order"
                raise MisplacedError(("versions", str(index), "since"), reason)

    def _check_exceptions(self) -> None:
        closed = {day for item in self.closed for day in item.days()}
        opened: set[date] = set()
        for index, item in enumerate(self.opened):
            for others, place in ((closed, "closed"), (opened, "opened")):
                if item.day in others:
                    reason = f"{item.day} stands in `{place}` already: keep one of them"
                    raise MisplacedError(("opened", str(index), "day"), reason)
            opened.add(item.day)


@dataclass(frozen=True, slots=True)
class Service(Rhythm):
    """The usual rhythm, and what every calendar shares: time zone and official school calendar."""

    school_zone: SchoolZone = SchoolZone.C
    zone: str = "Europe/Paris"
    school_calendar: Path | None = None

    def __post_init__(self) -> None:
        """Refuse a time zone that does not exist."""
        Rhythm.__post_init__(self)
        try:
            zone_of(self.zone)
        except (LookupError, ValueError, OSError) as error:
            message = f"unknown time zone {self.zone!r}: use a name such as Europe/Paris"
            raise ValueError(message) from error


def _hours(day: str, ranges: Ranges) -> Hours:
    hours = tuple((_minutes(day, opens), _minutes(day, closes)) for opens, closes in ranges)
    if any(opens >= closes for opens, closes in hours):
        message = f'{day}: a range must close after it opens; split a night in two at "24:00"'
        raise ValueError(message)
    return hours


def _minutes(day: str, text: str) -> int:
    if text == "24:00":
        return 1440
    try:
        parsed = time.fromisoformat(text)
    except ValueError:
        message = f'{day}: {text!r} is not a time: write it as "07:30"'
        raise ValueError(message) from None
    return parsed.hour * 60 + parsed.minute
