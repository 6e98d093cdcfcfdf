"""What hangs from what is learnt by the running agent, twice rather than once, and excuses."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee_agent.config import Discovery
from numlycee_agent.discovery.patrol import AGAIN, EVERY, FIRST, Patrol
from numlycee_agent.discovery.position import Position
from numlycee_agent.discovery.tour import LONGEST
from tests.agent.discovery.campus import Campus
from tests.agent.virtual import NOON, running
from tests.agent.watching import assert_contained

LEARNT = FIRST + AGAIN + 60
"""Seconds after which two tours are over."""


@pytest.fixture
def campus(tmp_path: Path) -> Campus:
    """A core switch, a switch on its port 2, an access point and a printer on that one."""
    return Campus(
        tmp_path,
        (1, None, 0, Kind.SWITCH),
        (2, 1, 2, Kind.SWITCH),
        (3, 2, 5, Kind.ACCESS_POINT),
        (4, 2, 6, Kind.PRINTER),
    )


TREE = {"d1": None, "d2": "d1", "d3": "d2", "d4": "d2"}


async def test_parents_are_learnt_by_two_tours_and_excuse_what_hangs(campus: Campus) -> None:
    campus.fall(2, 1000, 1100)
    async with running(campus.agent.run()), running(campus.patrol.run()):
        await campus.clock.advance(FIRST + AGAIN / 2)
        assert set(campus.parents().values()) == {None}
        await campus.clock.advance(LEARNT - FIRST - AGAIN / 2)
        assert campus.parents() == TREE
        await campus.clock.advance(1050 - LEARNT)
        assert campus.states() == {
            "d2": State.DOWN,
            "d3": State.UNREACHABLE,
            "d4": State.UNREACHABLE,
        }
        await campus.clock.advance(200)
        assert campus.states() == {}
    bulletins = campus.journal.bulletins
    assert all(before.end == after.start for before, after in pairwise(bulletins))
    assert len(campus.journal.inventories) == 2
    for number in campus.devices:
        chain = campus.devices[number].chain
        assert_contained(campus.journal.spells, f"d{number}", chain, NOON, bulletins[-1].end)


async def test_what_others_hang_from_is_watched_as_core(campus: Campus) -> None:
    async with running(campus.agent.run()), running(campus.patrol.run()):
        await campus.clock.advance(LEARNT)
    assert {item.id: item.period for item in campus.agent.inventory} == {
        "d1": 2000,
        "d2": 2000,
        "d3": 10_000,
        "d4": 10_000,
    }


async def test_a_restart_knows_at_once(campus: Campus) -> None:
    async with running(campus.agent.run()), running(campus.patrol.run()):
        await campus.clock.advance(LEARNT)
    campus.begin()
    assert campus.parents() == TREE


async def test_a_damaged_memory_is_learnt_again(campus: Campus) -> None:
    (campus.data / "places.json").write_text('{"d2": ["d1"]}')
    campus.begin()
    assert set(campus.parents().values()) == {None}
    async with running(campus.agent.run()), running(campus.patrol.run()):
        await campus.clock.advance(LEARNT)
    assert campus.parents() == TREE


async def test_what_is_written_wins_and_none_can_be_written(campus: Campus) -> None:
    d1, d2, d3, d4 = campus.equipment
    campus.equipment = (d1, d2, replace(d3, parent="d1"), replace(d4, parent=""))
    campus.begin()
    async with running(campus.agent.run()), running(campus.patrol.run()):
        await campus.clock.advance(LEARNT)
    assert campus.parents() == {"d1": None, "d2": "d1", "d3": "d1", "d4": None}


async def test_a_cable_that_moves_is_believed_the_second_time(campus: Campus) -> None:
    ap = campus.devices[3]
    await campus.tours(2)
    ap.above, ap.port = 1, 7
    await campus.tours(1)
    assert campus.parents() == TREE
    ap.above, ap.port = 2, 5
    await campus.tours(1)
    ap.above, ap.port = 1, 7
    await campus.tours(1)
    assert campus.parents() == TREE
    await campus.tours(1)
    assert campus.parents() == {**TREE, "d3": "d1"}


async def test_a_switch_that_is_down_keeps_its_place_and_what_hangs_from_it(
    campus: Campus,
) -> None:
    campus.fall(2, 121)
    async with running(campus.agent.run()):
        await campus.tours(2)
        await campus.tours(3)
        assert campus.parents() == TREE
        assert campus.states()["d3"] is State.UNREACHABLE


async def test_a_root_that_is_down_moves_nothing(campus: Campus) -> None:
    await campus.tours(2)
    campus.fall(1, 121)
    await campus.tours(3)
    assert campus.parents() == TREE
    campus.fall(1, 301)
    campus.devices[3].above = 1
    await campus.tours(3)
    assert campus.parents() == {**TREE, "d3": "d1"}


async def test_tours_are_hourly_once_nothing_is_in_doubt(campus: Campus) -> None:
    began = []

    def position() -> Position:
        began.append(round(campus.clock.monotonic()))
        return Campus.position(campus)

    patrol = Patrol(
        campus.roster,
        campus.agent.adopt,
        campus.clock,
        campus.config.discovery,
        position,
    )
    async with running(patrol.run()):
        await campus.clock.advance(3 * EVERY)
    lasts = began[1] - began[0] - AGAIN
    assert [b - a - lasts for a, b in pairwise(began)] == [AGAIN, EVERY, EVERY]
    assert lasts <= LONGEST


async def test_a_place_waits_for_the_disk(campus: Campus) -> None:
    campus.journal.full = True
    await campus.tours(2)
    assert set(campus.parents().values()) == {None}
    campus.journal.full = False
    await campus.tours(1)
    assert campus.parents() == TREE


async def test_the_device_that_people_name_is_the_root(campus: Campus) -> None:
    campus.begin(discovery=Discovery(root="d2"))
    await campus.tours(2)
    assert campus.parents() == {"d1": "d2", "d2": None, "d3": "d2", "d4": "d2"}
    campus.begin(discovery=Discovery(learn=False))
    assert set(campus.parents().values()) == {None}
