"""What an explanation asks of whoever keeps the history: the rows of one site, as reported."""

from collections.abc import Iterable
from typing import Protocol

from numlycee.domain.inventory import Inventory
from numlycee.rates.ports import CoverageRow, SpellRow


class Evidence(Protocol):
    """The stored past of one site at a time; rows come in any order, whole, once each."""

    def lists(self, uai: str) -> Iterable[Inventory]:
        """Return every inventory that a vantage of a site has sent."""
        ...

    def accounts(self, uai: str) -> Iterable[CoverageRow]:
        """Return everything that is covered of a site."""
        ...

    def exceptions(self, uai: str, resource: str) -> Iterable[SpellRow]:
        """Return every spell of one resource."""
        ...
