"""A past school year of a small Region, in the memory store, by the ordinary path."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any

from numlycee.annual.order import Order
from numlycee.domain.calendars import Calendar, day_bounds, school_year
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Promises
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate
from numlycee.rates.figures import Rates
from numlycee.rates.ports import CoverageRow, SpellRow
from numlycee.region.equipment import equip
from numlycee.region.history import History as RegionalHistory
from numlycee.region.lycees import make_sites
from numlycee.wire.records import Bulletin, InventoryRecord, inventory_of

ZONE = "Europe/Paris"
YEAR = "2025-2026"
START, END = school_year(YEAR, ZONE)
MINUTE, HOUR = 60_000, 3_600_000
WORKING = ((450, 1110),)
CALENDAR = Calendar(
    "zone-c",
    ZONE,
    (*(WORKING,) * 5, (), ()),
    closed=frozenset(date(2025, 12, day) for day in range(20, 32)) | {date(2026, 5, 1)},
    known=(date(2020, 9, 1), date(2028, 7, 8)),
    version="test-1",
)
OBJECTIVES = {
    name: Objective(name, Rate(target, 1000), "service", owner)
    for name, target, owner in (
        (ResourceClass.LINK, 995, Owner.OPERATOR),
        (ResourceClass.LAN, 998, Owner.REGION),
        (ResourceClass.WIFI, 990, Owner.REGION),
        (ResourceClass.SERVICE, 990, Owner.PUBLISHER),
    )
}


def order(sites: Iterable[Site], **other: Any) -> Order:
    usual = Order(
        year=YEAR,
        region="Occitanie",
        zone=ZONE,
        sites={site.uai: site for site in sites},
        calendars={"": CALENDAR},
        objectives=Promises.of(OBJECTIVES.values()),
        simulated=True,
    )
    return replace(usual, **other)


@dataclass
class Rows:
    """A history in lists, whose order does not matter."""

    listed: list[tuple[str, Inventory]] = field(default_factory=list)
    covered: list[CoverageRow] = field(default_factory=list)
    told: list[SpellRow] = field(default_factory=list)

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        return self.listed

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        return [row for row in self.covered if row.start < end and start < row.end]

    def spells(self, start: int, end: int) -> Iterable[SpellRow]:
        return [row for row in self.told if row.start < end and start < row.end]

    def births(self) -> Iterable[tuple[str, str, int]]:
        first: dict[tuple[str, str], int] = {}
        for row in self.covered:
            key = (row.uai, row.inventory)
            first[key] = min(first.get(key, row.start), row.start)
        return [(uai, digest, start) for (uai, digest), start in first.items()]

    def shuffled(self, seed: int) -> "Rows":
        random = Random(seed)
        return Rows(
            random.sample(self.listed, len(self.listed)),
            random.sample(self.covered, len(self.covered)),
            random.sample(self.told, len(self.told)),
        )

    def add(self, uai: str, resources: Iterable[Resource], *spans: tuple[int, int]) -> None:
        inventory = inventory_of(tuple(resources))
        self.listed.append((uai, inventory))
        for start, end in spans:
            self.covered.append(
                CoverageRow(uai, Vantage.SITE, "a" * 16, spans[0][0], inventory.digest, start, end)
            )

    def spell(
        self, uai: str, resource: str, start: int, end: int,
        cause: Cause = Cause.TIMEOUT, state: State = State.DOWN,
    ) -> None:  # fmt: skip
        began = next(row.start for row in self.covered if row.uai == uai)
        self.told.append(
            SpellRow(uai, resource, Vantage.SITE, "a" * 16, began, state, cause, start, end)
        )


def generated(sites: Iterable[Site], seed: int = 7) -> Rows:
    """What the agents of a simulated Region told of the year."""
    sites = tuple(sites)
    past = RegionalHistory(sites, seed, date(2025, 9, 1), END, ZONE)
    shared = past.regional()
    rows = Rows()
    for site in sites:
        for record in past.of(site, equip(site, seed), shared):
            key = record.key
            if isinstance(record, InventoryRecord):
                rows.listed.append((site.uai, record.inventory))
            elif isinstance(record, Bulletin):
                stretch = (record.start, record.end)
                about = (site.uai, key.vantage, key.run, key.began)
                rows.covered.append(CoverageRow(*about, record.inventory, *stretch))
                rows.told += _told(site.uai, record)
    rows.listed = list(dict.fromkeys(rows.listed))
    return rows


def _told(uai: str, bulletin: Bulletin) -> Iterator[SpellRow]:
    key = bulletin.key
    for s in bulletin.spells:
        yield SpellRow(
            uai, s.resource, key.vantage, key.run, key.began, s.state, s.cause, s.start, s.end
        )


def rates(rows: Rows, sites: Iterable[Site]) -> Rates:
    return Rates(rows, {site.uai: site for site in sites}, {"": CALENDAR})


def region(count: int, seed: int = 7) -> tuple[Site, ...]:
    return make_sites(seed, count)


def at(day: date, hours: int, minutes: int = 0) -> int:
    """An instant in local time."""
    return day_bounds(day, ZONE)[0] + hours * HOUR + minutes * MINUTE
