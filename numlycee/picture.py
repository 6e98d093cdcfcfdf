"""Everything that is shown, at one instant: what pages and metrics are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from numlycee.collector.model import BoardSnapshot, LedgerSnapshot
from numlycee.domain.devices import Fleet
from numlycee.domain.equipment import Park
from numlycee.domain.sites import Site
from numlycee.outages.model import OutagesSnapshot
from numlycee.rates.model import RatesSnapshot
from numlycee.rates.promised import Promised
from numlycee.rates.spending import Spending


@dataclass(frozen=True, slots=True)
class Picture:
    """One consistent view of the whole; `simulated` stamps everything « données simulées ».

    `fleets` are the latest counts of mobile devices by UAI, of the sites that count them;
    `equipment` is what people have listed.
    """

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
    fleets: Mapping[str, Fleet] = field(default_factory=dict)
    equipment: Park = field(default_factory=dict)
