"""Keeps the one picture that page, metrics and API are drawn from."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from numlycee.app.ground import Ground, restated
from numlycee.clock import Clock
from numlycee.collector.board import Board
from numlycee.collector.model import LedgerSnapshot
from numlycee.collector.ports import Newcomers
from numlycee.config import Config
from numlycee.domain.devices import Fleet
from numlycee.domain.durations import DAY
from numlycee.domain.register import Key
from numlycee.outages.model import OutagesSnapshot
from numlycee.outages.watch import OutageWatch
from numlycee.picture import Picture
from numlycee.rates.model import RatesSnapshot
from numlycee.rates.ports import History
from numlycee.rates.spending import Spending
from numlycee.rates.windows import SETTLING
from numlycee.settings import SettingsError

log = logging.getLogger(__name__)

ReadHistory = Callable[[], AbstractContextManager[History]]
ReadFleets = Callable[[date], Iterable[tuple[str, Fleet]]]

LONGEST_HOLIDAY = 92 * DAY


class Painter:
    """Reads board, outages, rates and ledger at their own rhythms; `picture` is the latest whole.

    Rates and ledger are read in worker threads: the event loop never waits for the store.
    """

    def __init__(
        self,
        config: Config,
        ground: Ground,
        board: Board,
        watch: OutageWatch,
        clock: Clock,
    ) -> None:
        self.picture: Picture | None = None
        self._config = config
        self._ground = ground
        self._board = board
        self._watch = watch
        self._clock = clock
        self._strangers: frozenset[Key] = frozenset()
        self._mistake = ""
        self._rates: RatesSnapshot | None = None
        self._rated = 0.0
        self._spendings: tuple[Spending, ...] = ()
        self._ledger: LedgerSnapshot | None = None
        self._fleets: dict[str, Fleet] = {}

    @property
    def rates_are_due(self) -> bool:
        """Tell whether the windows were never computed here, or long enough ago."""
        since = self._clock.monotonic() - self._rated
        return self._rates is None or since >= self._config.rates_seconds

    async def read_rates(self, history: ReadHistory) -> None:
        """Compute every window again."""
        as_of, self._rated = self._clock.now() - SETTLING, self._clock.monotonic()
        self._rates, self._spendings = await asyncio.to_thread(self._compute, history, as_of)

    async def read_ledger(self, ledger: Callable[[int], LedgerSnapshot]) -> None:
        """Count again what was received."""
        self._ledger = await asyncio.to_thread(ledger, self._clock.now())

    async def read_fleets(self, fleets: ReadFleets) -> None:
        """Keep each site's latest counts of mobile devices; the oldest shown outlasts a summer."""
        since = datetime.fromtimestamp((self._clock.now() - LONGEST_HOLIDAY) / 1000, UTC).date()
        self._fleets = dict(await asyncio.to_thread(fleets, since))

    async def meet(self, newcomers: Newcomers) -> None:
        """Show the inventories that other collectors stored."""
        self._board.restore(await asyncio.to_thread(newcomers.news))

    async def paint(self, *, leading: bool = True) -> OutagesSnapshot:
        """Look at the live board and, if this collector leads, put the picture together.

        Returns the open outages: who does not lead watches them too, to be ready for it.
        """
        at = self._clock.now()
        board = self._board.snapshot(at)
        outages = self._watch.step(board, self._ground.register)
        if not leading:
            self.picture = self._rates = None
        elif self._ledger is not None:
            self.picture = Picture(
                at=at,
                region=self._config.region,
                zone=self._config.service.zone,
                sites=self._ground.sites,
                board=board,
                outages=outages,
                rates=self._rates or RatesSnapshot(at, {}, {}, {}),
                ledger=self._ledger,
                promised=self._ground.promised,
                spendings=self._spendings,
                simulated=self._config.simulated,
                fleets=self._fleets,
                equipment=self._ground.register.equipment,
            )
        return outages

    def _compute(
        self, history: ReadHistory, as_of: int
    ) -> tuple[RatesSnapshot, tuple[Spending, ...]]:
        self._restate()
        with history() as rows:
            rates = self._ground.at(as_of).rates(rows)
        self._tell_strangers(self._ground.strangers(rates))
        return rates.snapshot(as_of), self._ground.spendings(rates, as_of)

    def _restate(self) -> None:
        """Read the register again; while it cannot be read, what it last said still holds."""
        try:
            self._ground, mistake = restated(self._ground, self._config), ""
        except SettingsError as error:
            mistake = str(error)
        if mistake != self._mistake:
            log.warning("register: %s", mistake or "can be read again")
            self._mistake = mistake

    def _tell_strangers(self, strangers: frozenset[Key]) -> None:
        """Say once of which resources, never seen, something is stated."""
        for uai, resource in sorted(strangers - self._strangers):
            log.warning("register: %s/%s was never observed; is it misspelt?", uai, resource)
        self._strangers = strangers
