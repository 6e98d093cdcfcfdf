"""A year of the whole Region, and of France, counted: every resource, every roll-up, every window.

Every lycée has its own calendar. The comparators answer the share of `down` of each resource over
the clock, without calendars, bounds, edges, outages or roll-ups: the lightest SQL that could run on
the same spells, and the products of `peers/`, those of them that are installed (Debian packages
prometheus, victoria-metrics and postgresql). Data are made up and seeded; CPU seconds are those of
this process, starting anew from the columns; memory is the most that a fresh process held.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from numlycee.adapters.sql import Recollection, open_store
from numlycee.clock import SystemClock
from numlycee.collector.timeline import Seen, Stretch
from numlycee.domain.causes import Cause
from numlycee.rates.columns import DOWN, Columns
from numlycee.rates.figures import ColumnRates, Rates
from numlycee.rates.model import Hours, Window
from numlycee.rates.windows import rolling
from tests.benchmarks._year import (
    END,
    FRANCE,
    JUNE,
    LIVE,
    START,
    WHOLE,
    YEAR,
    Region,
    from_database,
)
from tests.benchmarks.peers import contest
from tests.benchmarks.peers.past import DOWN as PEERS_DOWN
from tests.benchmarks.peers.past import UNKNOWN, Past
from tests.benchmarks.runner import HERE, Outcome

__all__ = ["END", "START", "Region", "in_sql", "measured", "run"]

ROUNDS = 5
T = TypeVar("T")


def run() -> Outcome:
    """Measure CPU seconds, the median of some rounds, and memory."""
    figures = _from_database() | _from_columns() | _of_france()
    beside, ratios = _beside_peers(figures[READING])
    within = {
        "reading": figures[READING] <= 1.5,
        "year": figures[COUNTING] <= 0.4,
        "windows": figures[WINDOWS] <= 0.4,
        "memory": figures[MEMORY] <= 400,
        "France": figures[NATION] <= 5,
    }
    goals = {
        "reading": "1.1 million spells from the database in 1.5 s",
        "year": "Region: both calendars, every resource, roll-up and outage in 0.4 s",
        "windows": "Region: every rolling window on both calendars in 0.4 s",
        "memory": "Region: below 400 MB, reading included",
        "France": "both calendars, every resource, roll-up and outage in 5 s",
    }
    return Outcome(
        figures=figures | beside,
        ratios={"Region counted / SQL": figures[COUNTING] / figures[SQL]} | ratios,
        goals=goals,
        met=within,
    )


READ_LIVE = "225 × 12 resources, 100 000 spells: read from the database, s"
SNAPSHOT = "225 × 12 resources, 100 000 spells: snapshot (10 tables, 30 days), s"
READING = "Region, 225 × 250 resources, 1.1 million spells: read from the database, s"
READ_AGAIN = "Region: read again after a minute of changes, as the collector does, s"
MEMORY = "Region: the most that a process held, reading and a snapshot included, MB"
COUNTING = "Region: year on both calendars, s"
WINDOWS = "Region: all rolling windows on both calendars, s"
REFRESH = "Region: snapshot (10 tables, 30 days), s"
NATION = "France, 2500 × 250 resources, 12.5 million spells: year on both calendars, s"
AGAIN = "Region: year on both calendars, in the rounds of the peers, s"
SQL = "Region: the same spells in SQL, s"


def _from_database() -> dict[str, float]:
    live, whole = Region(*LIVE), Region(*WHOLE)
    with TemporaryDirectory() as folder:
        small, large = (
            region.written(Path(folder) / f"{region.resources}.db") for region in (live, whole)
        )
        read_live, _ = measured(lambda: from_database(small, live), 3)
        reading, _ = measured(lambda: from_database(large, whole), 3)
        again = _read_again(large, whole)
        memory = footprint(large)
    return {READ_LIVE: read_live, READING: reading, READ_AGAIN: again, MEMORY: memory}


def _read_again(path: Path, region: Region) -> float:
    """Return the seconds of the collector's own reading, when a minute has changed some spells."""
    with closing(open_store(f"sqlite:///{path}", SystemClock())) as store:
        recollection = Recollection(store)

        def read() -> None:
            with recollection.history() as history:
                Rates(history, region.sites, region.calendars)

        def change() -> None:
            with store.transaction() as transaction:
                for row in islice(region.rows(), 0, None, 2000):
                    cause = row.cause or Cause.OTHER
                    seen = Seen(row.resource, row.state, cause, row.start, row.end)
                    spells = Stretch((), (seen,))
                    transaction.replace(row.uai, row.run, spells, spells)

        read()
        spent = []
        for _ in range(3):
            change()
            spent.append(measured(read, 1)[0])
    return median(spent)


