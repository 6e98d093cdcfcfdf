"""What is recalled is what is stored, however it came to be there."""

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.adapters.sql import Recollection, SqlStore, open_store
from numlycee.adapters.sql.transaction import CHANGES_KEPT, FORGET_EVERY
from numlycee.collector.ports import Standing
from numlycee.rates.ports import History
from tests.collector.centre import (
    FLEET,
    INVENTORY,
    STEP,
    T0,
    Agent,
    Centre,
    HandClock,
    down,
)
from tests.proof import examples

EVER = (0, 1 << 60)
NAMES = [resource.id for resource in INVENTORY]


def told(history: History) -> dict[str, list[str]]:
    """Everything that a history says, in an order of ours."""
    return {
        "inventories": sorted(map(repr, history.inventories())),
        "coverage": sorted(map(repr, history.coverage(*EVER))),
        "spells": sorted(map(repr, history.spells(*EVER))),
        "births": sorted(map(repr, history.births())),
    }


def assert_same(recollection: Recollection, store: SqlStore) -> None:
    with recollection.history() as recalled, store.history() as stored:
        assert told(recalled) == told(stored)


SPELLS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 4), st.integers(1, 9)), max_size=3
)
EVENTS = st.lists(
    st.one_of(
        st.just("recall"),
        st.just("restart"),
        st.tuples(st.sampled_from(FLEET), st.integers(0, 12), SPELLS),
    ),
    max_size=25,
)


@settings(max_examples=examples(60), deadline=None)
@given(EVENTS)
def test_whatever_was_stored_between_two_recollections(events: list[object]) -> None:
    """Bulletins come in any order, over and beside each other, from runs that follow."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/account.db", HandClock())
        with closing(store):
            centre, recollection, runs = Centre(store), Recollection(store), 0
            agents = {uai: Agent(uai=uai) for uai in FLEET}
            for event in events:
                if event == "recall":
                    assert_same(recollection, store)
                elif event == "restart":
                    runs += 1
                    agents = {uai: Agent(uai=uai, run=f"{runs:016x}") for uai in FLEET}
                elif isinstance(event, tuple):
                    agent, start = agents[event[0]], T0 + event[1] * STEP
                    if not agent.seq:
                        centre.takes(agent.hello(), agent.sends(agent.listing()))
                    spells = {
                        (name, at): down(name, start + at * 5_000, start + (at + 1) * 5_000)
                        for name, at, _ in event[2]
                    }
                    record = agent.bulletin(*spells.values(), start=start, end=start + STEP)
                    centre.takes(agent.sends(record))
            assert_same(recollection, store)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


def lasting(centre: Centre, agent: Agent, bulletins: int) -> None:
    """One outage that goes on from one bulletin to the next."""
    for _ in range(bulletins):
        record = agent.bulletin(down("link", agent.end, agent.end + STEP))
        centre.takes(agent.sends(record))


def test_only_what_changed_is_read_again(path: Path) -> None:
    with closing(open_store(f"sqlite:///{path}", HandClock())) as store:
        centre, agent, recollection = Centre(store), Agent(), Recollection(store)
        centre.takes(agent.hello(), agent.sends(agent.listing()))
        lasting(centre, agent, 3)
        assert_same(recollection, store)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE spell SET cause = 'refused'")
        with recollection.history() as recalled:
            assert {row.cause for row in recalled.spells(*EVER)} == {"timeout"}
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE spell SET cause = 'timeout'")
        lasting(centre, agent, 1)
        assert_same(recollection, store)


@pytest.mark.parametrize("change", ["DELETE FROM touched", "DELETE FROM touched WHERE id < 6"])
def test_who_comes_too_late_for_the_log_reads_everything(path: Path, change: str) -> None:
    with closing(open_store(f"sqlite:///{path}", HandClock())) as store:
        centre, agent, recollection = Centre(store), Agent(), Recollection(store)
        centre.takes(agent.hello(), agent.sends(agent.listing()))
        lasting(centre, agent, 2)
        assert_same(recollection, store)
        lasting(centre, agent, 5)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(change)
        assert_same(recollection, store)
        assert_same(recollection, store)


def test_the_log_is_bounded(path: Path) -> None:
    with closing(open_store(f"sqlite:///{path}", HandClock())) as store:
        centre, agent = Centre(store), Agent()
        centre.takes(agent.hello(), agent.sends(agent.listing()))
        lasting(centre, agent, 1)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(
                "UPDATE sqlite_sequence SET seq = ? WHERE name = 'touched'", (2 * CHANGES_KEPT,)
            )
        lasting(centre, agent, 1)
        with store.transaction() as transaction:
            transaction.stand(Standing(T0, FORGET_EVERY))
        with closing(sqlite3.connect(path)) as connection:
            ids = [row[0] for row in connection.execute("SELECT id FROM touched")]
    assert ids == [2 * CHANGES_KEPT + 1]


def test_part_of_the_past_is_what_shares_an_instant(path: Path) -> None:
    with closing(open_store(f"sqlite:///{path}", HandClock())) as store:
        centre, agent, recollection = Centre(store), Agent(), Recollection(store)
        centre.takes(agent.hello(), agent.sends(agent.listing()))
        for at in (0, 3, 6):
            start = T0 + at * STEP
            record = agent.bulletin(down("link", start, start + 9), start=start, end=start + STEP)
            centre.takes(agent.sends(record))
        span = T0 + 3 * STEP + 8, T0 + 6 * STEP
        with recollection.history() as recalled, store.history() as stored:
            found = [row.start for row in recalled.spells(*span)]
            assert found == [row.start for row in stored.spells(*span)] == [T0 + 3 * STEP]
