"""The demonstration from the first line on the terminal to the last file in the folder."""

import asyncio
import socket
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from numlycee.adapters.broker import embedded_broker
from numlycee.adapters.relay import Relay
from numlycee.clock import Clock
from numlycee.demo.account import account
from numlycee.demo.agents import at_work, make_agent
from numlycee.demo.child import Collector
from numlycee.demo.folder import DemoError, Folder
from numlycee.demo.page import Page
from numlycee.demo.past import past_year, send_past
from numlycee.demo.stage import staged
from numlycee.region.equipment import equip
from numlycee.region.history import History
from numlycee.region.lycees import make_sites
from numlycee.region.script import Director, cast, scripted_day
from numlycee.region.world import World

ZONE = "Europe/Paris"
HOST = "127.0.0.1"
REAL = 5
"""How many lycées have equipment that really answers."""
_PATIENCE = 60.0
_SETTLING = 10.0
"""Seconds at the end for what is on its way: agents send again what nobody confirmed."""
_ADDRESSES = (
    ("page", "/", "l'état de la Région, puis cherchez votre lycée"),
    ("taux", "/disponibilite", "les taux et leurs bornes"),
    ("mesures", "/metrics", "ce que Prometheus lit"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; `duration` is in seconds, None means until interrupted."""

    seed: int = 1
    sites: int = 225
    port: int = 8080
    speed: float = 60.0
    duration: float | None = None
    keep: Path | None = None
    headless: bool = False


class Demo:
    """One demonstration in one folder; `status` is what the page said last."""

    def __init__(self, options: Options, folder: Folder, console: Console, clock: Clock) -> None:
        self.folder = folder
        self.status: dict[str, Any] = {}
        self.began = 0
        self._options = options
        self._console = console
        self._clock = clock
        self._page = Page(options.port, clock)
        self.sites = make_sites(options.seed, options.sites)
        self._world = World({site.uai: equip(site, options.seed) for site in self.sites})
        self._real = self.sites[:REAL]
        self._cast = cast(self.sites, self._real)

    async def run(self) -> None:
        """Play until the duration is over or the task is cancelled."""
        options, mqtt = self._options, _some_port()
        self.began = self.folder.began(options.seed, options.sites, self._clock.now())
        _free(options.port)
        master = self.folder.prepare(self.sites, mqtt, options.port)
        collector = Collector(self.folder.config, self.folder.journal, self._clock)
        async with embedded_broker(HOST, mqtt), collector.running():
            await self._welcome()
            await self._tell_past(master, mqtt)
            async with self._performance(mqtt, master) as director:
                try:
                    await self._play(director)
                    await self._settle()
                finally:
                    self.status = await self._page.status()
                    self.status["collector_starts"] = collector.starts

    async def _welcome(self) -> None:
        if not await self._page.answers(_PATIENCE):
            raise DemoError(f"le collecteur ne répond pas ; voir {self.folder.journal}")
        say, url = self._console.print, self._page.url
        say("\n[bold]numlycee[/bold] — données simulées\n")
        for name, path, about in _ADDRESSES:
            say(f"  {name:<9} {url + path:<36}  {about}")
        say(f"  dossier   {self.folder.path}")
        say(f"  collecteur : {self.folder.journal.name} (tuez-le, il repart : rien n'est perdu)\n")
        if not self._options.headless and self._console.is_terminal:
            await asyncio.to_thread(webbrowser.open, f"{url}/")

    async def _tell_past(self, master: bytes, mqtt: int) -> None:
        if self.folder.past_told.exists():
            return
        _, first = past_year(self.began, ZONE)
        history = History(self.sites, self._options.seed, first, self.began, ZONE)
        await send_past(self.sites, self._world, history, master, mqtt, self._clock, self._console)
        self.folder.past_told.touch()

    @asynccontextmanager
    async def _performance(self, mqtt: int, master: bytes) -> AsyncIterator[Director]:
        cable = Relay(HOST, mqtt)
        await cable.start()
        async with staged(self._world, self._real, cable, self._clock) as stage:
            agents = [
                make_agent(
                    site.uai,
                    stage.watched(site),
                    self.folder.spool(site.uai),
                    cable.port if site == self._cast.silent else mqtt,
                    master,
                    self._clock,
                )
                for site in self.sites
            ]
            async with at_work(agents):
                yield Director(stage, self._clock, self._options.speed, self._announce)
        await cable.cut()

    async def _play(self, director: Director) -> None:
        self._console.print(f"\n{len(self.sites)} agents observent. Le scénario commence à 8 h.")
        self._console.print("Ctrl-C pour arrêter.\n" if self._options.duration is None else "")
        try:
            async with asyncio.timeout(self._options.duration):
                await director.play(scripted_day(self._cast))
        except TimeoutError:
            self._console.print("\nfin de la durée demandée")

    async def _settle(self) -> None:
        """Wait, a little, until no record is missing between those stored."""
        until = self._clock.monotonic() + _SETTLING
        while self._clock.monotonic() < until:
            if (await asyncio.to_thread(account, self.folder.store)).whole:
                return
            await self._clock.sleep(0.2)

    def _announce(self, text: str) -> None:
        self._console.print(f"  {text}")


def _free(port: int) -> None:
    """Raise `DemoError` when something listens on the port of the page."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            message = f"le port {port} est pris ({error.strerror}) ; choisissez-en un avec --port"
            raise DemoError(message) from error


def _some_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
