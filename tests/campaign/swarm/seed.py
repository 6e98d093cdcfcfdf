"""Some hours of a few lycées and their centre, in which everything fails, as a seed says."""

import asyncio
import hashlib
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from numlycee.adapters.sql import open_store
from numlycee.adapters.sql.sqlite import copies
from numlycee.adapters.sql.sqlite.database import PATIENCE
from numlycee.domain.durations import DAY
from tests.agent.virtual import VirtualClock
from tests.campaign import judging
from tests.campaign.judging import Later
from tests.campaign.stage import BASE
from tests.campaign.storm import FASTEST
from tests.campaign.swarm.bodies import RETENTION, Agent, Collector
from tests.campaign.swarm.office import Office
from tests.campaign.world import lycees

HOUR = 3600.0
MEAN = 90.0
"""Seconds between two faults."""
LONGEST = 600.0
OLDEST = RETENTION / 2000
"""Seconds after which a copy is put back no more: agents have to hold all that it lacks."""


@dataclass
class Outcome:
    """What a seed came to: the digest of all that was said, stored and counted."""

    digest: str
    records: int
    faults: Counter[str] = field(default_factory=Counter)


async def play(folder: Path, seed: int, hours: float, sites: int) -> Outcome:
    """Play a seed in an empty folder; fails unless the end is that of a run without faults."""
    world = World(folder, seed, sites)
    async with asyncio.TaskGroup() as group:
        bodies = [group.create_task(agent.lives()) for agent in world.agents]
        bodies.append(group.create_task(world.collector.lives()))
        await world.clock.advance(60.0)
        await world.rage(hours * HOUR)
        await world.calm()
        world.close()
        for body in bodies:
            body.cancel()
    return world.judge()


