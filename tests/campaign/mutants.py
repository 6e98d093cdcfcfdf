"""Deliberate bugs, each in the one part that it concerns: a campaign must catch every one."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from numlycee.adapters.sql import SqlStore, open_store
from numlycee.adapters.sql.addresses import parse, path_of
from numlycee.adapters.sql.sqlite.database import PATIENCE, connect
from numlycee.adapters.sql.sqlite.opening import open_sqlite
from numlycee.clock import Clock
from numlycee.wire.receipts import Mark, Receipt
from numlycee_agent.spool import marks
from numlycee_agent.spool.segments import Kept, Place
from numlycee_agent.spool.spool import Spool

_START = Place()


class Link:
    """A connection to SQLite that forwards everything."""

    def __init__(self, path: Path, patience: float) -> None:
        self._link = connect(path, patience)

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> sqlite3.Cursor:
        return self._link.execute(sql, parameters)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> sqlite3.Cursor:
        return self._link.executemany(sql, rows)

    def close(self) -> None:
        self._link.close()


class Late(Link):
    """Commits every tenth time only, and when it is closed in peace."""

    _asked = 0

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self._asked += 1
        if sql == "COMMIT" and self._asked % 10:
            return self._link.cursor()
        if sql.startswith("BEGIN") and self._link.in_transaction:
            return self._link.cursor()
        return super().execute(sql, parameters)

    def close(self) -> None:
        if self._link.in_transaction:
            self._link.execute("COMMIT")
        super().close()


class Halves(Link):
    """Commits the marks before what they stand for, and takes its time."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> sqlite3.Cursor:
        if "INSERT INTO coverage" in sql:
            self._link.execute("COMMIT")
            time.sleep(0.15)
            self._link.execute("BEGIN IMMEDIATE")
        return super().executemany(sql, rows)


class Trusting(Spool):
    """Believes confirmed what it hands to the broker, and heeds no receipt."""

    def pending(self, after: Place = _START) -> Iterator[Kept]:
        for kept in super().pending(after):
            runs = {**self._marks.runs, kept.run: Mark(kept.seq)}
            self._marks = replace(self._marks, runs=runs)
            marks.save(self._path, self._marks, self._disk)
            yield kept

    def settle(self, receipt: Receipt) -> None:
        super().settle(replace(receipt, runs={}))


class Greedy(Spool):
    """Takes a receipt for one number more than it says."""

    def settle(self, receipt: Receipt) -> None:
        more = {run: Mark(mark.contiguous + 1, mark.beyond) for run, mark in receipt.runs.items()}
        super().settle(replace(receipt, runs=more))


class Continued(Spool):
    """Has one run for all its lives."""

    def _open_run(self) -> None:
        super()._open_run()
        self._run = "00000000000000aa"


LINKS = {"a receipt comes before the commit": Late, "a batch is committed in two": Halves}
SPOOLS = {
    "the broker's word confirms": Trusting,
    "a receipt confirms one more": Greedy,
    "a run is continued": Continued,
}
MUTANTS = (*LINKS, *SPOOLS)


def a_store(url: str, clock: Clock, mutant: str) -> SqlStore:
    """Open the store, with a bug if that is its; raises `StoreError`."""
    if mutant not in LINKS:
        return open_store(url, clock)
    return open_sqlite(path_of(parse(url)), clock.now() // 1000, PATIENCE, LINKS[mutant])


def a_spool(mutant: str) -> type[Spool]:
    """Return the spool's class, with a bug if that is its."""
    return SPOOLS.get(mutant, Spool)
