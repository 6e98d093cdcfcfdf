"""Holidays of mainland France from the `holidays` library: what is decreed, and nothing beyond."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays
from holidays.constants import PUBLIC, SCHOOL

from numlycee.domain.calendars import first_year
from numlycee.domain.school import SchoolHolidays

PUBLISHED = range(2018, 2028)
"""First civil years of the school years of which the library holds the decrees, 2027-2028 last.

The library projects later years by rule; a projection is not a calendar.
"""
SOURCE = f"holidays {version('holidays')}"
SCHOOL_ZONES = ("A", "B", "C")


@lru_cache(maxsize=8)
def school_holidays(school_zone: str) -> SchoolHolidays:
    """Return the days without class of a zone; raises `ValueError` for one that does not exist."""
    if school_zone not in SCHOOL_ZONES:
        message = f"unknown school zone {school_zone!r}: write one of {', '.join(SCHOOL_ZONES)}"
        raise ValueError(message)
    days = holidays.country_holidays(
        "FR",
        subdiv=f"Zone {school_zone}",
        years=range(PUBLISHED[0], PUBLISHED[-1] + 2),
        categories=SCHOOL,
        language="fr",
    )
    published = {day: name for day, name in days.items() if first_year(day) in PUBLISHED}
    return SchoolHolidays(SOURCE, published, frozenset(PUBLISHED))


def public_holidays(years: Iterable[int]) -> Mapping[date, str]:
    """Return the public holidays of civil years, with their French names."""
    days = holidays.country_holidays("FR", years=years, categories=PUBLIC, language="fr")
    return dict(days.items())