class World:
    """Everything that lives in one seed, and the dice that spoil it."""

    def __init__(self, folder: Path, seed: int, sites: int) -> None:
        self.clock = VirtualClock(BASE)
        self.sites = lycees(sites)
        self.faults: Counter[str] = Counter()
        self._dice = Random(seed)
        self._folder = folder
        self._office = Office(self.clock, Random(f"{seed}/office"))
        self.agents = [
            self._agent(site.uai, seed, served=number % 2 == 1)
            for number, site in enumerate(self.sites)
        ]
        fleet = [site.uai for site in self.sites]
        chance = Random(f"{seed}/collector")
        self._store = folder / "account.db"
        self.collector = Collector(self._store, fleet, self.clock, self._office, chance)
        self._copy: tuple[Path, float] | None = None
        self._amends: list[tuple[float, Callable[[], None]]] = []
        twice = (self._kill_agent, self._kill_collector)
        links = (self._kill_broker, self._cut, self._part)
        others = (self._fill_disk, self._set_clock, self._back_up, self._restore)
        self._faults: Sequence[Callable[[], Awaitable[None]]] = (*twice, *twice, *links, *others)

    def _agent(self, uai: str, seed: int, *, served: bool) -> Agent:
        home = self._folder / uai
        home.mkdir()
        return Agent(uai, home, seed, self.clock, self._office, served=served)

    async def rage(self, seconds: float) -> None:
        """Let time pass, and everything fail."""
        until = self.clock.monotonic() + seconds
        while self.clock.monotonic() < until:
            await self._wait(self._dice.expovariate(1 / MEAN))
            await self._dice.choice(self._faults)()
        await self._wait(LONGEST)

    async def calm(self) -> None:
        """Let everything be well for a while, then watch no more until all is confirmed."""
        await self.clock.advance(HOUR / 2)
        for agent in self.agents:
            agent.rest()
        await self.clock.advance_until(lambda: all(a.told_all for a in self.agents), at_most=HOUR)

    def close(self) -> None:
        """Let nobody say goodbye, for time has stopped."""
        self._office.die()

    def judge(self) -> Outcome:
        """Fail unless the store is, to the byte, that of a run without faults."""
        told = [agent.told for agent in self.agents]
        for one in told:
            one.read()
        with closing(open_store(f"sqlite:///{self._store}", Later())) as store:
            judging.holds_together(store)
            for one in told:
                judging.all_is_stored_once(store, one)
            said = judging.held_against(store, told, self.sites, BASE)
        self.faults["dropped by the broker"] = self._office.overflowed
        content = hashlib.sha256(repr((said, sorted(self.faults.items()))).encode())
        for one in told:
            for raw in one.records.values():
                content.update(raw)
        records = sum(len(one.records) for one in told)
        return Outcome(content.hexdigest(), records, self.faults)

    async def _kill_agent(self) -> None:
        self.faults["agent killed"] += 1
        self._dice.choice(self.agents).kill(self._dice.choice((0, 1, 3, 9)))

    async def _kill_collector(self) -> None:
        self.faults["collector killed"] += 1
        self.collector.kill(self._dice.choice((0, 2, 8, 20, 50)))

    async def _kill_broker(self) -> None:
        self.faults["broker killed"] += 1
        self._office.die()
        self._later(self._office.back)

    async def _cut(self) -> None:
        self.faults["cut"] += 1
        self._office.cut(self._dice.choice(self.agents).uai)

    async def _part(self) -> None:
        self.faults["out of reach"] += 1
        uai = self._dice.choice(self.agents).uai
        self._office.unreachable.add(uai)
        self._office.cut(uai)
        self._later(lambda: self._office.unreachable.discard(uai))

    async def _fill_disk(self) -> None:
        self.faults["disk full"] += 1
        self.collector.full = True
        self._later(self._empty_disk)

    def _empty_disk(self) -> None:
        self.collector.full = False

    async def _set_clock(self) -> None:
        self.faults["clock"] += 1
        agent = self._dice.choice(self.agents)
        if agent.served:
            ahead = agent.clock.offset + self._dice.randrange(2_500, 20_000)
            agent.clock.offset = min(FASTEST, ahead)
            return
        agent.clock.offset = self._dice.randrange(-400 * DAY, 400 * DAY)
        self._later(lambda: setattr(agent.clock, "offset", 0))

    async def _back_up(self) -> None:
        """Copy the store while it is written, as the command does."""
        self.faults["copied"] += 1
        path = self._folder / f"copy-{self.faults['copied']}.db"
        copies.back_up(self._store, path, _silent, PATIENCE)
        self._copy = path, self.clock.monotonic()

    async def _restore(self) -> None:
        """Put the copy back, as the command does, or by hand, which nobody is told."""
        if self._copy is None or self.clock.monotonic() - self._copy[1] > OLDEST:
            return
        self.faults["restored"] += 1
        self.collector.allowed.clear()
        self.collector.kill(0)
        await self.clock.advance_until(self.collector.dead.is_set)
        if self._dice.random() < 0.5:
            copies.restore(self._store, self._copy[0], self.clock.now(), _silent)
        else:
            for end in ("", "-wal", "-shm"):
                Path(f"{self._store}{end}").unlink(missing_ok=True)
            shutil.copy(self._copy[0], self._store)
        self.collector.allowed.set()

    def _later(self, act: Callable[[], None]) -> None:
        due = self.clock.monotonic() + self._dice.uniform(1.0, LONGEST)
        self._amends.append((due, act))

    async def _wait(self, seconds: float) -> None:
        """Let time pass, and make amends when they are due."""
        until = self.clock.monotonic() + seconds
        for due, act in sorted(self._amends, key=lambda amend: amend[0]):
            if due <= until:
                await self.clock.advance(max(0.0, due - self.clock.monotonic()))
                act()
        self._amends = [amend for amend in self._amends if amend[0] > until]
        await self.clock.advance(max(0.0, until - self.clock.monotonic()))


def _silent(done: int, of: int) -> None:
    """Show no progress."""
