"""The periods that are always shown: rolling windows, the school year and the last days."""

from datetime import timedelta

from numlycee.domain.calendars import day_bounds, local_date, school_year, school_year_of, zone_of
from numlycee.domain.durations import DAY, HOUR
from numlycee.domain.intervals import Interval
from numlycee.rates.model import Window

SETTLING = 180_000
"""Live windows are read as of three minutes ago: what agents see takes up to two to settle."""
_ROLLING = {"1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY}


def rolling(as_of: int, zone: str) -> dict[str, Window]:
    """Return the windows named in `WINDOW_NAMES`, read as of an instant."""
    windows = {
        name: Window(name, as_of - length, as_of, as_of) for name, length in _ROLLING.items()
    }
    year = school_year_of(local_date(as_of, zone_of(zone)))
    return windows | {"year": Window("year", *school_year(year, zone), as_of)}


def last_days(as_of: int, zone: str, count: int) -> list[tuple[str, Interval]]:
    """Return the last local days, the one that holds `as_of` last, as ISO date and bounds."""
    today = local_date(as_of, zone_of(zone))
    days = [today - timedelta(days=back) for back in reversed(range(count))]
    return [(day.isoformat(), day_bounds(day, zone)) for day in days]
