"""The stored past, read from one snapshot of the database while the writer goes on."""

import json
import sqlite3
from collections.abc import Iterable

import numpy as np

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
        names = _Numbered()
        blocks = [_NOTHING]
        for uai, vantage, run, began, *told in self._sql(_SPELLS, (end, start)):
            blocks.append(_block(len(runs), names, *told))
            runs.append(Run(uai, _VANTAGES[vantage], run, began))
        of, name, begun, length, state, cause = map(np.concatenate, zip(*blocks, strict=True))
        return SpellTable(
            runs, tuple(names), numbers(of), numbers(name), begun, begun + length,
            codes(state), codes(cause),
        )  # fmt: skip

    def births(self) -> Iterable[tuple[str, str, int]]:
        """Return UAI, inventory digest and first instant covered under it."""
        return list(self._sql(_BIRTHS))


_Block = tuple[Numbers, Numbers, Ints, Ints, Codes, Codes]
"""Runs, names of resources, starts, lengths, states and causes."""
_NOTHING: _Block = numbers([]), numbers([]), ints([]), ints([]), codes([]), codes([])


class _Numbered(dict[str, int]):
    """Words, each with its number in the order of appearance."""

    def __missing__(self, word: str) -> int:
        self[word] = len(self)
        return self[word]


def _block(
    run: int,
    names: _Numbered,
    resources: str,
    starts: str,
    lengths: str,
    states: str,
    causes: str,
) -> _Block:
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
_SPELLS = """
SELECT uai, vantage, run, coalesce(began, 0), resources, starts, lengths, states, causes FROM (
    SELECT run_id, json_group_array(resource) AS resources, group_concat(start) AS starts,
           group_concat(until - start) AS lengths, group_concat(state) AS states,
           group_concat(cause) AS causes
    FROM spell WHERE start < ? AND until > ? GROUP BY run_id
) JOIN run ON run.id = run_id
"""
"""One row for each run with all that it saw: what is slow is to hand over row after row."""
_BIRTHS = """
SELECT uai, inventory, min(start) FROM coverage JOIN run ON run.id = run_id
GROUP BY uai, inventory
"""
