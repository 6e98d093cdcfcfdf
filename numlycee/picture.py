"""Everything that is shown, at one instant: what pages and metrics are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.collector.model import BoardSnapshot, LedgerSnapshot
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.sites import Site
from numlycee.outages.model import OutagesSnapshot
from numlycee.rates.model import RatesSnapshot


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
    objectives: Mapping[ResourceClass, Objective]
    simulated: bool = False
