"""Answers questions from the store alone, whether or not the collector runs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from numlycee.adapters.sql import open_reader
from numlycee.adapters.terminal.waiting import waiting
from numlycee.app.cautions import tell_strangers
from numlycee.app.ground import ground
from numlycee.app.periods import Asked, day_of, instant, read_at, window_of
from numlycee.clock import Clock
from numlycee.config import Config
from numlycee.domain.calendars import local_date, zone_of
from numlycee.domain.french import plain
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import Site, principal
from numlycee.rates.answers import Answer, Choice, lines
from numlycee.rates.explanation import Explanation, Question, UnknownSubjectError, explain
from numlycee.rates.model import REGION, Hours, Level, Scope
from numlycee.settings import SettingsError, nearest

NOW = Asked()

_NOT_A = {
    None: "ni une académie, ni un département, ni un lycée",
    Level.REGION: "pas la Région",
    Level.ACADEMY: "pas une académie",
    Level.DEPARTMENT: "pas un département",
    Level.SITE: "pas un lycée",
}
"""No period in particular: the current one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures: of which period, level, place, classes and calendars; empty is every one."""

    asked: Asked = NOW
    level: Level | None = None
    key: str = ""
    classes: Sequence[ResourceClass] = ()
    hours: Sequence[Hours] = tuple(Hours)


def rates(config: Config, wanted: Wanted, clock: Clock) -> Answer:
    """Return the figures asked for, the same as page and report would show.

    Raises `SettingsError` for what cannot be asked, `StoreError` or `StoreUnavailableError` for a
    store that cannot be read, `UnknownDateError` for a date that the calendar does not know.
    """
    window = window_of(wanted.asked, config.service.zone, clock.now())
    footing = ground(config).at(window.until - 1)
    choice = Choice(_scopes(wanted, footing.sites, config.region), wanted.classes)
    with waiting("lecture de l'histoire"), open_reader(config.store_url).history() as history:
        read = footing.rates(history)
    tell_strangers(footing, read)
    tables = {hours: read.table(window, hours) for hours in wanted.hours}
    return Answer(
        window=window,
        zone=config.service.zone,
        region=config.region,
        simulated=config.simulated,
        lines=tuple(lines(choice, tables, footing.promised)),
    )


@dataclass(frozen=True, slots=True)
class Doubt:
    """Which figure to explain: of « UAI/resource » or « /service », over a period.

    Without a period it is the local day of `at`, today where that is absent too.
    """

    subject: str
    at: date | datetime | None = None
    asked: Asked = NOW
    hours: Hours = Hours.SERVICE


def explanation(config: Config, doubt: Doubt, clock: Clock) -> Explanation:
    """Return what makes a figure; raises what `rates` raises."""
    footing, zone, now = ground(config), config.service.zone, clock.now()
    uai, slash, resource = doubt.subject.partition("/")
    if not (slash and resource):
        message = f"{doubt.subject} : écrivez UAI/RESSOURCE, ou /ent pour un service partagé"
        raise SettingsError(message)
    window = window_of(_period(doubt, zone, now), zone, now)
    at = instant(doubt.at, zone) if isinstance(doubt.at, datetime) else None
    if at is not None and not window.start <= at < window.until:
        raise SettingsError(f"--at: cet instant n'est pas dans la période {window.name}")
    question = Question(principal(footing.sites, uai.upper()), resource, window, doubt.hours, at)
    with open_reader(config.store_url).evidence() as evidence:
        try:
            return explain(
                evidence,
                footing.sites,
                footing.calendars,
                footing.register,
                question,
                footing.composites,
            )
        except UnknownSubjectError as error:
            raise SettingsError(str(error)) from error


def _period(doubt: Doubt, zone: str, now: int) -> Asked:
    if replace(doubt.asked, as_of=None) != NOW:
        return doubt.asked
    if doubt.at is None:
        today = local_date(read_at(doubt.asked, zone, now), zone_of(zone))
        return replace(doubt.asked, day=today)
    return replace(doubt.asked, day=day_of(doubt.at, zone))


def _scopes(wanted: Wanted, sites: Mapping[str, Site], region: str) -> dict[Scope, str]:
    """Return the scopes of a level, or those that a key names; the Region when nothing is asked."""
    known = {REGION: region, **dict(_places(sites.values()))}
    level = wanted.level or (None if wanted.key else Level.REGION)
    here = {scope: name for scope, name in known.items() if level in (None, scope.level)}
    if not wanted.key:
        return here
    sought = plain(principal(sites, wanted.key.upper()))
    found = {
        scope: name for scope, name in here.items() if sought in (plain(scope.key), plain(name))
    }
    if not found:
        raise SettingsError(_unknown(wanted.key, level, here))
    return found


def _places(sites: Iterable[Site]) -> Iterator[tuple[Scope, str]]:
    """Yield academies, départements and lycées, each kind in the order of the alphabet."""
    by_name = sorted(sites, key=lambda site: (plain(site.name), site.uai))
    departments = {site.department.code: site.department for site in by_name}
    academies = {department.academy for department in departments.values()}
    for academy in sorted(academies, key=plain):
        yield Scope(Level.ACADEMY, academy), academy
    for code in sorted(departments):
        yield Scope(Level.DEPARTMENT, code), departments[code].name
    for site in by_name:
        yield Scope(Level.SITE, site.uai), site.name


def _unknown(key: str, level: Level | None, scopes: Mapping[Scope, str]) -> str:
    names = {scope.key for scope in scopes} | set(scopes.values())
    close = nearest(key, filter(None, names))
    guess = f" ; vouliez-vous dire {close} ?" if close else ""
    return f"--key: {key} n'est {_NOT_A[level]}{guess}"
