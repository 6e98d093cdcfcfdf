"""The rows of a history in lists, one site at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from numlycee.domain.inventory import Inventory
from numlycee.rates.ports import CoverageRow, SpellRow
from tests.rates.histories import ListHistory


@dataclass
class ListEvidence:
    """An `Evidence` from a history in lists."""

    history: ListHistory

    def lists(self, uai: str) -> Iterable[Inventory]:
        return [inventory for of, inventory in self.history.lists if of == uai]

    def accounts(self, uai: str) -> Iterable[CoverageRow]:
        return [row for row in self.history.covered if row.uai == uai]

    def exceptions(self, uai: str, resource: str) -> Iterable[SpellRow]:
        return [r for r in self.history.spelt if (r.uai, r.resource) == (uai, resource)]
