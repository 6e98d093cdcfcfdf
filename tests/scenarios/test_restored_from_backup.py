"""Last night's backup is put back, and nothing is lost that agents still hold: on real files.

The agent's own spool and publisher, the collector's own ledger and SQLite store, and what the
commands do that a person types; only the broker and the hours are made up.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from numlycee.adapters.sql import SqlStore, open_reader, open_store
from numlycee.app import upkeep
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.collector.model import LedgerLine
from numlycee.config import read
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Vantage
from numlycee.domain.states import State
from numlycee.wire.records import Bulletin, InventoryRecord, Key, ResourceSpell
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.conversation import Rhythm
from numlycee_agent.telling.publisher import Publisher
from tests.agent.centre import IDENTITY, KEY, UAI, FakeBroker, FakePresent
from tests.agent.virtual import VirtualClock
from tests.collector.centre import INVENTORY, dump

HOUR = 3_600_000
DAY = 24
"""Hours."""
RARELY = Rhythm(present=3600.0, tick=600.0)


class Collector:
    """The collector of a store, as a broker meets it; it may be stopped and started."""

    def __init__(self, url: str, clock: VirtualClock) -> None:
        self.url = url
        self.clock = clock
        self.start()

    def start(self) -> None:
        self.store: SqlStore = open_store(self.url, self.clock)
        board = Board([UAI], self.clock)
        self.ingest = Ingest(self.store, board, [UAI], lambda _: KEY, self.clock)

    def stop(self) -> None:
        self.store.close()

    def handle(self, topic: str, payload: bytes) -> bytes | None:
        answers = self.ingest.handle([(topic, payload)])
        return answers[0][1] if answers else None

    @property
    def line(self) -> LedgerLine:
        return self.ingest.ledger(0).sites[UAI]


class House:
    """One lycée and its centre; an hour is told by a bulletin, every third with an outage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "numlycee.db"
        settings = folder / "numlycee.toml"
        settings.write_text('sites = "sites.csv"\nsecret_file = "secret"\n')
        self.config = read(settings)
        self.clock = VirtualClock()
        self.collector = Collector(f"sqlite:///{self.database}", self.clock)
        limits = Limits(segment=4 << 10, reserve=8 << 10)
        self.spool = Spool(folder / "spool", self.clock, limits)
        self.broker = FakeBroker(self.collector)  # type: ignore[arg-type]
        self.publisher = Publisher(
            self.broker,
            self.spool,
            FakePresent(self.spool),
            IDENTITY,
            self.clock,
            chance=Random(1),
            rhythm=RARELY,
        )
        self.spool.keep(InventoryRecord(self._key(), INVENTORY))

    def close(self) -> None:
        self.collector.stop()
        self.spool.close()

    def back_up(self) -> None:
        upkeep.backup(self.config, self.folder / "copy.db", self.clock, None)

    def restore(self) -> None:
        self.collector.stop()
        self.database.unlink()
        upkeep.restore(self.config, self.folder / "copy.db", self.clock)

    def copy_back_by_hand(self) -> None:
        self.collector.stop()
        for end in ("", "-wal", "-shm"):
            Path(f"{self.database}{end}").unlink(missing_ok=True)
        shutil.copy(self.folder / "copy.db", self.database)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Let the agent speak meanwhile."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.publisher.run())
            yield
            task.cancel()

    async def live(self, hours: int) -> None:
        """Let hours pass; at the end everything is confirmed."""
        for _ in range(hours):
            await self.clock.advance(3600)
            self._tell()
        await self.settled()

    async def settled(self) -> None:
        await self.clock.advance_until(lambda: self.spool.unconfirmed == 0, at_most=7200)

    async def replaced(self) -> None:
        """The collector starts on another database: the broker's session begins anew."""
        self.collector.start()
        assert self.broker.session is not None
        self.broker.session.cut()
        epoch = self.spool.marks.epoch
        await self.clock.advance_until(lambda: self.spool.marks.epoch > epoch, at_most=7200)
        await self.settled()

    def _tell(self) -> None:
        key, now = self._key(), self.clock.now()
        trouble = ResourceSpell("link", State.DOWN, Cause.TIMEOUT, now - 2000, now - 1000)
        spells = (trouble,) if key.seq % 3 == 0 else ()
        self.spool.keep(Bulletin(key, INVENTORY.digest, now - HOUR, now, spells))

    def _key(self) -> Key:
        spool = self.spool
        return Key(Vantage.SITE, spool.run, spool.began, spool.next_seq())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.close()


async def test_a_restored_store_gets_back_the_day_that_its_copy_lacks(house: House) -> None:
    async with house.open():
        await house.live(2 * DAY)
        house.back_up()
        await house.live(DAY)
        account, line = dump(house.collector.store), house.collector.line
        assert line.stored == 1 + 3 * DAY

        house.restore()
        await house.replaced()
        assert dump(house.collector.store) == account
        again = house.collector.line
    assert (again.expected, again.stored) == (line.expected, line.stored)
    assert (again.missing, again.declared_lost, again.refused, again.conflict) == (0, 0, 0, 0)
    assert not any(finding.broken for finding in upkeep.check(house.config))


async def test_a_file_that_was_copied_back_by_hand_is_noticed_by_the_first_hello(
    house: House,
) -> None:
    async with house.open():
        await house.live(DAY)
        house.back_up()
        await house.live(DAY)
        account = dump(house.collector.store)

        house.copy_back_by_hand()
        await house.replaced()
        assert dump(house.collector.store) == account
        assert house.collector.line.missing == 0


async def test_a_copy_older_than_what_agents_keep_is_a_declared_loss(house: House) -> None:
    async with house.open():
        await house.live(DAY)
        house.back_up()
        await house.live(20 * DAY)
        line = house.collector.line

        house.restore()
        await house.replaced()
        again = house.collector.line
        with house.collector.store.history() as history:
            covered = sum(row.end - row.start for row in history.coverage(0, 1 << 60))
    assert (again.expected, again.missing, again.refused) == (line.expected, 0, 0)
    assert 5 * DAY < again.declared_lost < 7 * DAY
    told = open_reader(house.collector.url).losses(0, 1 << 60)
    assert told == {UAI: again.declared_lost}, "what the annual report tells"
    assert again.stored == line.stored - again.declared_lost
    assert covered == (line.expected - 1 - again.declared_lost) * HOUR
