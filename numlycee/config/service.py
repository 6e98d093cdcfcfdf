"""The part of `numlycee.toml` that says when service is owed."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from numlycee.domain.calendars import Hours, zone_of

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKING = (("07:30", "18:30"),)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours of each weekday as ("HH:MM", "HH:MM") pairs, in local time."""

    monday: tuple[tuple[str, str], ...] = _WORKING
    tuesday: tuple[tuple[str, str], ...] = _WORKING
    wednesday: tuple[tuple[str, str], ...] = _WORKING
    thursday: tuple[tuple[str, str], ...] = _WORKING
    friday: tuple[tuple[str, str], ...] = _WORKING
    saturday: tuple[tuple[str, str], ...] = ()
    sunday: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read."""
        self.hours()

    def hours(self) -> tuple[Hours, ...]:
        """Return minutes since midnight, Monday first; raises `ValueError` naming the day."""
        return tuple(_hours(day, getattr(self, day)) for day in DAYS)


class SchoolZone(StrEnum):
    """Zones of the school holidays."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class Service:
    """When service is owed: weekly hours, minus school holidays of a zone and public holidays."""

    zone: str = "Europe/Paris"
    school_zone: SchoolZone = SchoolZone.C
    hours: WeeklyHours = field(default_factory=WeeklyHours)

    def __post_init__(self) -> None:
        """Refuse a time zone that does not exist."""
        try:
            zone_of(self.zone)
        except (LookupError, ValueError, OSError) as error:
            message = f"unknown time zone {self.zone!r}: use a name such as Europe/Paris"
            raise ValueError(message) from error


def _hours(day: str, ranges: tuple[tuple[str, str], ...]) -> Hours:
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
