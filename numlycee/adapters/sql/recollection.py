"""The stored past, read once and then only where it has changed: every minute, as long as we run.

A year of a Region is a million spells, of which a minute changes some hundreds. The database keeps
a log of its latest changes; what that names is dropped from memory and read again.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from numlycee.adapters.sql.history import (
    AS_TEXT,
    NOTHING,
    Numbered,
    Sql,
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
        with self._reader.reading() as connection:
            self._memory = _refreshed(self._memory, connection.execute)
            yield Recalled(connection, self._memory)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was read up to the change numbered `newest`; -1 before anything was."""

    newest: int = -1
    runs: Numbered[int] = field(default_factory=Numbered)
    names: Numbered[str] = field(default_factory=Numbered)
    spells: Stacked = NOTHING
    lists: tuple[tuple[int, str, Inventory], ...] = ()


class Recalled:
    """What the rates ask: spells and inventories from memory, the few other rows as they stand."""

    def __init__(self, connection: sqlite3.Connection, memory: _Memory) -> None:
        """Read from this connection what is not in memory."""
        self._rest = SqlHistory(connection)
        self._runs = runs_of(connection.execute, memory.runs)
        self._memory = memory

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        """Return every known inventory with the UAI of its site."""
        return [(uai, inventory) for _, uai, inventory in self._memory.lists]

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


def _refreshed(memory: _Memory, sql: Sql) -> _Memory:
    oldest, newest = sql(_LOGGED).fetchone()
    if memory.newest < 0 or not oldest <= memory.newest + 1 <= newest + 1:
        fresh = replace(_Memory(), newest=newest, lists=memory.lists)
        fresh = replace(fresh, spells=stacked(sql(_ALL), fresh.runs, fresh.names))
    elif memory.newest < newest:
        fresh = replace(memory, newest=newest, spells=_changed(memory, sql))
    else:
        fresh = memory
    return replace(fresh, lists=_lists(fresh, sql))


def _changed(memory: _Memory, sql: Sql) -> Stacked:
    """Return the spells without those that the log names, and with these as they are now."""
    touched = sql(_TOUCHED, (memory.newest,)).fetchall()
    news = stacked(sql(_NEWS, (memory.newest,)), memory.runs, memory.names)
    named = [
        (memory.runs[run_id] * _ROOM + memory.names[resource], since)
        for run_id, resource, since in touched
    ]
    keys, since = ints([x for pair in sorted(named) for x in pair]).reshape(-1, 2).T
    run, name, start = memory.spells[:3]
    own: Ints = run.astype(np.int64) * _ROOM + name
    place = np.minimum(np.searchsorted(keys, own), len(keys) - 1)
    kept = (keys[place] != own) | (start < since[place])
    pairs: Iterable[tuple[Any, Any]] = zip(memory.spells, news, strict=True)
    return cast("Stacked", tuple(np.concatenate((old[kept], new)) for old, new in pairs))


def _lists(memory: _Memory, sql: Sql) -> tuple[tuple[int, str, Inventory], ...]:
    """Return every inventory; they never change."""
    last = memory.lists[-1][0] if memory.lists else 0
    news = ((row[0], row[1], read_inventory(*row[2:])) for row in sql(_LISTS, (last,)))
    return (*memory.lists, *news)


_LOGGED = """
SELECT coalesce((SELECT min(id) FROM touched), newest + 1), newest
FROM (SELECT coalesce(max(seq), 0) AS newest FROM sqlite_sequence WHERE name = 'touched')
"""
_TOUCHED = """
SELECT run_id, resource, min(since) FROM touched WHERE id > ? GROUP BY run_id, resource
"""
_ALL = f"SELECT {AS_TEXT} FROM spell GROUP BY run_id"  # noqa: S608 (our own columns)
_NEWS = f"""
SELECT {AS_TEXT} FROM ({_TOUCHED.replace("min(since)", "min(since) AS since")})
JOIN spell USING (run_id, resource) WHERE start >= since GROUP BY run_id
"""  # noqa: S608 (our own columns)
_LISTS = "SELECT id, uai, digest, resources FROM inventory WHERE id > ? ORDER BY id"
