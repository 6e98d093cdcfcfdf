"""Three collectors share a broker and a PostgreSQL: kill -9 of any loses and doubles nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import pytest

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.sql import open_reader
from numlycee.clock import SystemClock
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.wire.receipts import site_key
from tests.adapters.test_store_recollection import told
from tests.external.conftest import an_alertmanager
from tests.external.house import Collector
from tests.external.postgres import PostgreSql
from tests.external.servers import Server, running
from tests.external.several import (
    SECRET,
    UAIS,
    WEBHOOK,
    Lycee,
    Pager,
    collectors,
    leaders,
    pager,
)

HOUR = 3_600_000
COLLECTORS, KILLS = 3, 6
DOWN, UP = ["firing"], ["firing", "resolved"]


@dataclass
class Centre:
    """What runs, and the address of what it keeps."""

    collectors: list[Collector]
    pager: Pager
    broker: int
    database: str

    @property
    def leader(self) -> Collector | None:
        """The collector in charge, None while there is none."""
        found = leaders(self.collectors)
        assert len(found) <= 1
        return found[0] if found else None


@pytest.fixture
def centre(mosquitto: Server, postgresql: PostgreSql, tmp_path: Path) -> Iterator[Centre]:
    with ExitStack() as started:
        webhook = started.enter_context(pager())
        settings = WEBHOOK.format(url=webhook.url)
        alertmanager = started.enter_context(running(an_alertmanager(tmp_path, settings)))
        database = postgresql.new_database()
        made = collectors(tmp_path, COLLECTORS, database, mosquitto.port, alertmanager.url)
        for one in made:
            started.enter_context(running(one))
        yield Centre(made, webhook, mosquitto.port, database)


async def until(look: Callable[[], object], what: str, seconds: float = 60.0) -> float:
    """Wait for something to be true; return how long it took."""
    began = time.monotonic()
    while not await asyncio.to_thread(look):
        assert time.monotonic() - began < seconds, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


@asynccontextmanager
async def talking(lycees: list[Lycee], broker: int) -> AsyncIterator[None]:
    """Let the lycées talk meanwhile."""
    end = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for lycee in lycees:
            tasks.create_task(lycee.talk(broker, end))
        try:
            yield
        finally:
            end.set()


@pytest.mark.timeout(300)
async def test_whichever_is_killed_nothing_is_lost_or_told_twice(centre: Centre) -> None:
    now = SystemClock().now()
    lycees = [Lycee(uai, now - HOUR) for uai in UAIS]
    first, second = lycees[:2]
    async with talking(lycees, centre.broker):
        await until(lambda: centre.leader, "one leads")
        await until(lambda: all(y.all_is_confirmed for y in lycees), "the first words are stored")
        first.link_is_down_since = now
        await until(lambda: centre.pager.of(first.uai) == DOWN, "the first outage is told")

        took = await killed_in_charge(centre, meanwhile=partial(cut, second, now))
        print(f"\nanother leads {took:.1f} s after a kill -9")
        await until(lambda: centre.pager.of(second.uai) == DOWN, "the second outage is told")
        took = await killed_in_charge(centre, meanwhile=partial(cut, first, None))
        print(f"another leads {took:.1f} s after a kill -9")
        await until(lambda: centre.pager.of(first.uai) == UP, "the end of the first is told")

        dice = Random(5)
        for _ in range(KILLS):
            for lycee in lycees:
                lycee.lives_on(dice.randrange(1, 9))
            await asyncio.sleep(dice.random())
            await asyncio.to_thread(kill_and_restart, dice.choice(centre.collectors))
        await until(lambda: all(y.all_is_confirmed for y in lycees), "everything is stored")
        await until(lambda: centre.leader, "one leads again")
    assert centre.pager.of(first.uai) == UP
    assert centre.pager.of(second.uai) == DOWN
    kept, expected = await asyncio.to_thread(account, centre.database), without_faults(lycees)
    for part, rows in expected.items():
        assert kept[part] == rows, part


def cut(lycee: Lycee, since: int | None) -> None:
    """Let the link of a lycée be down since an instant, or up."""
    lycee.link_is_down_since = since


async def killed_in_charge(centre: Centre, meanwhile: Callable[[], None]) -> float:
    """Kill the collector in charge; return how many seconds later another is."""
    leader = centre.leader
    assert leader
    await asyncio.to_thread(leader.kill)
    meanwhile()
    took = await until(lambda: centre.leader, "another leads")
    await asyncio.to_thread(leader.start)
    return took


def kill_and_restart(collector: Collector) -> None:
    """Kill a collector, whatever it does, and start it again."""
    collector.kill()
    collector.start()


def account(url: str) -> dict[str, object]:
    """Return all that a store says of the past, and of how complete it is."""
    reader = open_reader(url)
    with reader.history() as history:
        lines = {line.uai: (line.stored, line.missing) for line in reader.completeness()[1]}
        return {**told(history), "complete": lines}


def without_faults(lycees: list[Lycee]) -> dict[str, object]:
    """Return what a single collector keeps that is never killed."""
    clock = SystemClock()
    store = MemoryStore(clock)
    ingest = Ingest(store, Board(UAIS, clock), UAIS, partial(site_key, SECRET), clock)
    for lycee in lycees:
        for record in lycee.records:
            ingest.handle([lycee.agent.sends(record)])
    with store.history() as history:
        lines = {line.uai: (line.stored, line.missing) for line in store.completeness()[1]}
        return {**told(history), "complete": lines}
