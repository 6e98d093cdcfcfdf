"""Agents and a collector that live, die and live again in virtual time."""

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from random import Random

from numlycee.adapters.sql.sqlite.database import PATIENCE
from numlycee.adapters.sql.sqlite.opening import open_sqlite
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.collector.ports import StoreUnavailableError
from numlycee.wire.receipts import site_key
from numlycee_agent.spool import dates
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.conversation import Identity, Rhythm
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.timing.timeline import TimeLine
from numlycee_agent.watching.site import SiteAgent
from tests.agent.virtual import VirtualClock
from tests.campaign.clocks import Machine
from tests.campaign.judging import Told
from tests.campaign.lycee import Witnessed
from tests.campaign.swarm.death import Fuse, KilledError, MortalDisk, MortalLink
from tests.campaign.swarm.office import Office
from tests.campaign.world import SECRET, watched

RETENTION = 2 * 3_600_000
LIMITS = Limits(capacity=8 << 20, reserve=1 << 20, segment=4 << 10, retention=RETENTION)
RHYTHM = Rhythm(present=60.0, tick=5.0)
PERIOD = 20_000
BATCH = 15


class SiteClock:
    """The clock of one machine: time passes for all alike, its wall may be wrong."""

    def __init__(self, clock: VirtualClock) -> None:
        self.offset = 0
        self._clock = clock
        self.monotonic = clock.monotonic
        self.sleep = clock.sleep

    def now(self) -> int:
        return self._clock.now() + self.offset


class SeededSpool(Spool):
    """A spool whose runs are named by a seed."""

    def __init__(self, chance: Random, folder: Path, line: TimeLine, disk: Disk) -> None:
        self._chance = chance
        super().__init__(folder, line, LIMITS, disk, line=line)

    def _open_run(self) -> None:
        super()._open_run()
        self._run = f"{self._chance.getrandbits(64):016x}"


class Agent:
    """One lycée's agent, all its lives; `lives` lasts until cancelled."""

    def __init__(
        self,
        uai: str,
        folder: Path,
        seed: int,
        clock: VirtualClock,
        office: Office,
        *,
        served: bool,
    ) -> None:
        self.uai = uai
        self.served = served
        self.clock = SiteClock(clock)
        self.told = Told(uai, folder / "spool", folder / "diary")
        self._seed = seed
        self._chance = Random(f"{seed}/{uai}")
        self._truth = clock
        self._office = office
        self._resting = False
        self._watching: asyncio.Task[None] | None = None
        self._spool: Spool | None = None

    async def lives(self) -> None:
        """Live, die, be started again."""
        while True:
            self._end = asyncio.Event()
            self._disk = MortalDisk(self._chance, self._end.set)
            with suppress(OSError):
                await self._life()
            self._spool = None
            self.told.look()
            await self._truth.sleep(self._chance.uniform(0.0, 120.0))

    def kill(self, operations: int) -> None:
        """Die within one of the next operations of the disk, or now."""
        if operations:
            self._disk.fuse.light(operations)
        else:
            self._disk.dead = True
            self._end.set()

    def rest(self) -> None:
        """Watch no more, in this life and the next: all that is left is to be told."""
        self._resting = True
        if self._watching:
            self._watching.cancel()

    @property
    def told_all(self) -> bool:
        """Tell whether everything is confirmed."""
        return self._spool is not None and not self._spool.unconfirmed

    async def _life(self) -> None:
        machine = Machine(self.clock, "c" * 16, served=self.served)
        known = dates.load(self.told.spool / dates.FILE)
        line = TimeLine(self.clock, machine, known.anchor(machine.boot), known.latest)
        with SeededSpool(self._chance, self.told.spool, line, self._disk) as spool:
            self._spool = spool
            journal = Witnessed(spool, self.told.diary)
            things = watched(self._seed, self.uai, line, self._truth, PERIOD)
            site = SiteAgent(list(things), journal, line, renew=journal.renew, check=line.check)
            identity = Identity(self.uai, site_key(SECRET.encode(), self.uai))
            publisher = Publisher(
                self._office, spool, site, identity, line, chance=self._chance, rhythm=RHYTHM
            )
            with closing(journal):
                await self._live(site, publisher)

    async def _live(self, site: SiteAgent, publisher: Publisher) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                telling = group.create_task(publisher.run())
                if not self._resting:
                    self._watching = group.create_task(site.run())
                await self._end.wait()
                self._office.cut(self.uai)  # the dead say no goodbye
                for task in (telling, self._watching):
                    if task:
                        task.cancel()
        except* OSError:
            assert self._disk.dead
        finally:
            self._watching = None


class Collector:
    """The collector's ledger and store, all its lives; `lives` lasts until cancelled."""

    def __init__(
        self, path: Path, fleet: Sequence[str], clock: VirtualClock, office: Office, chance: Random
    ) -> None:
        self.path = path
        self.full = False
        self.fuse = Fuse()
        self.allowed = asyncio.Event()
        self.allowed.set()
        self._doomed = False
        self.dead = asyncio.Event()
        self._fleet = fleet
        self._clock = clock
        self._office = office
        self._chance = chance

    async def lives(self) -> None:
        """Take in what comes, die, be started again unless somebody repairs the store."""
        while True:
            await self.allowed.wait()
            self.dead.clear()
            self._doomed = False
            connect = partial(MortalLink, fuse=self.fuse, full=lambda: self.full)
            with (
                suppress(KilledError),
                closing(
                    open_sqlite(self.path, self._clock.now() // 1000, PATIENCE, connect)
                ) as store,
            ):
                board = Board(self._fleet, self._clock)
                board.restore(store.latest())
                key_of = partial(site_key, SECRET.encode())
                await self._serve(Ingest(store, board, self._fleet, key_of, self._clock))
            self.dead.set()
            await self._clock.sleep(self._chance.uniform(0.0, 60.0))

    def kill(self, operations: int) -> None:
        """Die at one of the next statements or receipts, or at once."""
        if operations:
            self.fuse.light(operations)
        else:
            self._doomed = True
            self._office.wake()

    async def _serve(self, ingest: Ingest) -> None:
        while True:
            batch = await self._office.waiting(BATCH)
            if self._doomed:
                raise KilledError
            await self._clock.sleep(self._chance.uniform(0.0, 0.3))
            try:
                receipts = ingest.handle(batch)
            except StoreUnavailableError:
                await self._clock.sleep(1.0)
                continue
            for topic, payload in receipts:
                if self.fuse.burnt():
                    raise KilledError
                self._office.deliver(topic, payload)
            self._office.acknowledge(batch)
