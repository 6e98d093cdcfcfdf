"""The stored past, read from one snapshot of the database while the writer goes on."""

import json
import sqlite3
from collections.abc import Iterable
from itertools import product

import numpy as np

from numlycee.adapters.sql.schema import read_inventory
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.rates.columns import CAUSES, STATES, Codes, Numbers, codes, numbers
from numlycee.rates.integral import Ints, ints
from numlycee.rates.ports import CoverageRow
from numlycee.rates.spelltable import Run, SpellTable

_VANTAGES = {vantage.value: vantage for vantage in Vantage}
_SAID = {f"{state} {cause}": n for n, (state, cause) in enumerate(product(STATES, CAUSES))}
"""A state and a cause as they stand in the database: the code of the pair."""


class SqlHistory:
    """What the rates ask, upon a connection that has begun to read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read from this connection."""
        self._sql = connection.execute

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
        runs: list[Run] = []
        names: dict[str, int] = {}
        blocks = [_NOTHING]
        for uai, vantage, run, began, *told in self._sql(_SPELLS, (end, start)):
            blocks.append(_block(len(runs), names, *told))
            runs.append(Run(uai, _VANTAGES[vantage], run, began))
        run_code, name, begun, ended, said = map(np.concatenate, zip(*blocks, strict=True))
        state, cause = np.divmod(said, len(CAUSES))
        return SpellTable(
            runs, tuple(names), numbers(run_code), numbers(name), begun, ended,
            codes(state), codes(cause),
        )  # fmt: skip

    def births(self) -> Iterable[tuple[str, str, int]]:
        """Return UAI, inventory digest and first instant covered under it."""
        return list(self._sql(_BIRTHS))


_Block = tuple[Numbers, Numbers, Ints, Ints, Codes]
"""Runs, names of resources, starts, ends, and what is said of each."""
_NOTHING: _Block = numbers([]), numbers([]), ints([]), ints([]), codes([])


def _block(
    run: int, names: dict[str, int], resources: str, starts: str, ends: str, said: str
) -> _Block:
    """Return what one run saw, from the texts that the database made of its columns."""
    name = numbers([names.setdefault(name, len(names)) for name in json.loads(resources)])
    return (
        np.full_like(name, run),
        name,
        np.fromstring(starts, dtype=np.int64, sep=","),
        np.fromstring(ends, dtype=np.int64, sep=","),
        codes([_SAID[words] for words in said.split(",")]),
    )


_COVERAGE = """
SELECT uai, vantage, run, coalesce(began, 0), inventory, start, until
FROM coverage JOIN run ON run.id = run_id WHERE start < ? AND until > ?
"""
_SPELLS = """
SELECT uai, vantage, run, coalesce(began, 0), resources, starts, ends, said FROM (
    SELECT run_id, json_group_array(resource) AS resources, group_concat(start) AS starts,
           group_concat(until) AS ends, group_concat(state || ' ' || cause) AS said
    FROM spell WHERE start < ? AND until > ? GROUP BY run_id
) JOIN run ON run.id = run_id
"""
"""One row for each run with all that it saw: what is slow is to hand over row after row."""
_BIRTHS = """
SELECT uai, inventory, min(start) FROM coverage JOIN run ON run.id = run_id
GROUP BY uai, inventory
"""
