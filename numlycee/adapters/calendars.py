"""Service calendars from the `holidays` library: what the decrees publish, and nothing beyond."""

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from itertools import chain

import holidays
from holidays.constants import PUBLIC, SCHOOL

from numlycee.domain.calendars import Calendar, Hours

PUBLISHED = range(2018, 2028)
"""First civil years of the school years of which the library holds the decrees, 2027-2028 last.

The library projects later years by rule; a projection is not a calendar.
"""
SCHOOL_ZONES = ("A", "B", "C")
_SEPTEMBER = 9


def service_calendar(
    name: str,
    weekly: Sequence[Hours],
    school_zone: str,
    zone: str,
    years: range = PUBLISHED,
) -> Calendar:
    """Return weekly hours (Monday first), closed on school and public holidays of mainland France.

    `years` are the first civil years of the school years wanted. Dates of other years raise
    `UnknownDateError` when asked. Raises `ValueError` for a zone that does not exist, or a year
    whose calendar no decree has published.
    """
    _check(school_zone, years)
    return Calendar(
        name=name,
        zone=zone,
        weekly=tuple(weekly),
        closed=frozenset(_closed(school_zone, years)),
        known=(date(years[0], _SEPTEMBER, 1), date(years[-1] + 1, _SEPTEMBER, 1)),
        version=f"holidays {version('holidays')}",
    )


def _check(school_zone: str, years: range) -> None:
    if school_zone not in SCHOOL_ZONES:
        message = f"unknown school zone {school_zone!r}: write one of {', '.join(SCHOOL_ZONES)}"
        raise ValueError(message)
    for year in years:
        if year not in PUBLISHED:
            message = (
                f"no decree known for the school year {year}-{year + 1}: this version knows "
                f"{PUBLISHED[0]}-{PUBLISHED[0] + 1} to {PUBLISHED[-1]}-{PUBLISHED[-1] + 1}"
            )
            raise ValueError(message)
    if not years:
        message = "no school year asked for"
        raise ValueError(message)


def _closed(school_zone: str, years: range) -> chain[date]:
    civil = range(years[0], years[-1] + 2)
    public = holidays.country_holidays("FR", years=civil, categories=PUBLIC)
    school = holidays.country_holidays(
        "FR", subdiv=f"Zone {school_zone}", years=civil, categories=SCHOOL
    )
    return chain(public, school)
