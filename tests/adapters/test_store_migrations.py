"""Revisions of the schema: from one to another with everything that is stored, and back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

import numlycee.adapters.sql.migrations
from numlycee.adapters.sql import StoreError, open_reader, open_store
from numlycee.adapters.sql.migrating import migrate
from numlycee.adapters.sql.schema import REVISIONS
from tests.collector.centre import T0, Agent, Centre, HandClock, down, dump

FIRST, HEAD = REVISIONS[0], REVISIONS[-1]
CLOCK = HandClock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/account.db"


def filled(url: str) -> dict[str, object]:
    """Make a store with some of everything, and return what it says."""
    with closing(open_store(url, CLOCK)) as store:
        agent = Agent()
        record = agent.bulletin(down("link", T0, T0 + 10_000))
        Centre(store).takes(
            agent.hello(), agent.sends(agent.listing(), record, agent.gap("x", (1, 2)))
        )
        return dump(store)


def said(url: str) -> dict[str, object]:
    with closing(open_store(url, CLOCK)) as store:
        return dump(store)


def schema(tmp_path: Path) -> list[tuple[object, ...]]:
    """Every column, table and index, in the words of SQLite."""
    with closing(sqlite3.connect(tmp_path / "account.db")) as connection:
        columns = connection.execute(
            'SELECT t.name, c.name, c.type, c.pk, c."notnull" FROM sqlite_schema AS t, '
            "pragma_table_info(t.name) AS c WHERE t.type = 'table'"
        )
        tables = connection.execute("SELECT name, wr FROM pragma_table_list")
        indices = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index'")
        return sorted((*columns, *tables, *indices), key=repr)


def test_the_revisions_are_those_of_the_steps() -> None:
    (folder,) = numlycee.adapters.sql.migrations.__path__
    steps = ScriptDirectory(folder).walk_revisions()
    assert tuple(step.revision for step in steps) == tuple(reversed(REVISIONS))


def test_down_and_up_again_everything_is_there(url: str, tmp_path: Path) -> None:
    before, made = filled(url), schema(tmp_path)
    assert migrate(url, FIRST) == (HEAD, FIRST)
    assert schema(tmp_path) != made
    assert migrate(url, HEAD) == (FIRST, HEAD)
    assert schema(tmp_path) == made
    assert said(url) == before


def test_to_where_it_is_nothing_moves(url: str) -> None:
    before = filled(url)
    assert migrate(url, HEAD) == (HEAD, HEAD)
    assert said(url) == before


def test_a_store_of_before_is_refused_with_the_remedy_and_brought_up(
    url: str, tmp_path: Path
) -> None:
    before = filled(url)
    migrate(url, FIRST)
    with closing(sqlite3.connect(tmp_path / "account.db")) as connection:
        connection.execute("DROP TABLE alembic_version")
    refused = f"schema {FIRST}.* needs {HEAD}; run `numlycee migrate`"
    with pytest.raises(StoreError, match=refused):
        open_store(url, CLOCK)
    with pytest.raises(StoreError, match=refused):
        open_reader(url)
    migrate(url, HEAD)
    assert said(url) == before


def test_a_store_in_use_is_not_touched(url: str) -> None:
    with closing(open_store(url, CLOCK)), pytest.raises(StoreError, match="in use by another"):
        migrate(url, FIRST)


def test_what_fails_on_the_way_changes_nothing(url: str, tmp_path: Path) -> None:
    before = filled(url)
    with closing(sqlite3.connect(tmp_path / "account.db")) as connection, connection:
        connection.execute("DROP TABLE handshake")
    made = schema(tmp_path)
    with pytest.raises(StoreError, match="no such table: handshake"):
        migrate(url, FIRST)
    assert schema(tmp_path) == made
    assert said(url)["coverage"] == before["coverage"]


@pytest.mark.parametrize(
    ("revision", "reason"), [("0099", "is no revision"), (HEAD, "no such database")]
)
def test_what_cannot_be_is_told(url: str, revision: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        migrate(url, revision)


def test_what_a_later_version_wrote_is_left_alone(url: str, tmp_path: Path) -> None:
    filled(url)
    with closing(sqlite3.connect(tmp_path / "account.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="a later numlycee wrote it"):
        migrate(url, FIRST)


def test_an_empty_file_is_no_store(url: str, tmp_path: Path) -> None:
    (tmp_path / "account.db").touch()
    with pytest.raises(StoreError, match="no store here yet"):
        migrate(url, HEAD)
