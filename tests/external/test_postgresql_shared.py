"""What is particular to a store that several collectors share."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.engine import make_url

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.sql import Recollection, SqlStore, StoreError, open_reader, open_store
from numlycee.adapters.sql.copies import back_up, restore
from numlycee.adapters.sql.migrating import migrate
from numlycee.adapters.sql.schema import REVISIONS
from numlycee.collector.ports import StoreUnavailableError
from numlycee.collector.timeline import Covered, Seen, Stretch
from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from tests.adapters.test_store_recollection import assert_same, lasting, told
from tests.collector.centre import FLEET, SITE, T0, Agent, Centre, HandClock, Message, dump
from tests.collector.test_order import DAY, a_fleet, deliver
from tests.external.postgres import PostgreSql, postgresql_server

FIRST, HEAD = REVISIONS[0], REVISIONS[-1]
CLOCK = HandClock()
COLLECTORS = 3


@pytest.fixture
def url(postgresql: PostgreSql) -> str:
    return postgresql.new_database()


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(open_store(url, CLOCK)) as opened:
        yield opened


def silent(_done: int, _of: int) -> None:
    pass


@pytest.mark.parametrize("seed", range(6))
def test_collectors_at_once_keep_the_account_of_one(url: str, seed: int) -> None:
    """Three deliver the same letters, in orders of their own, while a fourth recollects."""
    clock = HandClock(T0 + DAY)
    letters = a_fleet(Random(seed))
    alone = Centre(MemoryStore(clock), clock)
    deliver(alone, letters, Random(0))
    with ExitStack() as opened, ThreadPoolExecutor(COLLECTORS) as threads:
        stores = [opened.enter_context(closing(open_store(url, clock))) for _ in range(COLLECTORS)]
        centres = [Centre(store, clock) for store in stores]
        recollection = Recollection(stores[0])
        work = []
        for number, centre in enumerate(centres):
            dice = Random(100 * seed + number)
            mine = letters[number::COLLECTORS] + dice.choices(letters, k=len(letters))
            dice.shuffle(mine)
            work.append(threads.submit(deliver, centre, mine, dice))
        while not all(done.done() for done in work):
            with recollection.history() as recalled:  # beside the rows of its own snapshot
                assert told(recalled) == told(recalled._rest)
        for done in work:
            done.result()
        assert_same(recollection, stores[0])
        assert dump(stores[0]) == dump(alone.store)
        with stores[0].checker() as checker:
            assert [f for f in checker.findings() if f.broken] == []


def test_any_collector_answers_within_the_handshake(url: str) -> None:
    with closing(open_store(url, CLOCK)) as one, closing(open_store(url, CLOCK)) as other:
        agent = Agent()
        first = Centre(one).takes(agent.hello("n7"))[SITE]
        second = Centre(other).takes(agent.sends(agent.listing()))[SITE]
    assert (second.nonce, second.epoch) == ("n7", first.epoch)
    assert second.commit == first.commit + 1


def test_who_comes_second_finds_the_tables_made(url: str) -> None:
    barrier = threading.Barrier(COLLECTORS)

    def come() -> SqlStore:
        barrier.wait()
        return open_store(url, CLOCK)

    with ThreadPoolExecutor(COLLECTORS) as threads, ExitStack() as opened:
        stores = [done.result() for done in [threads.submit(come) for _ in range(COLLECTORS)]]
        for store in stores:
            opened.enter_context(closing(store))
            assert store.completeness()[0].epoch == T0 // 1000


def test_the_log_shows_what_was_committed_out_of_order(url: str) -> None:
    """A transaction that began first and commits last is not passed over."""
    with closing(open_store(url, CLOCK)) as slow, closing(open_store(url, CLOCK)) as quick:
        agents = [Agent(uai=uai) for uai in FLEET]
        for agent in agents:
            Centre(quick).takes(agent.hello(), agent.sends(agent.listing()))
        recollection = Recollection(quick)
        with slow.transaction() as transaction:
            transaction.own({FLEET[0]: {}})
            run = transaction.run(FLEET[0], agents[0].run)
            assert run is not None
            rows = transaction.stretch(FLEET[0], agents[0].run, T0, T0)
            transaction.replace(FLEET[0], agents[0].run, rows, _one_spell())
            lasting(Centre(quick), agents[1], 2)
            assert_same(recollection, quick)
        assert_same(recollection, quick)
        with recollection.history() as history:
            assert len(history.spells(0, 1 << 60).start) == 2


def _one_spell() -> Stretch:
    return Stretch(
        (Covered("list", T0, T0 + 10),), (Seen("link", State.DOWN, Cause.TIMEOUT, T0, T0 + 10),)
    )


def test_a_copy_is_taken_while_it_is_written_and_put_back(
    url: str, store: SqlStore, tmp_path: Path
) -> None:
    centre, agent = Centre(store), Agent()
    centre.takes(agent.hello(), agent.sends(agent.listing()))
    lasting(centre, agent, 2)
    then = dump(store)
    back_up(url, tmp_path / "copy.dump", silent)
    lasting(centre, agent, 2)
    with pytest.raises(StoreError, match="in use by a collector"):
        restore(url, tmp_path / "copy.dump", CLOCK, silent)
    epoch = store.completeness()[0].epoch
    now = dump(store)
    store.close()
    done = restore(url, tmp_path / "copy.dump", CLOCK, silent)
    assert done.epoch > epoch
    with closing(open_store(url, CLOCK)) as again:
        assert dump(again) == then
    assert done.kept is not None
    assert restore(url, done.kept, CLOCK, silent).epoch > done.epoch
    with closing(open_store(url, CLOCK)) as again:
        assert dump(again) == now


def test_a_copy_that_is_none_changes_nothing(url: str, store: SqlStore, tmp_path: Path) -> None:
    before = dump(store)
    store.close()
    (tmp_path / "copy.dump").write_text("no copy at all")
    with pytest.raises(StoreError, match="pg_restore"):
        restore(url, tmp_path / "copy.dump", CLOCK, silent)
    with closing(open_store(url, CLOCK)) as again:
        assert dump(again) == before


def test_revisions_go_down_and_up(url: str, store: SqlStore, postgresql: PostgreSql) -> None:
    centre, agent = Centre(store), Agent()
    centre.takes(agent.hello(), agent.sends(agent.listing()))
    lasting(centre, agent, 2)
    before, made = dump(store), columns(postgresql, url)
    with pytest.raises(StoreError, match="in use by a collector"):
        migrate(url, FIRST)
    store.close()
    assert migrate(url, FIRST) == (HEAD, FIRST)
    with pytest.raises(StoreError, match="run `numlycee migrate`"):
        open_store(url, CLOCK)
    assert migrate(url, HEAD) == (FIRST, HEAD)
    assert columns(postgresql, url) == made
    with closing(open_store(url, CLOCK)) as again:
        assert dump(again) == before


def columns(server: PostgreSql, url: str) -> list[tuple[object, ...]]:
    return server.run(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        str(make_url(url).database),
    )


def test_a_server_that_dies_confirms_nothing_and_is_waited_for(tmp_path: Path) -> None:
    with postgresql_server(tmp_path) as server:
        url = server.new_database()
        with closing(open_store(url, CLOCK)) as store:
            centre, agent = Centre(store), Agent()
            centre.takes(agent.hello(), agent.sends(agent.listing()))
            message: Message = agent.sends(agent.bulletin())
            server.kill()
            with pytest.raises(StoreUnavailableError):
                centre.takes(message)
            assert not centre.ingest.ready
            with pytest.raises(StoreError):
                open_reader(url)
            server.start()
            assert centre.takes(message)[SITE].runs[agent.run].contiguous == agent.seq
            assert centre.ingest.ready


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://numlycee:secret@127.0.0.1:1/account", "Connect call failed"),
        ("postgresql://127.0.0.1:1/", "write sqlite:///path or postgresql://"),
    ],
)
def test_an_address_that_cannot_be_used_says_why_without_the_secret(url: str, reason: str) -> None:
    for opening in (open_reader, lambda address: open_store(address, CLOCK)):
        with pytest.raises(StoreError, match=reason) as error:
            opening(url)
        assert "secret" not in str(error.value)


def test_the_database_of_another_program_is_left_alone(postgresql: PostgreSql, url: str) -> None:
    name = str(make_url(url).database)
    postgresql.run("CREATE TABLE invoice (id INTEGER)", name)
    with pytest.raises(StoreError, match=r"another program's tables \(invoice\)"):
        open_store(url, CLOCK)
    assert len(columns(postgresql, url)) == 1
