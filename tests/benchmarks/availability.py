"""A year of the whole Region counted: the live snapshot, and every resource of every lycée.

The comparator is the lightest SQL that an Icinga-like product could run on the same spells: the
share of `down` of each resource over the clock, without calendars, bounds, edges, outages or
roll-ups. Data are made up and seeded; CPU seconds are those of this process.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import TypeVar

from numlycee.domain.calendars import Calendar
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Department, Site
from numlycee.domain.states import State
from numlycee.rates.figures import Rates
from numlycee.rates.model import Hours, Window
from numlycee.rates.ports import CoverageRow, SpellRow
from tests.benchmarks.runner import Outcome

START, YEAR = 1_756_677_600_000, 365 * 86_400_000  # from 1 September 2025
MINUTE = 60_000
SITES, ROUNDS = 225, 5
LIVE, WHOLE = (12, 100_000), (250, 1_100_000)
CALENDAR = Calendar("service", "Europe/Paris", (((450, 1110),),) * 5 + ((), ()))
KINDS = (Kind.LINK, Kind.SERVICE, *[Kind.SWITCH] * 3, *[Kind.ACCESS_POINT] * 7)


T = TypeVar("T")


def run() -> Outcome:
    """Measure CPU seconds, the median of some rounds."""
    live, whole = Region(*LIVE), Region(*WHOLE)
    end = START + YEAR
    read, rates = measured(lambda: Rates(live, live.sites, {"": CALENDAR}), 3)
    snapshot, _ = measured(lambda: fresh(rates).snapshot(end), 3)
    read_whole, everything = measured(lambda: Rates(whole, whole.sites, {"": CALENDAR}), 1)
    window = Window("year", START, end, end)
    counted, _ = measured(
        lambda: [fresh(everything).table(window, hours) for hours in Hours], ROUNDS
    )
    sql, _ = measured(in_sql(whole, end), ROUNDS)
    return Outcome(
        figures={
            "snapshot of 225 × 12 resources, 100 000 spells: reading, s": read,
            "snapshot of 225 × 12 resources, 100 000 spells: counting, s": snapshot,
            "year of 225 × 250 resources, 1.1 million spells: reading, s": read_whole,
            "year of 225 × 250 resources, 1.1 million spells: counting, s": counted,
            "the same spells in SQL, s": sql,
        },
        ratios={"counting / SQL": counted / sql},
        goals={
            "snapshot": "read and counted in 2 s",
            "year": "both calendars, every roll-up and outage in 0.4 s",
        },
        met={"snapshot": read + snapshot <= 2.0, "year": counted <= 0.4},
    )


def measured(work: Callable[[], T], rounds: int) -> tuple[float, T]:
    """Return the median CPU seconds of some rounds, and the last result."""
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        result = work()
        spent.append(time.process_time() - begun)
    return median(spent), result


def fresh(rates: Rates) -> Rates:
    """Return the figures without what earlier questions left in memory."""
    rates._seen.clear()
    rates._found.clear()
    return rates


@dataclass
class Region:
    """A `History` made up as it is read: outages with their edges, spread over a year."""

    resources: int
    spells_in_all: int

    def __post_init__(self) -> None:
        place = Department("31", "Haute-Garonne", "Toulouse")
        self.sites = {
            f"031{n:04d}A": Site(f"031{n:04d}A", f"Lycée {n}", "", place, 43.6, 1.4, 900)
            for n in range(SITES)
        }
        self.listed = tuple(
            Resource(f"r{n:03d}", KINDS[min(n, len(KINDS) - 1)], f"Ressource {n}")
            for n in range(self.resources)
        )

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        return [(uai, Inventory("d", self.listed)) for uai in self.sites]

    def births(self) -> Iterable[tuple[str, str, int]]:
        return [(uai, "d", START) for uai in self.sites]

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        return [
            CoverageRow(uai, Vantage.SITE, "r", START, "d", START, START + YEAR)
            for uai in self.sites
        ]

    def spells(self, start: int, end: int) -> Iterator[SpellRow]:
        each = self.spells_in_all // (SITES * self.resources) // 3
        step = YEAR // (each + 1)
        dice = Random(2)
        for uai in self.sites:
            for resource in self.listed:
                for n in range(each):
                    begins = START + n * step + dice.randrange(step // 2)
                    yield from self._outage(uai, resource.id, begins, dice.randrange(1, 90))

    def _outage(self, uai: str, resource: str, begins: int, minutes: int) -> Iterator[SpellRow]:
        back = begins + minutes * MINUTE
        for state, cause, a, b in (
            (State.UNOBSERVED, Cause.EDGE, begins - MINUTE, begins),
            (State.DOWN, Cause.TIMEOUT, begins, back),
            (State.UNOBSERVED, Cause.EDGE, back, back + MINUTE),
        ):
            yield SpellRow(uai, resource, Vantage.SITE, "r", START, state, cause, a, b)


def in_sql(region: Region, end: int) -> Callable[[], object]:
    """Return the comparator's query over the same spells, indexed as it would be."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE spell (uai, resource, state, start INTEGER, until INTEGER)")
    base.executemany(
        "INSERT INTO spell VALUES (?, ?, ?, ?, ?)",
        ((r.uai, r.resource, str(r.state), r.start, r.end) for r in region.spells(START, end)),
    )
    base.execute("CREATE INDEX by_resource ON spell (uai, resource, state, start, until)")
    query = (
        "SELECT uai, resource, 1.0 - SUM(MIN(until, ?) - MAX(start, ?)) / ? FROM spell "
        "WHERE state = 'down' GROUP BY uai, resource"
    )
    return lambda: base.execute(query, (end, START, float(YEAR))).fetchall()
