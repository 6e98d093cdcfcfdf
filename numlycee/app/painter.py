"""Keeps the one picture that page, metrics and API are drawn from."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from numlycee.clock import Clock
from numlycee.collector.board import Board
from numlycee.collector.model import LedgerSnapshot
from numlycee.config import Config
from numlycee.domain.calendars import Calendar
from numlycee.domain.sites import Site
from numlycee.outages.model import OutagesSnapshot
from numlycee.outages.watch import OutageWatch
from numlycee.picture import Picture
from numlycee.rates.figures import Rates
from numlycee.rates.model import RatesSnapshot
from numlycee.rates.ports import History
from numlycee.rates.windows import SETTLING

log = logging.getLogger(__name__)

ReadHistory = Callable[[], AbstractContextManager[History]]


class Painter:
    """Reads board, outages, rates and ledger at their own rhythms; `picture` is the latest whole.

    Rates and ledger are read in worker threads: the event loop never waits for the store.
    """

    def __init__(
        self,
        config: Config,
        sites: Mapping[str, Site],
        calendars: Mapping[str, Calendar],
        board: Board,
        watch: OutageWatch,
        clock: Clock,
    ) -> None:
        self.picture: Picture | None = None
        self._config = config
        self._sites = sites
        self._calendars = calendars
        self._board = board
        self._watch = watch
        self._clock = clock
        self._objectives = config.targets()
        self._rates: RatesSnapshot | None = None
        self._ledger: LedgerSnapshot | None = None

    async def read_rates(self, history: ReadHistory) -> None:
        """Compute every window again."""
        as_of = self._clock.now() - SETTLING
        self._rates = await asyncio.to_thread(self._compute, history, as_of)

    async def read_ledger(self, ledger: Callable[[int], LedgerSnapshot]) -> None:
        """Count again what was received."""
        self._ledger = await asyncio.to_thread(ledger, self._clock.now())

    async def paint(self) -> OutagesSnapshot:
        """Look at the live board and put the picture together; returns the open outages."""
        at = self._clock.now()
        board = self._board.snapshot(at)
        outages = self._watch.step(board)
        if self._ledger is not None:
            self.picture = Picture(
                at=at,
                region=self._config.region,
                zone=self._config.service.zone,
                sites=self._sites,
                board=board,
                outages=outages,
                rates=self._rates or RatesSnapshot(at, {}, {}, {}),
                ledger=self._ledger,
                objectives=self._objectives,
                simulated=self._config.simulated,
            )
        return outages

    def _compute(self, history: ReadHistory, as_of: int) -> RatesSnapshot:
        with history() as rows:
            return Rates(rows, self._sites, self._calendars).snapshot(as_of)
