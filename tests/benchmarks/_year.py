"""A school year of a whole Region, made up and seeded: rows, a database of them, or columns.

Every lycée has its own calendar: hours that differ by some minutes, the holidays of its zone, the
public holidays and two days of its own. Outages carry their edges; agents start anew between them.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from random import Random

import numpy as np

from numlycee.adapters.sql import open_reader, open_store
from numlycee.adapters.sql.schema import write_inventory
from numlycee.clock import SystemClock
from numlycee.domain.calendars import Calendar, Hours
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Department, Site
from numlycee.domain.states import State
from numlycee.rates.columns import (
    CAUSE_CODE,
    DOWN,
    EDGE,
    UNOBSERVED,
    Columns,
    SpellColumns,
    Subject,
    codes,
    numbers,
)
from numlycee.rates.figures import Rates
from numlycee.rates.integral import FOREVER, LINE, Integral, ints
from numlycee.rates.ports import CoverageRow, SpellRow

START, YEAR = 1_756_677_600_000, 365 * 86_400_000  # from 1 September 2025
END = START + YEAR
JUNE = START + 290 * 86_400_000
"""As of which live windows are asked: all of them hold hours of service."""
MINUTE = 60_000
LIVE, WHOLE, FRANCE = (12, 100_000), (250, 1_100_000), (250, 12_500_000, 2_500)
KINDS = (Kind.LINK, Kind.SERVICE, *[Kind.SWITCH] * 3, *[Kind.ACCESS_POINT] * 7)
_TOULOUSE = ("09", "12", "31", "32", "46", "65", "81", "82")
DEPARTMENTS = tuple(
    Department(code, f"Département {code}", "Toulouse" if n < len(_TOULOUSE) else "Montpellier")
    for n, code in enumerate((*_TOULOUSE, "11", "30", "34", "48", "66"))
)
_HOLIDAYS = (
    (date(2025, 10, 18), 16), (date(2025, 12, 20), 16), (date(2026, 2, 21), 16),
    (date(2026, 4, 18), 16), (date(2026, 5, 14), 4), (date(2026, 7, 4), 59),
)  # fmt: skip
_PUBLIC = (date(2025, 11, 11), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 8))


def calendar_of(name: str, dice: Random) -> Calendar:
    """Return the calendar of one lycée, like no other's."""
    opens, closes = 450 + 5 * dice.randrange(12), 1020 + 5 * dice.randrange(24)
    lunch = 705 + 5 * dice.randrange(12)
    whole: Hours = ((opens, lunch), (lunch + 60, closes)) if dice.random() < 0.5 else (
        (opens, closes),
    )  # fmt: skip
    morning: Hours = ((opens, lunch),)
    off = {first + timedelta(days=n) for first, days in _HOLIDAYS for n in range(days)}
    own = {date(2025, 9, 1) + timedelta(days=dice.randrange(300)) for _ in range(2)}
    saturday = morning if dice.random() < 0.3 else ()
    weekly = (whole, whole, morning, whole, whole, saturday, ())
    closed = frozenset(off | own | set(_PUBLIC))
    return Calendar(name, "Europe/Paris", weekly, closed, version=name)


