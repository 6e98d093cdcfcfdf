"""Counts a period as other products would, from the store alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from numlycee.adapters.sql import open_reader
from numlycee.adapters.terminal.counting import counting
from numlycee.adapters.terminal.waiting import waiting
from numlycee.app.cautions import tell_strangers
from numlycee.app.ground import ground
from numlycee.app.periods import Asked, window_of
from numlycee.clock import Clock
from numlycee.config import Config
from numlycee.conventions.compare import compare
from numlycee.conventions.model import Case, ServiceHours
from numlycee.conventions.records import Report
from numlycee.domain.calendars import Calendar
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import Site, principal
from numlycee.domain.words import CLASSES
from numlycee.rates.figures import Rates
from numlycee.rates.model import Life, Window
from numlycee.settings import SettingsError, nearest


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which past to compare: of a resource « UAI/id », « /id » where shared, or of a class."""

    asked: Asked
    resource: str = ""
    resource_class: ResourceClass = ResourceClass.LINK


def comparison(config: Config, wanted: Wanted, clock: Clock) -> Report:
    """Return numlycee's figure and every convention's over the same past.

    Raises `SettingsError` for what cannot be asked, `StoreError` or `StoreUnavailableError` for a
    store that cannot be read, `UnknownDateError` for a date that the calendar does not know.
    """
    footing = ground(config)
    sites, hours = footing.sites, footing.calendars
    window = window_of(wanted.asked, config.service.zone, clock.now())
    with waiting("lecture de l'histoire"), open_reader(config.store_url).history() as history:
        rates = footing.rates(history)
        lives = _chosen(rates, wanted, sites)
    tell_strangers(footing, rates)
    cases = list(_cases(lives, window, sites, hours))
    with counting("conventions", len(cases)) as tell:
        compared = compare(cases, progress=tell)
    return Report(
        name=window.name,
        start=window.start,
        end=window.end,
        as_of=window.as_of,
        zone=config.service.zone,
        subject=_subject(wanted, lives, sites),
        key=wanted.resource or wanted.resource_class.value,
        comparison=compared,
        simulated=config.simulated,
    )


def _chosen(rates: Rates, wanted: Wanted, sites: Mapping[str, Site]) -> list[Life]:
    """Return the one resource asked for, or those that make the Region's figure of a class."""
    lives = list(rates.lives())
    if not wanted.resource:
        shared = {life.resource.id for life in lives if not life.uai}
        return [
            life
            for life in lives
            if life.resource.resource_class is wanted.resource_class
            and not (life.uai and life.resource.id in shared)
        ]
    uai, slash, resource = wanted.resource.partition("/")
    if not (slash and resource):
        message = f"--resource: {wanted.resource} : écrivez UAI/RESSOURCE, ou /ent pour un service"
        raise SettingsError(message)
    key = principal(sites, uai.upper()), resource
    chosen = [life for life in lives if life.key == key]
    if not chosen:
        raise SettingsError(_unknown(wanted.resource, lives, sites))
    return chosen


def _unknown(asked: str, lives: list[Life], sites: Mapping[str, Site]) -> str:
    uai, _, resource = asked.partition("/")
    uai = principal(sites, uai.upper())
    if uai and uai not in sites:
        close = nearest(uai, sites)
        what = f"le lycée {uai} n'est pas du parc"
    else:
        close = nearest(resource, [life.resource.id for life in lives if life.uai == uai])
        what = f"{resource} n'a jamais été observé{f' au lycée {uai}' if uai else ''}"
    guess = f" ; vouliez-vous dire {close} ?" if close else ""
    return f"--resource: {what}{guess}"


def _cases(
    lives: list[Life], window: Window, sites: Mapping[str, Site], hours: Mapping[str, Calendar]
) -> Iterator[Case]:
    """Yield a case for every resource that lived in the period."""
    read: dict[str, ServiceHours] = {}
    for life in lives:
        until = window.until if life.retired is None else min(window.until, life.retired)
        if until <= max(window.start, life.born):
            continue
        name = sites[life.uai].calendar if life.uai else ""
        if name not in read:
            read[name] = ServiceHours.of(hours[name], window.start, window.end, window.until)
        yield Case(
            start=window.start,
            end=window.end,
            until=until,
            born=life.born,
            timeline=life.timeline,
            service=read[name],
            maintenance=life.maintenance,
        )


def _subject(wanted: Wanted, lives: list[Life], sites: Mapping[str, Site]) -> str:
    if not wanted.resource:
        return CLASSES[wanted.resource_class]
    (life,) = lives
    place = f"{sites[life.uai].name}, " if life.uai else ""
    return f"{place}{life.resource.name} ({wanted.resource})"
