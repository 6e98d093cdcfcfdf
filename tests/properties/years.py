"""Whole school years of a small Region, made up where they hurt: at clock changes, at midnight, at
opening hours, at holidays' ends, on leap days, in August, and by the millisecond anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from hypothesis import strategies as st

from numlycee.domain.calendars import ALWAYS, Calendar, instant_of, school_year, zone_of
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import Interval, IntervalSet
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.register import Key, Lifetime, Register
from numlycee.domain.sites import Site
from numlycee.domain.states import STORED, State
from numlycee.domain.tallies import Maintenance
from numlycee.domain.uai import check_letter
from numlycee.rates.model import Window
from numlycee.rates.ports import SpellRow
from numlycee.wire.records import inventory_of
from tests.rates.histories import (
    ACCESS_POINT,
    DAY,
    ENT,
    GARONNE,
    HERAULT,
    HOUR,
    LINK,
    MINUTE,
    SWITCH,
    ListHistory,
    site,
)

ZONE = "Europe/Paris"
PARIS = zone_of(ZONE)
NAMES = ("2021-2022", "2023-2024", "2024-2025", "2025-2026", "2027-2028")
LISTS: Sequence[tuple[Resource, ...]] = (
    (LINK, ENT, SWITCH),
    (LINK, ENT, SWITCH, ACCESS_POINT),
    (LINK, SWITCH),
)
LENGTHS = (1, 700, 30_000, 5 * MINUTE, HOUR, 11 * HOUR, DAY, 3 * DAY, 21 * DAY)
CAUSES = (Cause.EDGE, Cause.TIMEOUT, Cause.POWER, Cause.AGENT)
SCHOOL_DAY = ((450, 1110),)
UAIS = tuple(
    code + check_letter(code) for code in ("0310001", "0340002", "0310003", "0340004", "0310005")
)


@dataclass(frozen=True, slots=True)
class Year:
    """What was told of a year, what people stated, and the calendars it is read on."""

    name: str
    start: int
    end: int
    history: ListHistory
    sites: dict[str, Site]
    calendars: dict[str, Calendar]
    register: Register

    @property
    def window(self) -> Window:
        return Window("year", self.start, self.end, self.end)


@dataclass(frozen=True, slots=True)
class Era:
    """A year's bounds, the instants at which much happens, and when the portal failed for most."""

    dice: Random
    first: date
    start: int
    end: int
    portal: list[Interval] = field(default_factory=list)

    def instant(self) -> int:
        """Return an instant where it hurts, or any."""
        kind = self.dice.randrange(6)
        if kind == 0:
            return self.dice.randrange(self.start, self.end)
        day = self.first + timedelta(days=self.dice.randrange(365))
        if kind == 1:
            day = self.dice.choice(list(_clock_changes(self.first.year)))
        if kind == 2:
            month, rank = self.dice.choice([(2, 28), (8, 31), (12, 31), (7, 4)])
            day = date(self.first.year + (month < 9), month, rank)
            day += timedelta(days=self.dice.randrange(2))
        minute = self.dice.choice([0, 0, 60, 120, 150, 180, 240, 450, 780, 1110, 1200])
        at = instant_of(day, minute, PARIS) + self.dice.choice([0, 0, 0, -1, 1, MINUTE])
        return min(max(at, self.start), self.end)

    def spans(self, count: int) -> Iterator[Interval]:
        """Yield stretches of any length, which may overlap."""
        for _ in range(count):
            start = self.instant()
            length = self.dice.choice(LENGTHS)
            yield (
                start,
                start + (length if self.dice.random() < 0.5 else self.dice.randint(1, length)),
            )


def _clock_changes(first: int) -> Iterator[date]:
    for year, month in ((first, 10), (first + 1, 3)):
        last = date(year, month, 31)
        yield last - timedelta(days=(last.weekday() + 1) % 7)


def calendars(era: Era) -> dict[str, Calendar]:
    """Return a school's hours with their holidays, a boarding house's nights, and always."""
    dice, closed = era.dice, set(_days(era.first + timedelta(days=307), 58))
    for _ in range(4):
        closed |= set(
            _days(era.first + timedelta(days=dice.randrange(300)), dice.choice([1, 4, 16]))
        )
    opened = {
        era.first + timedelta(days=dice.randrange(365)): dice.choice([((480, 720),), ()])
        for _ in range(3)
    }
    wednesday = dice.choice([SCHOOL_DAY, ((450, 780),), ((450, 720), (780, 1110))])
    weekly = (SCHOOL_DAY, SCHOOL_DAY, wednesday, SCHOOL_DAY, SCHOOL_DAY, (), ())
    night = dice.choice([((0, 420), (1200, 1440)), ((0, 150), (180, 420)), ((150, 300),)])
    known = (era.first, era.first + timedelta(days=366))
    return {
        "": Calendar("school", ZONE, weekly, frozenset(closed), opened, known),
        "boarding": Calendar("boarding", ZONE, (night,) * 7),
        "always": ALWAYS,
    }


def _days(first: date, count: int) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(count))


