"""The stored past of one site at a time, for whoever must show what a figure is made of."""

from collections.abc import Iterable

from numlycee.adapters.sql.dialect import Link
from numlycee.adapters.sql.schema import read_inventory
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.domain.states import State
from numlycee.rates.ports import CoverageRow, SpellRow


class SqlEvidence:
    """What an explanation asks, upon a connection that has begun to read."""

    def __init__(self, link: Link) -> None:
        """Read from this connection."""
        self._sql = link.execute

    def lists(self, uai: str) -> Iterable[Inventory]:
        """Return every inventory that a vantage of a site has sent."""
        rows = self._sql(
            "SELECT digest, resources FROM inventory WHERE uai = ? ORDER BY id", (uai,)
        )
        return [read_inventory(digest, resources) for digest, resources in rows]

    def accounts(self, uai: str) -> Iterable[CoverageRow]:
        """Return everything that is covered of a site."""
        return [
            CoverageRow(uai, Vantage(vantage), *row)
            for vantage, *row in self._sql(_COVERAGE, (uai,))
        ]

    def exceptions(self, uai: str, resource: str) -> Iterable[SpellRow]:
        """Return every spell of one resource."""
        return [
            SpellRow(
                uai, resource, Vantage(vantage), run, began,
                State(state), Cause(cause), start, until,
            )
            for vantage, run, began, state, cause, start, until in self._sql(
                _SPELLS, (uai, resource)
            )
        ]  # fmt: skip


_COVERAGE = """
SELECT vantage, run, coalesce(began, 0), inventory, start, until
FROM run JOIN coverage ON run.id = run_id WHERE uai = ?
"""
_SPELLS = """
SELECT vantage, run, coalesce(began, 0), state, cause, start, until
FROM run JOIN spell ON run.id = run_id WHERE uai = ? AND resource = ?
"""
