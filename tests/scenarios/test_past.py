"""A simulated past reaches the centre whole, by the ordinary way, whatever the broker loses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest

from numlycee.adapters.memory import MemoryStore
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.domain.calendars import day_bounds
from numlycee.region.equipment import equip
from numlycee.region.history import History
from numlycee.region.loader import Loader, Past
from numlycee.region.lycees import make_sites
from numlycee.wire.receipts import site_key
from numlycee.wire.records import Bulletin
from numlycee.wire.topics import Topics
from tests.agent.virtual import VirtualClock

ZONE = "Europe/Paris"
MASTER = b"a master secret of this test, long enough"
SITES = make_sites(5, 20)
HISTORY = History(SITES, 5, date(2025, 9, 1), day_bounds(date(2025, 10, 10), ZONE)[0], ZONE)


def _pasts() -> list[Past]:
    shared = HISTORY.regional()
    return [
        Past(
            site.uai,
            tuple(HISTORY.of(site, equip(site, 5), shared)),
            site_key(MASTER, site.uai),
        )
        for site in SITES
    ]


class _Line:
    """A session straight into the centre; `lost` says which messages never arrive."""

    def __init__(self, ingest: Ingest, lost: Callable[[int], bool]) -> None:
        self.ingest = ingest
        self.lost = lost
        self.count = 0
        self.receipts: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> None:
        assert (qos, retain) == (1, False)
        for receipt in self.ingest.handle([(topic, payload)]):
            self.count += 1
            if not self.lost(self.count):
                self.receipts.put_nowait(receipt)

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        while True:
            yield await self.receipts.get()


@pytest.mark.parametrize(
    "lost", [lambda _: False, lambda n: n % 3 == 0, lambda n: n % 2 == 1], ids=["0", "1/3", "1/2"]
)
async def test_every_record_is_stored_once(lost: Callable[[int], bool]) -> None:
    clock = VirtualClock(HISTORY.end + 1000)
    store, uais = MemoryStore(clock), [site.uai for site in SITES]
    board = Board(uais, clock)
    ingest = Ingest(store, board, uais, lambda uai: site_key(MASTER, uai), clock)
    loader = Loader(_Line(ingest, lost), Topics(), clock)
    pasts = _pasts()
    told: list[int] = []
    async with asyncio.TaskGroup() as group:
        insisting = group.create_task(loader.insist())
        loading = group.create_task(loader.load(pasts, told.append))
        while not loading.done():
            await clock.advance(1)
        insisting.cancel()
    assert sum(told) == sum(len(past.records) for past in pasts)
    for past in pasts:
        line = ingest.ledger(clock.now()).sites[past.uai]
        assert (line.stored, line.missing, line.refused) == (len(past.records), 0, 0)
    with store.history() as history:
        covered = sum(row.end - row.start for row in history.coverage(0, 1 << 60))
    assert covered == sum(
        r.end - r.start for past in pasts for r in past.records if isinstance(r, Bulletin)
    )
