"""From what a person asks (« 2025-2026 », a month, two dates) to a window of the account."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from numlycee.domain.calendars import (
    day_bounds,
    instant_of,
    local_date,
    school_year,
    school_year_of,
    zone_of,
)
from numlycee.rates.model import Window
from numlycee.rates.windows import SETTLING, rolling
from numlycee.settings import SettingsError


@dataclass(frozen=True, slots=True)
class Asked:
    """At most one way to name a period, and the instant as of which it is read.

    `rolling` is one of `WINDOW_NAMES`; `last` belongs to the period; `day` is one local day. Times
    without an offset are local.
    """

    rolling: str | None = None
    year: str | None = None
    month: date | None = None
    first: date | None = None
    last: date | None = None
    day: date | None = None
    as_of: date | datetime | None = None


def window_of(asked: Asked, zone: str, now: int) -> Window:
    """Return the window asked for, the current school year when nothing is.

    Without `as_of` it is read as of three minutes ago. Raises `SettingsError` naming the option.
    """
    as_of = read_at(asked, zone, now)
    name, start, end = _bounds(asked, zone, as_of)
    if start >= as_of:
        raise SettingsError(f"{name} : cette période n'a pas commencé ; demandez-en une du passé")
    return Window(name, start, end, as_of)


def read_at(asked: Asked, zone: str, now: int) -> int:
    """Return the instant as of which a period is read; raises `SettingsError` for a later one."""
    as_of = now - SETTLING if asked.as_of is None else instant(asked.as_of, zone)
    if as_of > now:
        raise SettingsError("--as-of: cet instant n'est pas encore venu ; donnez-en un du passé")
    return as_of


def instant(moment: date | datetime, zone: str) -> int:
    """Return an instant: the beginning of a local day, or a time, local without an offset."""
    if not isinstance(moment, datetime):
        return instant_of(moment, 0, zone_of(zone))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone_of(zone))
    return round(aware.timestamp() * 1000)


def day_of(moment: date | datetime, zone: str) -> date:
    """Return the local day that holds a moment."""
    if not isinstance(moment, datetime):
        return moment
    return local_date(instant(moment, zone), zone_of(zone))


def _bounds(asked: Asked, zone: str, as_of: int) -> tuple[str, int, int]:
    if asked.year is not None:
        return _year(asked.year, zone)
    if asked.month is not None:
        following = (asked.month.replace(day=1) + timedelta(days=32)).replace(day=1)
        return f"{asked.month:%Y-%m}", *_days(asked.month.replace(day=1), following, zone)
    if asked.day is not None:
        return asked.day.isoformat(), *day_bounds(asked.day, zone)
    if asked.first is not None or asked.last is not None:
        return _between(asked, zone, as_of)
    if asked.rolling not in (None, "year"):
        window = rolling(as_of, zone)[asked.rolling]
        return window.name, window.start, window.end
    return _year(school_year_of(local_date(as_of, zone_of(zone))), zone)


def _year(name: str, zone: str) -> tuple[str, int, int]:
    try:
        return name, *school_year(name, zone)
    except ValueError as error:
        raise SettingsError(f"--year: {error}") from error


def _between(asked: Asked, zone: str, as_of: int) -> tuple[str, int, int]:
    if asked.first is None:
        raise SettingsError("--to: dites aussi depuis quand, avec --from")
    last = asked.last or local_date(as_of, zone_of(zone))
    if asked.last is None and last < asked.first:
        raise SettingsError(f"--from: {asked.first} n'est pas encore venu")
    if last < asked.first:
        raise SettingsError(f"--to: {last} vient avant {asked.first}")
    return f"{asked.first}/{last}", *_days(asked.first, last + timedelta(days=1), zone)


def _days(first: date, after: date, zone: str) -> tuple[int, int]:
    return day_bounds(first, zone)[0], day_bounds(after, zone)[0]