def tell(era: Era, history: ListHistory, uai: str, events: int) -> None:
    """Add what the vantages of one site told: runs with holes, some overlapping, some lent."""
    cuts = sorted({era.start, era.end, *(era.instant() for _ in range(era.dice.randrange(5)))})
    spans = [span for span in pairwise(cuts) if era.dice.random() < 0.85]
    if era.dice.random() < 0.3:
        spans += [(a, min(b, era.end)) for a, b in era.spans(1) if a < era.end]
    for number, span in enumerate(spans):
        began = era.dice.choice([span[0], era.start, era.start + number])
        _run(era, history, (uai, Vantage.SITE, f"r{number}", began), span, LISTS, events)
    if era.dice.random() < 0.3:
        whole = (era.instant(), era.end)
        _run(era, history, (uai, Vantage.CENTRE, "c", era.start), whole, ((LINK,),), events)


def _run(
    era: Era,
    history: ListHistory,
    about: tuple[str, Vantage, str, int],
    span: Interval,
    lists: Sequence[tuple[Resource, ...]],
    events: int,
) -> None:
    uai, vantage, run, began = about
    inside = (min(max(era.instant(), span[0]), span[1]) for _ in range(era.dice.randrange(4)))
    covered: dict[str, list[Interval]] = {}
    marks = sorted({*span, *inside})
    for start, end in pairwise(marks):
        if era.dice.random() < 0.1:
            continue
        inventory = inventory_of(era.dice.choice(lists))
        history.watched(
            uai, inventory.resources, start, end,
            run=run, began=began, digest=inventory.digest, vantage=vantage,
        )  # fmt: skip
        for resource in inventory:
            covered.setdefault(resource.id, []).append((start, end))
    for name, spans in covered.items():
        shared = era.portal if name == ENT.id else []
        for a, b, state, cause in _spells(era, IntervalSet.of(spans), events, shared):
            history.spelt.append(SpellRow(uai, name, vantage, run, began, state, cause, a, b))


def _spells(
    era: Era, covered: IntervalSet, events: int, shared: Iterable[Interval]
) -> Iterator[tuple[int, int, State, Cause]]:
    """Yield disjoint spells inside what is covered; some touch."""
    failures = ((span, State.DOWN) for span in shared if era.dice.random() < 0.7)
    others = (
        (span, era.dice.choice((*STORED, State.DOWN)))
        for span in era.spans(era.dice.randint(events // 2, events))
    )
    free = covered
    for span, state in (*failures, *others):
        cause = era.dice.choice(CAUSES)
        for start, end in free.clip(*span):
            yield start, end, state, cause
        free = free - IntervalSet.of([span])


def statements(era: Era, sites: Iterable[str]) -> Register:
    """Return what people announced and dated, of some resources and of a shared service."""
    keys: list[Key] = [(uai, name) for uai in sites for name in ("link", "sw", "")] + [("", "ent")]
    announced: dict[Key, list[Maintenance]] = {}
    for key in era.dice.sample(keys, min(2, len(keys))):
        for start, end in era.spans(2):
            before = era.dice.choice([-DAY, 0, 1])
            announced.setdefault(key, []).append(Maintenance(start, end, start + before))
    lifetimes = {
        key: Lifetime(
            era.dice.choice([None, era.instant()]), era.dice.choice([None, era.instant()])
        )
        for key in era.dice.sample(keys, min(2, len(keys)))
        if era.dice.random() < 0.5
    }
    return Register(announced, lifetimes)


def year(seed: int, size: int, events: int) -> Year:
    """Return the year of this seed: so many sites, and up to so many spells a run and resource."""
    dice = Random(seed)
    name = dice.choice(NAMES)
    start, end = school_year(name, ZONE)
    era = Era(dice, date(int(name[:4]), 9, 1), start, end)
    era.portal.extend(era.spans(events // 2))
    hours = calendars(era)
    sites = {
        uai: site(
            uai,
            HERAULT if n % 2 else GARONNE,
            pupils=100 * (n + 1),
            calendar=dice.choice(["", "", *hours]),
        )
        for n, uai in enumerate(UAIS[:size])
    }
    history = ListHistory()
    for uai in sites:
        tell(era, history, uai, events)
    dice.shuffle(history.covered)
    dice.shuffle(history.spelt)
    return Year(name, start, end, history, sites, hours, statements(era, sites))


years = st.builds(
    year, seed=st.integers(0, 2**32), size=st.integers(1, 5), events=st.integers(0, 10)
)


def some_window(dice: Random, of: Year) -> Window:
    """Return a window: the whole year, one that rolls, or any, read as of any instant."""
    start, end, as_of = (dice.randint(of.start, of.end) for _ in range(3))
    kind = dice.randrange(3)
    if kind == 0:
        return Window("year", of.start, of.end, dice.choice([of.end, as_of]))
    if kind == 1:
        length = dice.choice([HOUR, DAY, 7 * DAY, 30 * DAY, 31 * DAY, 32 * DAY])
        return Window("rolling", as_of - length, as_of, as_of)
    return Window("any", min(start, end), max(start, end) + 1, dice.choice([as_of, of.end]))
