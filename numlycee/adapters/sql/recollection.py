"""The stored past, read once and then only where it has changed: every minute, as long as we run.

A year of a Region is a million spells, of which a minute changes some hundreds. The database keeps
a log of its latest changes; what that names is dropped from memory and read again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from numlycee.adapters.sql.dialect import Dialect, Link, Log, Sql
from numlycee.adapters.sql.history import (
    NOTHING,
    Numbered,
    SqlHistory,
    Stacked,
    runs_of,
    stacked,
)
from numlycee.adapters.sql.reader import SqlReader
from numlycee.adapters.sql.schema import read_inventory
from numlycee.domain.inventory import Inventory
from numlycee.rates.integral import Ints, ints
from numlycee.rates.ports import CoverageRow
from numlycee.rates.spelltable import SpellTable

_ROOM = 1 << 32
"""For the numbers of resources beside that of a run, in one integer."""


class Recollection:
    """The history of one store, for one asker at a time."""

    def __init__(self, reader: SqlReader) -> None:
        """Remember nothing yet."""
        self._reader = reader
        self._memory = _Memory()

    @contextmanager
    def history(self) -> Iterator["Recalled"]:
        """Read the account as it stands now, whatever is written meanwhile."""
        dialect = self._reader.database.dialect
        with self._reader.reading() as link:
            self._memory = _refreshed(self._memory, link.execute, dialect)
            yield Recalled(link, dialect, self._memory)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was read up to an end of the log, None before anything was."""

    log: Log | None = None
    runs: Numbered[int] = field(default_factory=Numbered)
    names: Numbered[str] = field(default_factory=Numbered)
    spells: Stacked = NOTHING
    lists: tuple[tuple[str, Inventory], ...] = ()


class Recalled:
    """What the rates ask: spells and inventories from memory, the few other rows as they stand."""

    def __init__(self, link: Link, dialect: Dialect, memory: _Memory) -> None:
        """Read from this connection what is not in memory."""
        self._rest = SqlHistory(link, dialect)
        self._runs = runs_of(link.execute, memory.runs)
        self._memory = memory

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        """Return every known inventory with the UAI of its site."""
        return self._memory.lists

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        """Return the coverage rows that share an instant with ``[start, end)``."""
        return self._rest.coverage(start, end)

    def spells(self, start: int, end: int) -> SpellTable:
        """Return the spells that share an instant with ``[start, end)``."""
        table = SpellTable(self._runs, tuple(self._memory.names), *self._memory.spells)
        shared = (table.start < end) & (table.end > start)
        return table if shared.all() else table.take(shared)

    def births(self) -> Iterable[tuple[str, str, int]]:
        """Return UAI, inventory digest and first instant covered under it."""
        return self._rest.births()


def _refreshed(memory: _Memory, sql: Sql, dialect: Dialect) -> _Memory:
    log, known = dialect.log(sql), memory.log
    if known is None or not known.whole(sql):
        fresh = _Memory(log, lists=tuple(lists(sql, _EVERY)))
        query = f"SELECT {dialect.as_text} FROM spell GROUP BY run_id"  # noqa: S608 (our words)
        return replace(fresh, spells=stacked(sql(query), fresh.runs, fresh.names))
    if known == log:
        return memory
    news = tuple(lists(sql, known.listed))
    spells = _changed(memory, known.touched, sql, dialect)
    return replace(memory, log=log, spells=spells, lists=(*memory.lists, *news))


def _changed(memory: _Memory, since: str, sql: Sql, dialect: Dialect) -> Stacked:
    """Return the spells without those that the log names, and with these as they are now."""
    touched = sql(_touched(since)).fetchall()
    if not touched:
        return memory.spells
    news = stacked(sql(_news(since, dialect)), memory.runs, memory.names)
    named = [
        (memory.runs[run_id] * _ROOM + memory.names[resource], first)
        for run_id, resource, first in touched
    ]
    keys, firsts = ints([x for pair in sorted(named) for x in pair]).reshape(-1, 2).T
    run, name, start = memory.spells[:3]
    own: Ints = run.astype(np.int64) * _ROOM + name
    place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    kept = (keys[place] != own) | (start < firsts[place])
    pairs: Iterable[tuple[Any, Any]] = zip(memory.spells, news, strict=True)
    return cast("Stacked", tuple(np.concatenate((old[kept], new)) for old, new in pairs))


def lists(sql: Sql, since: str) -> Iterator[tuple[str, Inventory]]:
    """Yield the inventories for which a condition holds, with the UAI of their site."""
    query = f"SELECT uai, digest, resources FROM inventory WHERE {since} ORDER BY id"  # noqa: S608
    for uai, digest, resources in sql(query):
        yield uai, read_inventory(digest, resources)


def _touched(since: str) -> str:
    return f"""
        SELECT run_id, resource, min(since) AS since FROM touched WHERE {since}
        GROUP BY run_id, resource
    """  # noqa: S608 (a condition of the log's own)


def _news(since: str, dialect: Dialect) -> str:
    return f"""
        SELECT {dialect.as_text} FROM ({_touched(since)}) AS news
        JOIN spell USING (run_id, resource) WHERE start >= news.since GROUP BY run_id
    """  # noqa: S608 (our own words)


_EVERY = "id > 0"
