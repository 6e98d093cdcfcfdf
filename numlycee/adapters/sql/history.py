"""The stored past, read from one snapshot of the database while the writer goes on."""

import sqlite3
from collections.abc import Iterable

from numlycee.adapters.sql.schema import read_inventory
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.domain.states import State
from numlycee.rates.ports import CoverageRow, SpellRow

_STATES = {state.value: state for state in State}
_CAUSES = {cause.value: cause for cause in Cause}
_VANTAGES = {vantage.value: vantage for vantage in Vantage}


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

    def spells(self, start: int, end: int) -> Iterable[SpellRow]:
        """Return the spells that share an instant with ``[start, end)``."""
        for row in self._sql(_SPELLS, (end, start)):
            uai, resource, vantage, run, began, state, cause, first, until = row
            yield SpellRow(
                uai, resource, _VANTAGES[vantage], run, began,
                _STATES[state], _CAUSES[cause], first, until,
            )  # fmt: skip

    def births(self) -> Iterable[tuple[str, str, int]]:
        """Return UAI, inventory digest and first instant covered under it."""
        return list(self._sql(_BIRTHS))


_COVERAGE = """
SELECT uai, vantage, run, coalesce(began, 0), inventory, start, until
FROM coverage JOIN run ON run.id = run_id WHERE start < ? AND until > ?
"""
_SPELLS = """
SELECT uai, resource, vantage, run, coalesce(began, 0), state, cause, start, until
FROM spell JOIN run ON run.id = run_id WHERE start < ? AND until > ?
"""
_BIRTHS = """
SELECT uai, inventory, min(start) FROM coverage JOIN run ON run.id = run_id
GROUP BY uai, inventory
"""
