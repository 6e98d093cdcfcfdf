"""A parent that is learnt in the middle of a run reaches the centre: one account, and no hole."""

from functools import partial
from pathlib import Path

from numlycee.adapters.memory import MemoryStore
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.receipts import site_key
from numlycee.wire.records import batch, encode
from numlycee.wire.topics import Topics
from tests.agent.discovery.campus import Campus
from tests.agent.virtual import NOON, running

SITE = "0310036W"
FOREVER = 1 << 60


async def test_the_account_of_a_site_that_learns_has_no_hole(tmp_path: Path) -> None:
    campus = Campus(
        tmp_path,
        (1, None, 0, Kind.SWITCH),
        (2, 1, 2, Kind.SWITCH),
        (3, 2, 5, Kind.ACCESS_POINT),
    )
    campus.fall(2, 600, 700)
    async with running(campus.agent.run()), running(campus.patrol.run()):
        await campus.clock.advance(900)
    store = MemoryStore(campus.clock)
    board = Board((SITE,), campus.clock)
    key = partial(site_key, b"a master secret of this test, long enough")
    ingest = Ingest(store, board, (SITE,), key, campus.clock)
    records = batch([encode(record) for record in campus.journal.records], campus.clock.now())
    ingest.handle([(Topics().up(SITE, "bulletin"), records)])

    bulletins = campus.journal.bulletins
    with store.history() as history:
        rows = list(history.coverage(0, FOREVER))
        spells = [spell for spell in history.spells(0, FOREVER) if spell.resource == "d3"]
        first, then = (listed for _, listed in history.inventories())
    assert IntervalSet.of((row.start, row.end) for row in rows).spans == (
        (NOON, bulletins[-1].end),
    )
    assert {row.inventory for row in rows} == {first.digest, then.digest}
    parents = [{item.id: item.parent for item in listed} for listed in (first, then)]
    assert {"d1": None, "d2": "d1", "d3": "d2"} in parents
    assert {(spell.state, spell.cause) for spell in spells} == {
        (State.UNOBSERVED, Cause.START),
        (State.UNOBSERVED, Cause.EDGE),
        (State.UNREACHABLE, Cause.PARENT),
    }
