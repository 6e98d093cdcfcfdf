"""A switch that dates the fall of a port narrows the edge to a second; one that lies, nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.config import Link, Wan
from numlycee_agent.discovery.dating import PortDates
from numlycee_agent.discovery.places import Place
from tests.agent.discovery.campus import BOOT, Campus, Device
from tests.agent.virtual import NOON, running
from tests.agent.watching import assert_contained, at, spelt
from tests.proof import examples

WRAP = 2**32
Lie = Callable[[int, int], int]


def campus(data: Path, *falls: float) -> Campus:
    """An access point on port 5 of a switch, known to be there; it falls for a minute."""
    site = Campus(data, (1, None, 0, Kind.SWITCH), (3, 1, 5, Kind.ACCESS_POINT))
    site.roster.places.known = {"d1": Place(""), "d3": Place("d1", "p5", 5)}
    for fall in falls:
        site.fall(3, fall, fall + 60)
    return site


async def watch(site: Campus, seconds: float) -> list[tuple[str, str, float, float]]:
    """Watch for some time and return what is said of the access point."""
    async with running(site.agent.run()):
        await site.clock.advance(seconds)
    bulletins = site.journal.bulletins
    chain = site.devices[3].chain
    assert_contained(site.journal.spells, "d3", chain, NOON, bulletins[-1].end)
    return spelt(site.journal.spells, "d3")


@pytest.mark.parametrize("seed", range(examples(4)))
async def test_a_fall_is_dated_to_a_second(tmp_path: Path, seed: int) -> None:
    dice = Random(seed)
    falls = [60 + 120 * number + dice.uniform(0, 20) for number in range(25)]
    told = await watch(campus(tmp_path, *falls), 120 * 26)
    downs = [(cause, start) for state, cause, start, _ in told if state == "down"]
    edges = [(start, end) for state, cause, start, end in told if cause == "edge"]
    before = [next((s, e) for s, e in edges if e == start) for _, start in downs]
    assert [cause for cause, _ in downs] == ["port-down"] * len(falls)
    for fall, (start, end) in zip(falls, before, strict=True):
        assert start <= fall <= end
        assert fall - 1.02 <= start
        assert end <= fall + 1.02


LIES: dict[str, Lie] = {
    "never told": lambda _, __: 0,
    "in the future": lambda _, uptime: uptime + 500,
    "before the clock wrapped": lambda changed, _: WRAP - changed,
    "not updated": lambda _, __: BOOT // 2,
    "now, at each question": lambda _, uptime: uptime,
    "negative": lambda changed, _: -changed,
}


@pytest.mark.parametrize("lie", LIES.values(), ids=[*LIES])
async def test_a_date_that_cannot_be_changes_nothing(tmp_path: Path, lie: Lie) -> None:
    site = campus(tmp_path, 100, 333)
    site.devices[1].lie = lie
    await _assert_undated(tmp_path, site)


def _renumbered(device: Device) -> None:
    device.names = {index: f"p{9 - index}" for index in range(1, 9)}


def _up(device: Device) -> None:
    """Say that the port is up: something else is between it and the access point."""
    device.alone = False


@pytest.mark.parametrize("change", [_renumbered, _up])
async def test_another_port_dates_nothing(tmp_path: Path, change: Callable[[Device], None]) -> None:
    site = campus(tmp_path, 100, 333)
    change(site.devices[1])
    await _assert_undated(tmp_path, site)


async def _assert_undated(data: Path, site: Campus) -> None:
    plain = campus(data, 100, 333)
    plain.roster.places.known = {}
    told = await watch(site, 500)
    assert told == await watch(plain, 500)
    assert {cause for state, cause, _, _ in told if state == "down"} == {"timeout"}


async def test_a_switch_that_falls_too_dates_nothing_and_delays_nobody(tmp_path: Path) -> None:
    site, plain = campus(tmp_path), campus(tmp_path)
    plain.roster.places.known = {}
    for one in (site, plain):
        one.fall(1, 100, 160)
    assert await watch(site, 300) == await watch(plain, 300)


async def test_an_answer_that_takes_too_long_dates_nothing(tmp_path: Path) -> None:
    site = campus(tmp_path)
    site.fall(3, 10)
    await site.clock.advance(15)
    dates = PortDates(site.roster.places, site.means.clients, site.clock)
    for delay, told in ((0.1, at(10)), (1.2, None)):
        site.devices[1].delay = delay
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(dates.fell_at("d3"))
            await site.clock.advance(3)
        assert asked.result() == pytest.approx(told, abs=60)


@pytest.mark.parametrize("lie", [LIES["never told"], LIES["not updated"]])
async def test_a_trap_wakes_and_dates_where_the_table_does_not(tmp_path: Path, lie: Lie) -> None:
    site = campus(tmp_path, 123.4)
    site.devices[1].lie = lie
    async with running(site.agent.run()):
        await site.clock.advance(124)
        fell = site.devices[1].uptime(at(123.4))
        assert site.roster.dates.hear("d1", 4, fell) == []
        for name in site.roster.dates.hear("d1", 5, fell):
            site.agent.wake(name)
        await site.clock.advance(4)
        (bad,) = site.agent.now().states
    assert (bad.resource, bad.cause) == ("d3", Cause.PORT_DOWN)
    assert abs(bad.since - at(124.4)) < 20


async def test_a_trap_of_another_fall_dates_nothing(tmp_path: Path) -> None:
    site = campus(tmp_path, 100, 333)
    site.devices[1].lie = LIES["never told"]
    device = site.devices[1]
    for told in (device.uptime(at(20)), 2**32 - 1, 0, None):
        site.roster.dates.hear("d1", 5, told)
    site.roster.dates.hear("d1", 5, device.uptime(at(20)))
    await _assert_undated(tmp_path, site)


async def test_the_port_of_the_main_line_dates_the_fall_of_the_access(tmp_path: Path) -> None:
    site = Campus(tmp_path, (1, None, 0, Kind.SWITCH), (7, 1, 6, Kind.GENERIC))
    site.equipment = site.equipment[:1]
    link = Link(("ping:10.31.0.7",), ("ping:10.31.0.1",), wan=Wan(interface="p6", equipment="d1"))
    site.begin(link=link)
    await site.tours(2)
    assert site.roster.places.known["link"] == Place("d1", "p6", 6)
    site.begin(link=link)
    site.fall(7, 300.7)
    async with running(site.agent.run()):
        await site.clock.advance(200)
        (bad,) = site.agent.now().states
    told = spelt(site.journal.spells, "link")
    (edge,) = ((start, end) for _, cause, start, end in told if cause == "edge")
    assert (bad.resource, bad.cause) == ("link", Cause.PORT_DOWN)
    assert 299.68 <= edge[0] <= 300.7 <= edge[1] <= 301.72
