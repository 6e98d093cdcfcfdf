"""Everything that is shown, at one instant: what pages and metrics are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.collector.model import BoardSnapshot, LedgerSnapshot
from numlycee.domain.sites import Site
from numlycee.outages.model import OutagesSnapshot
from numlycee.rates.model import RatesSnapshot
from numlycee.rates.promised import Promised
from numlycee.rates.spending import Spending


@dataclass(frozen=True, slots=True)
class Picture:
    """One consistent view of the whole; `simulated` stamps everything « données simulées »."""

    at: int
    region: str
    zone: str
    sites: Mapping[str, Site]
    board: BoardSnapshot
    outages: OutagesSnapshot
    rates: RatesSnapshot
    ledger: LedgerSnapshot
    promised: Promised
    spendings: tuple[Spending, ...] = ()
    simulated: bool = False
