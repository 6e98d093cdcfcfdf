"""Copies of a store: whole, consistent, and no loss when one is put back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from numlycee.adapters.sql import SqlStore, StoreError, open_store
from numlycee.adapters.sql.copies import back_up, restore
from tests.collector.centre import SITE, T0, Agent, Centre, HandClock, dump

CLOCK = HandClock(T0 + 1_000_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(open_store(url, HandClock())) as opened:
        yield opened


def silent(_done: int, _of: int) -> None:
    """Show nothing."""


def fill(store: SqlStore, agent: Agent, count: int) -> Centre:
    centre = Centre(store)
    centre.takes(agent.hello(), agent.sends(agent.listing()))
    for _ in range(count):
        centre.takes(agent.sends(agent.bulletin()))
    return centre


def test_a_copy_is_what_was_committed_when_it_was_begun(
    path: Path, url: str, store: SqlStore, tmp_path: Path
) -> None:
    agent = Agent()
    centre = fill(store, agent, 40)
    before, told, target = dump(store), [], tmp_path / "copy.db"

    def tell(done: int, of: int) -> None:
        told.append((done, of))
        centre.takes(agent.sends(agent.bulletin()))

    back_up(url, target, tell)
    assert told[-1][0] == told[-1][1] > 0
    assert dump(store) != before
    assert sorted(p.name for p in tmp_path.glob("copy.db*")) == ["copy.db"]
    with closing(open_store(f"sqlite:///{target}", CLOCK)) as copy:
        assert dump(copy) == before


def test_a_copy_can_be_read_where_nothing_may_be_written(
    url: str, store: SqlStore, tmp_path: Path
) -> None:
    back_up(url, tmp_path / "copy.db", silent)
    address = f"{(tmp_path / 'copy.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as copy:
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert copy.execute("SELECT count(*) FROM standing").fetchone() == (1,)


def test_a_copy_never_replaces_another(url: str, store: SqlStore, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("last night's")
    with pytest.raises(StoreError, match="exists already; a copy never replaces another"):
        back_up(url, target, silent)
    assert target.read_text() == "last night's"


def test_what_was_stored_since_the_copy_comes_back_from_the_agents(
    path: Path, url: str, store: SqlStore, tmp_path: Path
) -> None:
    agent, copy = Agent(), tmp_path / "copy.db"
    centre = fill(store, agent, 3)
    back_up(url, copy, silent)
    since = [agent.sends(agent.bulletin()) for _ in range(5)]
    last = centre.takes(*since)[SITE]
    everything = dump(store)
    store.close()

    result = restore(url, copy, CLOCK, silent)
    assert result.epoch > last.epoch
    assert result.commit < last.commit
    with closing(open_store(url, CLOCK)) as again:
        centre = Centre(again)
        receipt = centre.takes(agent.hello(epoch=last.epoch, commit=last.commit))[SITE]
        assert receipt.epoch >= result.epoch
        assert receipt.runs[agent.run].contiguous == 4
        centre.takes(*since)
        assert dump(again) == everything


def test_what_is_replaced_is_kept_with_all_that_it_held(
    path: Path, url: str, store: SqlStore, tmp_path: Path
) -> None:
    agent = Agent()
    back_up(url, tmp_path / "copy.db", silent)
    fill(store, agent, 7)
    before = dump(store)
    store.close()
    kept = restore(url, tmp_path / "copy.db", CLOCK, silent).kept
    assert kept is not None
    with closing(open_store(f"sqlite:///{kept}", CLOCK)) as old:
        assert dump(old) == before


def test_a_store_in_use_is_not_replaced(url: str, store: SqlStore, tmp_path: Path) -> None:
    back_up(url, tmp_path / "copy.db", silent)
    with pytest.raises(StoreError, match="in use by another collector"):
        restore(url, tmp_path / "copy.db", CLOCK, silent)


def test_a_damaged_store_may_be_replaced(
    path: Path, url: str, store: SqlStore, tmp_path: Path
) -> None:
    back_up(url, tmp_path / "copy.db", silent)
    store.close()
    path.write_bytes(b"not a database at all" * 500)
    result = restore(url, tmp_path / "copy.db", CLOCK, silent)
    assert result.kept is not None
    assert result.kept.read_bytes().startswith(b"not a database")
    with closing(open_store(url, CLOCK)) as again:
        assert again.completeness()[0].epoch == result.epoch


def test_a_lost_store_is_begun_from_its_copy(
    path: Path, url: str, store: SqlStore, tmp_path: Path
) -> None:
    back_up(url, tmp_path / "copy.db", silent)
    store.close()
    for leftover in tmp_path.glob("account.db*"):
        leftover.unlink()
    assert restore(url, tmp_path / "copy.db", CLOCK, silent).kept is None
    assert path.is_file()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no such database"),
        (b"", "is no store of numlycee: no such table: standing"),
        (b"something else entirely" * 99, "is no store of numlycee: file is not a database"),
    ],
)
def test_what_is_no_copy_is_refused_and_changes_nothing(
    path: Path, url: str, store: SqlStore, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    before = dump(store)
    store.close()
    if content is not None:
        (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(StoreError, match=reason):
        restore(url, tmp_path / "copy.db", CLOCK, silent)
    with closing(open_store(url, CLOCK)) as again:
        assert dump(again) == before


def test_a_damaged_copy_is_found_out(url: str, store: SqlStore, tmp_path: Path) -> None:
    fill(store, Agent(), 60)
    copy = tmp_path / "copy.db"
    back_up(url, copy, silent)
    store.close()
    with copy.open("r+b") as file:
        file.seek(copy.stat().st_size - 3 * 4096)
        file.write(b"\x55" * 8192)
    with pytest.raises(StoreError, match=r"is damaged|malformed"):
        restore(url, copy, CLOCK, silent)
    assert not list(tmp_path.glob("*.restored*"))
