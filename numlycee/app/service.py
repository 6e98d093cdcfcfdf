"""The calendars on which the centre counts, and the sites that keep them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache

from numlycee.adapters.calendars import SOURCE, public_holidays, school_holidays
from numlycee.config import Config, Rhythm, SchoolZone, Service
from numlycee.domain.calendars import Calendar, Ground, Reason, Week
from numlycee.domain.school import SchoolHolidays, stamped
from numlycee.domain.sites import Site
from numlycee.fleet.directory import read_sites
from numlycee.fleet.school_calendar import read_school_calendar
from numlycee.settings import SettingsError

Holidays = Callable[[SchoolZone], SchoolHolidays]
"""Where the school holidays of a zone are read."""


def fleet(config: Config) -> dict[str, Site]:
    """Return the fleet by UAI; raises `SettingsError`, also for a calendar that does not exist."""
    return read_sites(config.sites, config.calendars)


def calendars(config: Config) -> Mapping[str, Calendar]:
    """Return the calendars of service hours by name, `""` for sites that name none.

    School holidays come from the official file where one is named, and then from nowhere else.
    Raises `SettingsError` for a file that cannot be used.
    """
    holidays = _holidays(config.service)
    rhythms = {"": config.service, **config.calendars}
    return {
        name: _calendar(name or "service", rhythm, config.service, holidays)
        for name, rhythm in rhythms.items()
    }


def _holidays(service: Service) -> Holidays:
    path = service.school_calendar
    if path is None:
        return school_holidays
    return cache(lambda zone: read_school_calendar(path, zone))


def _calendar(name: str, rhythm: Rhythm, service: Service, holidays: Holidays) -> Calendar:
    school = _school(rhythm, service, holidays)
    closed = _closed(rhythm, school)
    calendar = Calendar(
        name=name,
        zone=service.zone,
        weekly=rhythm.hours.hours(),
        closed=frozenset(closed),
        opened={item.day: item.minutes() for item in rhythm.opened},
        known=school.known(),
        changes=tuple(_changes(rhythm)),
        reasons=closed | {item.day: _exception(item.reason) for item in rhythm.opened},
        gaps=school.lacking(),
    )
    sources = dict.fromkeys((school.source, SOURCE))
    return stamped(calendar, ", ".join(sources))


def _school(rhythm: Rhythm, service: Service, holidays: Holidays) -> SchoolHolidays:
    """Return the holidays of each zone in its time."""
    school = holidays(rhythm.school_zone or service.school_zone)
    for version in rhythm.versions:
        if version.school_zone is not None:
            school = school.then(version.since, holidays(version.school_zone))
    if not school.years:
        message = "school_zone: no school year is known across the versions of a calendar"
        raise SettingsError(message)
    return school


def _closed(rhythm: Rhythm, school: SchoolHolidays) -> dict[date, Reason]:
    """Return the closed dates; the later word is the one that people would give."""
    public = public_holidays(range(min(school.years), max(school.years) + 2))
    exceptions = {day: item.reason for item in rhythm.closed for day in item.days()}
    return {
        **{day: Reason(Ground.PUBLIC, words) for day, words in public.items()},
        **{day: Reason(Ground.SCHOOL, words) for day, words in school.days.items()},
        **{day: _exception(words) for day, words in exceptions.items()},
    }


def _exception(words: str) -> Reason:
    return Reason(Ground.EXCEPTION, words)


def _changes(rhythm: Rhythm) -> Iterator[tuple[date, Week]]:
    week = rhythm.hours.hours()
    for version in rhythm.versions:
        week = version.hours.over(week)
        yield version.since, week
