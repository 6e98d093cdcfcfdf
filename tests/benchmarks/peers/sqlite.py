"""SQLite in a process of its own, so that its memory may be told from ours."""

import multiprocessing
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers.past import Past
from tests.benchmarks.peers.peer import Answer, say
from tests.benchmarks.peers.sql import SHARES, TABLE


@dataclass(frozen=True, slots=True)
class SqlitePeer:
    """A process that opens the database at each question."""

    worker: ProcessPoolExecutor
    pid: int
    database: Path
    past: Past

    def ask(self) -> Answer:
        """Return the share of every resource; the seconds are those of the query alone."""
        window = {"start": self.past.start, "until": self.past.until}
        rows, cpu = self.worker.submit(query, self.database, window).result()
        return Answer({self.past.names[n]: share for n, share in rows}, cpu)


@contextmanager
def sqlite(past: Past) -> Iterator[SqlitePeer]:
    """Load the changes into a database file, and keep a process that queries it."""
    say(f"SQLite: {len(past.names)} resources, {len(past.subject)} spells")
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=context) as worker,
    ):
        database = load(Path(folder, "events.db"), past)
        yield SqlitePeer(worker, worker.submit(os.getpid).result(), database, past)


def load(database: Path, past: Past) -> Path:
    """Write the changes in the order in which the query reads them, and return the file."""
    with closing(sqlite3.connect(database)) as base, base:
        base.execute(f"{TABLE}, PRIMARY KEY (resource, at)) WITHOUT ROWID")
        base.executemany("INSERT INTO event VALUES (?, ?, ?)", past.events())
        base.execute("ANALYZE")
    return database


def query(database: Path, window: dict[str, int]) -> tuple[Sequence[tuple[int, float]], float]:
    """Return the shares, and the CPU seconds of this process for the query."""
    with closing(sqlite3.connect(database)) as base:
        before = time.process_time()
        rows = base.execute(SHARES, window).fetchall()
        return rows, time.process_time() - before