def _from_columns() -> dict[str, float]:
    live, region = Region(*LIVE), Region(*WHOLE)
    few, columns = live.columns(), region.columns()
    snapshot, _ = measured(lambda: rates_of(few, live).snapshot(JUNE), 3)
    year, _ = measured(lambda: count_year(columns, region), ROUNDS)
    windows, _ = measured(lambda: count_windows(columns, region), ROUNDS)
    refresh, _ = measured(lambda: rates_of(columns, region).snapshot(JUNE), 3)
    sql, _ = measured(in_sql(region, END), ROUNDS)
    return {SNAPSHOT: snapshot, COUNTING: year, WINDOWS: windows, REFRESH: refresh, SQL: sql}


def _of_france() -> dict[str, float]:
    """Count after the Region's columns are gone: garbage is collected among all that there is."""
    france = Region(*FRANCE)
    columns = france.columns()
    nation, _ = measured(lambda: count_year(columns, france), 3)
    return {NATION: nation}


def _beside_peers(reading: float) -> tuple[dict[str, float | str], dict[str, float]]:
    """Return what the peers cost in the rounds in which the Region's year is counted again."""
    region = Region(*WHOLE)
    columns = region.columns()
    ours, results = contest.measure(
        contest.entries(past_of(columns)),
        lambda: measured(lambda: count_year(columns, region), 1)[0],
        ROUNDS,
    )
    resources = len(columns.subjects)
    beside = {AGAIN: ours, **contest.figures(results, resources)}
    stand = {"our year": ours, "our year, reading included": ours + reading}
    return beside, contest.ratios(results, stand, resources)


def past_of(columns: Columns) -> Past:
    """Return the spells that we count, as the peers are told of them."""
    names, spells = [f"{s.uai}/{s.resource.id}" for s in columns.subjects], columns.spells
    code = np.where(spells.state == DOWN, PEERS_DOWN, UNKNOWN)
    subject = spells.subject.astype(np.int64)
    return Past(names, START, END, subject, spells.start, spells.end, code)


def measured(work: Callable[[], T], rounds: int) -> tuple[float, T]:
    """Return the median CPU seconds of some rounds, and the last result."""
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        result = work()
        spent.append(time.process_time() - begun)
    return median(spent), result


def rates_of(columns: Columns, region: Region) -> ColumnRates:
    """Return figures that have nothing in memory but the columns."""
    return ColumnRates(columns, region.sites, region.calendars)


def count_year(columns: Columns, region: Region) -> None:
    """Count every resource and every roll-up of the school year, on both calendars."""
    rates, window = rates_of(columns, region), Window("year", START, END, END)
    for hours in Hours:
        rates.each(window, hours)
        rates.table(window, hours)


def count_windows(columns: Columns, region: Region) -> None:
    """Count every roll-up of every rolling window, on both calendars."""
    rates = rates_of(columns, region)
    for window in rolling(JUNE, "Europe/Paris").values():
        for hours in Hours:
            rates.table(window, hours)


def footprint(path: Path) -> float:
    """Return the most memory that a fresh process held to read and refresh everything, in MB."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks._footprint", str(path)],
        cwd=HERE.parents[1], check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(told.stdout)


def in_sql(region: Region, end: int) -> Callable[[], object]:
    """Return the comparator's query over the same spells, indexed as it would be."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE spell (uai, resource, state, start INTEGER, until INTEGER)")
    base.executemany(
        "INSERT INTO spell VALUES (?, ?, ?, ?, ?)",
        ((r.uai, r.resource, str(r.state), r.start, r.end) for r in region.rows()),
    )
    base.execute("CREATE INDEX by_resource ON spell (uai, resource, state, start, until)")
    query = (
        "SELECT uai, resource, 1.0 - SUM(MIN(until, ?) - MAX(start, ?)) / ? FROM spell "
        "WHERE state = 'down' GROUP BY uai, resource"
    )
    return lambda: base.execute(query, (end, START, float(YEAR))).fetchall()
