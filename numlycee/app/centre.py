"""The centre, assembled: the one place where its outside world is opened."""

import asyncio
import logging
from dataclasses import dataclass
from typing import NoReturn

from numlycee.adapters.alertmanager import Alertmanager
from numlycee.adapters.prometheus.collectors import collector_registry
from numlycee.adapters.prometheus.metrics import Metrics
from numlycee.adapters.scheduler import Every, Nightly, Work, scheduled
from numlycee.adapters.sql import Recollection, SqlStore
from numlycee.adapters.sql.addresses import contender
from numlycee.adapters.sql.newcomers import SqlNewcomers
from numlycee.adapters.web.server import Web
from numlycee.app.ground import Ground
from numlycee.app.painter import Painter
from numlycee.app.sources import shares, source
from numlycee.clock import Clock
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.collector.ports import BulletinSource, Leadership, Newcomers
from numlycee.config import Config, secret
from numlycee.domain.durations import DAY
from numlycee.outages.alerts import Writer
from numlycee.outages.watch import OutageWatch
from numlycee.rates.digest import digest
from numlycee.wire.receipts import site_key
from numlycee.wire.topics import Topics

log = logging.getLogger(__name__)


class Alone:
    """Leads, for there is no other collector."""

    leading = True

    async def run(self) -> NoReturn:
        """Contend with nobody."""
        while True:
            await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Centre:
    """The parts of a running collector."""

    config: Config
    clock: Clock
    store: SqlStore
    recollection: Recollection
    ingest: Ingest
    source: BulletinSource
    painter: Painter
    web: Web
    alerts: Alertmanager
    leadership: Leadership
    newcomers: Newcomers | None

    async def run(self) -> None:
        """Serve until cancelled."""
        http = self.config.http
        async with (
            self.web.listening(http.host, http.port) as port,
            scheduled(self._jobs(), self.clock, self.config.service.zone),
            asyncio.TaskGroup() as tasks,
        ):
            log.info("page: http://%s:%d/", http.host, port)
            tasks.create_task(self.leadership.run())
            tasks.create_task(self.source.run())

    def _jobs(self) -> list[Every | Nightly]:
        return [
            *([Every("newcomers", 2.0, self._meet)] if self.newcomers else []),
            Every("ledger", 5.0, self._count),
            Every("picture", 1.0, self._paint),
            Every("rates", 1.0, self._in_charge(self._rate)),
            *(Every(f"alerts to {line.name}", 1.0, line.tell) for line in self.alerts.lines),
            Nightly("retention", 3, 30, self._in_charge(self._prune)),
            Nightly("digest", 4, 0, self._in_charge(self._digest)),
        ]

    def _in_charge(self, work: Work) -> Work:
        """Return work that is left to another collector while that one leads."""

        async def do() -> None:
            if self.leadership.leading:
                await work()

        return do

    async def _meet(self) -> None:
        if self.newcomers:
            await self.painter.meet(self.newcomers)

    async def _count(self) -> None:
        await self.painter.read_ledger(self.ingest.ledger)

    async def _paint(self) -> None:
        leading = self.leadership.leading
        self.alerts.step(await self.painter.paint(leading=leading), leading=leading)

    async def _rate(self) -> None:
        if self.painter.rates_are_due:
            await self.painter.read_fleets(self.store.fleets)
            await self.painter.read_rates(self.recollection.history)

    async def _digest(self) -> None:
        picture = self.painter.picture
        for line in digest(picture.rates) if picture else ():
            log.info("dernières 24 h : %s", line)

    async def _prune(self) -> None:
        before = self.clock.now() - self.config.ledger_days * DAY
        gone = await asyncio.to_thread(self.store.prune, before)
        log.info("retention: %d ledger rows and quarantined messages forgotten", gone)


def assemble(config: Config, ground: Ground, store: SqlStore, clock: Clock) -> Centre:
    """Put the parts together; raises `SettingsError` or `ValueError` for what cannot be used."""
    leadership = contender(config.store_url, clock) or Alone()
    newcomers = SqlNewcomers(store) if shares(config) else None
    master, sites = secret(config), ground.sites
    topics = Topics(config.mqtt.root)
    board = Board(sites, clock)
    board.restore(store.latest())
    ingest = Ingest(store, board, sites, lambda uai: site_key(master, uai), clock, topics=topics)
    bulletins = source(config, ingest, clock, topics)
    alerting = config.alerting
    watch = OutageWatch(
        sites, round(alerting.hold_seconds * 1000), round(alerting.silent_hold_seconds * 1000)
    )
    writer = Writer(config.service.zone, alerting.external_url)
    painter = Painter(config, ground, board, watch, clock)
    registry = collector_registry(lambda: leadership.leading, lambda: ingest.ready)
    web = Web(
        lambda: painter.picture,
        clock,
        metrics=Metrics(registry).answer,
        ready=lambda: _ready(leadership, ingest, bulletins),
        collectors=config.http.found_at,
    )
    alerts = Alertmanager(alerting.alertmanagers, writer, clock)
    return Centre(
        config, clock, store, Recollection(store), ingest, bulletins, painter, web, alerts,
        leadership, newcomers,
    )  # fmt: skip


def _ready(leadership: Leadership, ingest: Ingest, bulletins: BulletinSource) -> str | None:
    if not leadership.leading:
        return "En réserve : un autre collecteur répond, celui-ci prendra sa place s’il s’arrête."
    if not bulletins.connected:
        return "le centre n'est pas relié au serveur MQTT"
    return None if ingest.ready else "le stockage ne répond pas : rien n'est confirmé aux agents"
