"""How complete the account of a demonstration is, read from its store."""

from dataclasses import dataclass
from pathlib import Path

from numlycee.adapters.sql import open_reader
from numlycee.collector.model import LedgerLine

_COUNTS = ("expected", "stored", "late", "duplicate", "refused", "missing", "declared_lost")


@dataclass(frozen=True, slots=True)
class Account:
    """Records of every site together, by outcome, and how often the store was committed to."""

    commits: int
    records: dict[str, int]

    @property
    def whole(self) -> bool:
        """Tell whether nothing is missing between the records stored."""
        return not self.records["missing"]


def account(store: Path) -> Account:
    """Return the account as last committed; raises `StoreError` where there is no store."""
    standing, lines = open_reader(f"sqlite:///{store}").completeness()
    sites = list(lines)
    return Account(standing.commit, {name: _sum(sites, name) for name in _COUNTS})


def _sum(sites: list[LedgerLine], name: str) -> int:
    return sum(getattr(line, name) for line in sites)
