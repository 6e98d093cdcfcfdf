"""What is particular to the store in SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from numlycee.adapters.sql import SqlStore, StoreError, open_store
from numlycee.collector.ports import StoreUnavailableError, Suspect
from tests.collector.centre import SITE, T0, Agent, Centre, HandClock, dump

CLOCK = HandClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqlStore]:
    with closing(open_store(f"sqlite:///{path}", CLOCK)) as opened:
        yield opened


def test_the_account_is_there_after_a_restart(path: Path, store: SqlStore) -> None:
    agent = Agent()
    receipt = Centre(store).takes(agent.hello(), agent.sends(agent.listing(), agent.bulletin()))
    before = dump(store)
    store.close()
    with closing(open_store(f"sqlite:///{path}", HandClock(T0 + 999_000))) as again:
        assert dump(again) == before
        standing, _ = again.completeness()
        assert standing.epoch == receipt[SITE].epoch
        assert standing.commit == receipt[SITE].commit


def test_two_collectors_never_share_a_file(path: Path, store: SqlStore) -> None:
    with pytest.raises(StoreError, match="in use by another collector"):
        open_store(f"sqlite:///{path}", CLOCK)


def test_commits_are_synced_in_a_write_ahead_log(path: Path, store: SqlStore) -> None:
    with store.transaction() as transaction:
        ((mode,),) = transaction._sql("PRAGMA journal_mode")
        ((synchronous,),) = transaction._sql("PRAGMA synchronous")
    assert (mode, synchronous) == ("wal", 2)


def test_a_full_disk_stores_nothing_and_passes(path: Path, store: SqlStore) -> None:
    agent = Agent()
    centre = Centre(store)
    centre.takes(agent.hello())
    before = dump(store)
    batch = [agent.sends(*(agent.bulletin(start=T0 + i, end=T0 + i + 1) for i in range(300)))]
    assert store._writer is not None
    store._writer.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreUnavailableError, match="full"):
        centre.ingest.handle(batch)
    assert dump(store) == before
    centre.takes(*batch)
    assert centre.ingest.ready
    assert centre.ingest.ledger(T0).sites[SITE].stored == 300


def test_a_database_held_by_another_is_waited_for(path: Path) -> None:
    store = open_store(f"sqlite:///{path}", CLOCK, patience=0.01)
    with closing(store), closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="locked"), store.transaction():
            pass
        other.execute("ROLLBACK")
        with store.transaction() as transaction:
            transaction.quarantine(Suspect(SITE, T0, "why", b""))


def test_a_database_that_vanishes_is_not_begun_anew(path: Path, store: SqlStore) -> None:
    path.rename(path.with_suffix(".moved"))
    with pytest.raises(StoreUnavailableError, match="unable to open"), store.transaction():
        pass
    with pytest.raises(StoreUnavailableError), store.history():
        pass
    assert not path.exists()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("account.db", "write sqlite:///path"),
        ("sqlite://", "write sqlite:///path"),
        ("sqlite:///:memory:", "write sqlite:///path"),
        ("mysql://root:secret@host/x", "write sqlite:///path"),
        ("sqlite:////nowhere/at/all.db", "No such file or directory"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(url: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason) as error:
        open_store(url, CLOCK)
    assert "secret" not in str(error.value)


def test_a_file_that_is_no_database_says_so_and_may_be_tried_again(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 100)
    for _ in range(2):
        with pytest.raises(StoreError, match="file is not a database"):
            open_store(f"sqlite:///{path}", CLOCK)


def test_another_schema_is_refused(path: Path, store: SqlStore) -> None:
    with store.transaction() as transaction:
        transaction._sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(
        StoreError, match="has schema 9999, this collector needs 0002; a later numlycee"
    ):
        open_store(f"sqlite:///{path}", CLOCK)


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE invoice (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"another program's tables \(invoice\)"):
        open_store(f"sqlite:///{path}", CLOCK)
    assert path.read_bytes() == before


def test_a_closed_store_takes_nothing(store: SqlStore) -> None:
    store.close()
    with pytest.raises(StoreUnavailableError, match="is closed"), store.transaction():
        pass
