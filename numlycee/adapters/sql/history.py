"""The stored past, read from one snapshot of the database while the writer goes on."""

import json
from collections.abc import Iterable
from typing import TypeVar

import numpy as np

from numlycee.adapters.sql.dialect import Dialect, Link, Sql
from numlycee.adapters.sql.schema import read_inventory
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.rates.columns import CAUSE_CODE, STATE_CODE, Codes, Numbers, codes, numbers
from numlycee.rates.integral import Ints, ints
from numlycee.rates.ports import CoverageRow
from numlycee.rates.spelltable import Run, SpellTable

_VANTAGES = {vantage.value: vantage for vantage in Vantage}
_STATES: dict[str, int] = {state.value: code for state, code in STATE_CODE.items()}
_CAUSES: dict[str, int] = {cause.value: code for cause, code in CAUSE_CODE.items() if cause}


class SqlHistory:
    """What the rates ask, upon a connection that has begun to read."""

    def __init__(self, link: Link, dialect: Dialect) -> None:
        """Read from this connection."""
        self._sql = link.execute
        self._spells = f"SELECT {dialect.as_text} {_SPELLS}"

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        """Return every known inventory with the UAI of its site."""
        rows = self._sql("SELECT uai, digest, resources FROM inventory ORDER BY id")
        return [(uai, read_inventory(digest, resources)) for uai, digest, resources in rows]

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        """Return the coverage rows that share an instant with ``[start, end)``."""
        return [
            CoverageRow(uai, _VANTAGES[vantage], *row)
            for uai, vantage, *row in self._sql(_COVERAGE, (end, start))
        ]

    def spells(self, start: int, end: int) -> SpellTable:
        """Return the spells that share an instant with ``[start, end)``."""
        runs, names = Numbered[int](), Numbered[str]()
        columns = stacked(self._sql(self._spells, (end, start)), runs, names)
        return SpellTable([*runs_of(self._sql, runs)], tuple(names), *columns)

    def births(self) -> Iterable[tuple[str, str, int]]:
        """Return UAI, inventory digest and first instant covered under it."""
        return [(uai, digest, first) for uai, digest, first in self._sql(_BIRTHS)]


Stacked = tuple[Numbers, Numbers, Ints, Ints, Codes, Codes]
"""Numbers of runs and of resources, starts, ends, states and causes of spells."""
NOTHING: Stacked = numbers([]), numbers([]), ints([]), ints([]), codes([]), codes([])
Thing = TypeVar("Thing")


class Numbered(dict[Thing, int]):
    """Things, each with its number in the order of appearance."""

    def __missing__(self, thing: Thing) -> int:
        self[thing] = len(self)
        return self[thing]


def stacked(
    rows: Iterable[tuple[int, str, str, str, str, str]],
    runs: Numbered[int],
    names: Numbered[str],
) -> Stacked:
    """Return spells as columns, from rows each of which tells all those of one run."""
    blocks = [NOTHING, *(_block(runs[run_id], names, *told) for run_id, *told in rows)]
    run, name, start, length, state, cause = map(np.concatenate, zip(*blocks, strict=True))
    return numbers(run), numbers(name), start, start + length, codes(state), codes(cause)


def runs_of(sql: Sql, numbered: Numbered[int]) -> list[Run]:
    """Return the runs that are numbered, in the order of their numbers."""
    known = {
        run_id: Run(uai, _VANTAGES[vantage], *rest) for run_id, uai, vantage, *rest in sql(_RUNS)
    }
    return [known[run_id] for run_id in numbered]


def _block(
    run: int,
    names: Numbered[str],
    resources: str,
    starts: str,
    lengths: str,
    states: str,
    causes: str,
) -> Stacked:
    """Return what one run saw, from the texts that the database made of its columns."""
    name = numbers(list(map(names.__getitem__, json.loads(resources))))
    return (
        np.full_like(name, run),
        name,
        np.fromstring(starts, dtype=np.int64, sep=","),
        np.fromstring(lengths, dtype=np.int64, sep=","),
        np.frombuffer(bytes(map(_STATES.__getitem__, states.split(","))), dtype=np.uint8),
        np.frombuffer(bytes(map(_CAUSES.__getitem__, causes.split(","))), dtype=np.uint8),
    )


_COVERAGE = """
SELECT uai, vantage, run, coalesce(began, 0), inventory, start, until
FROM coverage JOIN run ON run.id = run_id WHERE start < ? AND until > ?
"""
_SPELLS = "FROM spell WHERE start < ? AND until > ? GROUP BY run_id"
_RUNS = "SELECT id, uai, vantage, run, coalesce(began, 0) FROM run"
_BIRTHS = """
SELECT uai, inventory, min(start) FROM coverage JOIN run ON run.id = run_id
GROUP BY uai, inventory
"""