@dataclass
class Region:
    """A `History` made up as it is read: outages with their edges, spread over a year."""

    resources: int
    spells_in_all: int
    lycees: int = 225

    def __post_init__(self) -> None:
        self.sites = {
            uai: Site(uai, f"Lycée {n}", "", place, 43.6, 1.4, 900, calendar=uai)
            for n in range(self.lycees)
            for place in (DEPARTMENTS[n % len(DEPARTMENTS)],)
            for uai in (f"0{place.code}{n:04d}A",)
        }
        self.listed = tuple(
            Resource(f"r{n:03d}", KINDS[min(n, len(KINDS) - 1)], f"Ressource {n}")
            for n in range(self.resources)
        )
        self.each = -(-self.spells_in_all // (self.lycees * self.resources * 3))
        self.step = YEAR // (self.each + 1)

    @cached_property
    def calendars(self) -> Mapping[str, Calendar]:
        dice = Random(1)
        return {name: calendar_of(name, dice) for name in ("", *self.sites)}

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        return [(uai, Inventory("d", self.listed)) for uai in self.sites]

    def births(self) -> Iterable[tuple[str, str, int]]:
        return [(uai, "d", START) for uai in self.sites]

    def runs(self) -> list[tuple[str, int, int]]:
        """Return what each run of any lycée is called and covers; a minute lies between two."""
        turns = [START + n * self.step + 3 * self.step // 4 for n in range(self.each)]
        return [
            (f"run{n}", first, last - MINUTE)
            for n, (first, last) in enumerate(zip([START, *turns], [*turns, END], strict=True))
        ]

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        return [
            CoverageRow(uai, Vantage.SITE, run, first, "d", first, last)
            for uai in self.sites
            for run, first, last in self.runs()
        ]

    def spells(self, start: int, end: int) -> Iterator[SpellRow]:
        return self.rows()

    def rows(self) -> Iterator[SpellRow]:
        """Yield every spell of the year."""
        dice, runs = Random(2), self.runs()
        for uai in self.sites:
            for resource in self.listed:
                for n, (run, began, _) in enumerate(runs[:-1]):
                    begins = START + n * self.step + dice.randrange(MINUTE, self.step // 2)
                    down = dice.randrange(1, 90) * MINUTE
                    for state, cause, a, b in (
                        (State.UNOBSERVED, Cause.EDGE, begins - MINUTE, begins),
                        (State.DOWN, Cause.TIMEOUT, begins, begins + down),
                        (State.UNOBSERVED, Cause.EDGE, begins + down, begins + down + MINUTE),
                    ):
                        yield SpellRow(
                            uai, resource.id, Vantage.SITE, run, began, state, cause, a, b
                        )

    def written(self, path: Path) -> Path:
        """Write everything into a new database at `path`."""
        open_store(f"sqlite:///{path}", SystemClock()).close()
        base = sqlite3.connect(path)
        numbers_of = {
            (uai, run): n + 1
            for n, (uai, (run, _, _)) in enumerate((u, r) for u in self.sites for r in self.runs())
        }
        with base:
            base.executemany(
                "INSERT INTO inventory VALUES (NULL, ?, 'd', 'site', ?)",
                [(uai, write_inventory(inventory)) for uai, inventory in self.inventories()],
            )
            base.executemany(
                "INSERT INTO run VALUES (?, ?, ?, 'site', ?, '', '', 0, 0, 0, 0)",
                [(numbers_of[r.uai, r.run], r.uai, r.run, r.began) for r in self.coverage(0, 0)],
            )
            base.executemany(
                "INSERT INTO coverage VALUES (?, ?, ?, ?)",
                [
                    (numbers_of[r.uai, r.run], r.start, r.end, r.inventory)
                    for r in self.coverage(0, 0)
                ],
            )
            base.executemany(
                "INSERT INTO spell VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (numbers_of[r.uai, r.run], r.resource, r.start, r.end, r.state, r.cause)
                    for r in self.rows()
                ),
            )
        base.close()
        return path

    def columns(self) -> Columns:
        """Return what reading such a history would give, made at once without any row."""
        subjects = tuple(Subject(uai, listed) for uai in self.sites for listed in self.listed)
        runs = [(first, last) for _, first, last in self.runs()]
        spans = np.array(
            [(n * LINE + a, n * LINE + b) for n in range(self.lycees) for a, b in runs]
        )
        return Columns(
            subjects=subjects,
            group=np.repeat(np.arange(self.lycees), self.resources),
            born=np.full(self.lycees, START),
            retired=np.full(self.lycees, FOREVER),
            covered=Integral.over(spans[:, 0].copy(), spans[:, 1].copy()),
            spells=self._spell_columns(len(subjects)),
        )

    def _spell_columns(self, subjects: int) -> SpellColumns:
        dice = np.random.default_rng(2)
        down_from = dice.integers(MINUTE, self.step // 2, (subjects, self.each))
        down_from += START + self.step * np.arange(self.each)
        down_to = down_from + MINUTE * dice.integers(1, 90, down_from.shape)
        bounds = np.stack((down_from - MINUTE, down_from, down_to, down_to + MINUTE), axis=-1)
        outages = subjects * self.each
        return SpellColumns(
            subject=numbers(np.repeat(np.arange(subjects), 3 * self.each)),
            start=bounds[..., :3].reshape(-1),
            end=bounds[..., 1:].reshape(-1),
            state=codes(np.tile(ints([UNOBSERVED, DOWN, UNOBSERVED]), outages)),
            cause=codes(np.tile(ints([EDGE, CAUSE_CODE[Cause.TIMEOUT], EDGE]), outages)),
        )


def from_database(path: Path, region: Region) -> Rates:
    """Read the history as the collector does."""
    with open_reader(f"sqlite:///{path}").history() as history:
        return Rates(history, region.sites, region.calendars)
