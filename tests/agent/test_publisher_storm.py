"""Everything that can go wrong between a spool and a centre, at once, by seeds."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.publisher import Publisher
from tests.agent.centre import IDENTITY, Centre, FakeBroker, FakePresent, Weather
from tests.agent.spooling import bulletin, declared
from tests.agent.virtual import VirtualClock
from tests.proof import examples

RETENTION = 1200
LIMITS = Limits(capacity=1 << 20, reserve=64 << 10, segment=4 << 10, retention=RETENTION * 1000)
STORM = Weather(lose=0.15, repeat=0.15, shuffle=0.3, cut=0.02)


class Storm:
    """An agent that lives, dies and keeps records, before a centre that is restored from backups.

    The backups are younger than the agent's retention, as the installation guide asks.
    """

    def __init__(self, directory: Path, seed: int) -> None:
        self.chance = Random(seed)
        self.clock = VirtualClock()
        self.directory = directory
        self.centre = Centre()
        self.broker = FakeBroker(self.centre, self.chance, STORM)
        self.kept: set[tuple[str, int]] = set()
        self.spool = Spool(directory, self.clock, LIMITS)

    async def rage(self, seconds: int) -> None:
        until = self.clock.monotonic() + seconds
        backup, taken = self.centre.backup(), self.clock.monotonic()
        while self.clock.monotonic() < until:
            await self._live(self.chance.uniform(5, 200))
            age = self.clock.monotonic() - taken
            dice = self.chance.random()
            if dice < 0.2 and age < RETENTION / 2:
                self.centre.restore(backup, announced=self.chance.random() < 0.5)
            elif dice < 0.4:
                self.centre.restart()
            elif dice < 0.6:
                self._die()
            elif dice < 0.7:
                self.broker.away = not self.broker.away
            if age >= RETENTION / 2 or dice > 0.9:
                backup, taken = self.centre.backup(), self.clock.monotonic()

    async def calm(self) -> None:
        self.broker.weather, self.broker.away = Weather(), False
        await self._live(RETENTION * 2)

    def _die(self) -> None:
        self.spool.close()
        self.spool = Spool(self.directory, self.clock, LIMITS)

    async def _live(self, seconds: float) -> None:
        publisher = Publisher(
            self.broker,
            self.spool,
            FakePresent(self.spool),
            IDENTITY,
            self.clock,
            chance=self.chance,
        )
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(publisher.run()), group.create_task(self._keep())]
            await self.clock.advance(seconds)
            for task in tasks:
                task.cancel()

    async def _keep(self) -> None:
        while True:
            self.spool.keep(bulletin(self.spool))
            self.kept.add((self.spool.run, self.spool.next_seq() - 1))
            await self.clock.sleep(self.chance.expovariate(1 / 10))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(6)))
async def test_all_that_was_kept_is_finally_stored_once_and_confirmed(
    tmp_path: Path, seed: int
) -> None:
    storm = Storm(tmp_path, seed)
    await storm.rage(6 * RETENTION)
    await storm.calm()
    stored = storm.centre.stored
    assert storm.kept <= set(stored), "something kept was lost"
    assert not declared(stored.values()), "a loss was declared, and nothing was lost"
    assert storm.spool.unconfirmed <= 3, "only what was kept in the last seconds may wait"
    assert storm.centre.epoch > 1
    assert len(storm.spool.held()) < len({run for run, _ in storm.kept}), "nothing was ever freed"
    storm.spool.close()
