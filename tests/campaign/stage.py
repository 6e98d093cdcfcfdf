"""The house that is spoilt: a broker, a collector and agents in processes, and links that fail."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from numlycee.adapters.sql import SqlStore, open_store
from tests.campaign import judging
from tests.campaign.centre import Seat, serve
from tests.campaign.child import Child, prepare
from tests.campaign.clocks import Pace, Wall
from tests.campaign.judging import Later, Told
from tests.campaign.lycee import Post, live
from tests.campaign.proxy import Link, Network
from tests.campaign.servers import Database, a_broker
from tests.campaign.world import lycees
from tests.external.servers import Server

BASE = 1_773_129_600_000
"""Tuesday 10 March 2026, 8:00 UTC: a working day of the year that the report is about."""
SPEED = 10.0
_PATIENCE = 60.0


@dataclass
class Victim:
    """A program that is killed now and then; `afterwards` is done while it is dead."""

    kind: str
    body: Server | Child | Database
    afterwards: Callable[[], None]
    alive: bool = False

    def start(self) -> None:
        """Let it live."""
        self.body.start()
        self.alive = True

    def kill(self) -> None:
        """Kill it with signal 9."""
        self.body.kill()
        self.alive = False
        self.afterwards()


@dataclass
class Lycee:
    """One agent, its link, its wall clock, and all that it ever said."""

    agent: Child
    link: Link
    wall: Wall
    served: bool
    told: Told
    dates: Path


class Stage:
    """Everything that one campaign starts; a context manager that leaves nothing behind."""

    def __init__(
        self, folder: Path, url: str, count: int, seed: int, mutant: str, database: Database | None
    ) -> None:
        """Make ready; nothing is started."""
        self.url = url
        self.sites = lycees(count)
        self.network = Network()
        self.looks = 0
        self._folder = folder
        self._seed = seed
        self._mutant = mutant
        self._database = Victim("database", database, _nothing, alive=True) if database else None

    @contextmanager
    def running(self) -> Iterator["Stage"]:
        """Start everything, and end it whatever happens."""
        prepare()
        with ExitStack() as stack:
            broker = a_broker(self._folder)
            stack.callback(broker.stop)
            stack.enter_context(self.network)
            self._furnish(broker)
            for child in (self.collector, *(lycee.agent for lycee in self.lycees)):
                stack.callback(child.close)
            for victim in self.victims:
                if not victim.alive:
                    victim.start()
            self._settle()
            yield self

    def _settle(self) -> None:
        """Wait until every agent knows the time, before anybody sets a clock wrong."""
        until = time.monotonic() + _PATIENCE
        while not all(lycee.dates.exists() for lycee in self.lycees):
            assert time.monotonic() < until, "the agents do not begin"
            time.sleep(0.02)

    @property
    def links(self) -> list[Link]:
        """Every link that can be spoilt."""
        return [self._link, *(lycee.link for lycee in self.lycees)]

    def _furnish(self, broker: Server) -> None:
        pace = Pace.starting(BASE, SPEED)
        self._link = self.network.link(broker.port)
        self.lycees = [
            self._lycee(site.uai, broker.port, pace, served=number % 2 == 1)
            for number, site in enumerate(self.sites)
        ]
        fleet = [site.uai for site in self.sites]
        seat = Seat(self.url, fleet, self._link.port, pace, self._mutant)
        self.collector = Child("collector", self._folder, serve, seat)
        self.victims = [
            Victim("broker", broker, _nothing),
            Victim("collector", self.collector, self.look),
            *(Victim("agent", lycee.agent, lycee.told.look) for lycee in self.lycees),
            *([self._database] if self._database else []),
        ]

    def _lycee(self, uai: str, broker: int, pace: Pace, *, served: bool) -> Lycee:
        home, link = self._folder / uai, self.network.link(broker)
        home.mkdir()
        post = Post(uai, home, link.port, pace, self._seed, served, self._mutant)
        agent = Child(f"agent {uai}", self._folder, live, post)
        told = Told(uai, post.spool, post.diary)
        return Lycee(agent, link, Wall(post.wall), served, told, post.dates)

    def look(self) -> None:
        """Fail unless the store holds all that any agent believes confirmed; nobody writes now."""
        if self._database and not self._database.alive:
            return
        believed = {lycee.told.uai: lycee.told.believed() for lycee in self.lycees}
        with closing(self.opened()) as store:
            for uai, runs in believed.items():
                judging.confirmed_is_stored(store, uai, runs)
        self.looks += 1

    def opened(self) -> SqlStore:
        """Open the store, which no collector has open."""
        return open_store(self.url, Later())


def _nothing() -> None:
    """Nothing is to be done."""
