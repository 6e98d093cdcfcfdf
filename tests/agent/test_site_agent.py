"""Whole site agents through hours of virtual time, against the truth that their probes see."""

import asyncio
import logging
import math
from itertools import pairwise
from random import Random

import pytest

from numlycee.domain.states import State
from numlycee.wire.messages import decode_now, encode_now
from numlycee_agent.ports import Watched
from numlycee_agent.timing.anchor import ClockStepped
from numlycee_agent.watching.site import SiteAgent
from tests.agent.virtual import NOON, VirtualClock, running, settle
from tests.agent.watching import (
    FakeJournal,
    TrueProbe,
    Truth,
    assert_contained,
    at,
    resource,
    spelt,
)
from tests.proof import examples


class Lycee:
    """A link, a core switch, two switches under it with four access points each, and its agent."""

    def __init__(self, **changes: list[float]) -> None:
        self.clock = VirtualClock()
        self.journal = FakeJournal()
        parents: dict[str, str | None] = {"core": None, "link": "core", "a": "core", "b": "core"}
        parents |= {f"ap-{s}{i}": s for s in "ab" for i in range(4)}
        periods = {"core": 2.0, "link": 2.0, "a": 10.0, "b": 10.0}
        truths = {name: Truth([at(t) for t in changes.get(name, [])]) for name in parents}
        self.chains: dict[str, list[Truth]] = {}
        for name, parent in parents.items():
            self.chains[name] = [truths[name], *(self.chains[parent] if parent else [])]
        self.probes = {
            name: TrueProbe(self.clock, chain, seed)
            for seed, (name, chain) in enumerate(self.chains.items())
        }
        self.watched = [
            Watched(resource(name, parents[name], periods.get(name, 30.0)), self.probes[name])
            for name in parents
        ]
        self.agent = SiteAgent(self.watched, self.journal, self.clock)

    def told(self, name: str) -> list[tuple[str, str, float, float]]:
        return spelt(self.journal.spells, name)

    def state(self, name: str) -> State:
        states = self.agent.now().states
        return next((p.state for p in states if p.resource == name), State.UP)

    def assert_sound(self) -> None:
        """Bulletins touch, from the start on, and contain the truth."""
        bulletins = self.journal.bulletins
        assert bulletins[0].start == NOON
        assert all(before.end == after.start for before, after in pairwise(bulletins))
        for name, chain in self.chains.items():
            assert_contained(self.journal.spells, name, chain, NOON, bulletins[-1].end)


async def test_an_hour_of_a_healthy_lycee_is_quiet() -> None:
    lycee = Lycee()
    async with running(lycee.agent.run()):
        await lycee.clock.advance(3600)
        assert lycee.agent.now().states == ()
    lycee.assert_sound()
    assert 119 <= len(lycee.journal.bulletins) <= 122
    assert {s.cause.value for s in lycee.journal.spells} == {"start"}
    assert max(s.end for s in lycee.journal.spells) < at(3)
    assert lycee.agent.overruns == 0


async def test_an_hour_with_a_cut_link_and_a_dead_switch_tells_them_apart() -> None:
    lycee = Lycee(link=[600, 900], a=[1200, 1500], core=[2400, 2460])
    async with running(lycee.agent.run()):
        await lycee.clock.advance(700)
        assert lycee.state("link") is State.DOWN
        assert [p.resource for p in lycee.agent.now().states] == ["link"]
        since = lycee.agent.since()
        assert since.keys() == lycee.chains.keys()
        assert since["core"] < at(3)
        assert at(590) < since["link"] < at(610)
        await lycee.clock.advance(700)
        assert lycee.state("a") is State.DOWN
        assert {lycee.state(f"ap-a{i}") for i in range(4)} == {State.UNREACHABLE}
        assert lycee.state("ap-b0") is State.UP
        await lycee.clock.advance(105)
        assert lycee.agent.now().states == ()
        await lycee.clock.advance(2095)
    lycee.assert_sound()
    downs = {name: [s for s in lycee.told(name) if s[0] == "down"] for name in lycee.chains}
    assert {name: len(spells) for name, spells in downs.items() if spells} == {
        "core": 1,
        "link": 1,
        "a": 1,
    }
    (_, _, start, end) = downs["link"][0]
    assert 600 <= start < 603.5
    assert 897.5 < end <= 900
    (_, _, start, end) = next(s for s in lycee.told("ap-a0") if s[0] == "unreachable")
    assert 1200 <= start < 1240
    assert 1490 < end <= 1500


@pytest.mark.parametrize("seed", range(examples(5)))
async def test_an_hour_of_trouble_contains_the_truth(seed: int) -> None:
    dice = Random(seed)
    changes: dict[str, list[float]] = {}
    for name in ("core", "link", "a", "ap-a0", "ap-b1"):
        instant, changes[name] = dice.uniform(10, 400), []
        while instant < 3600:
            changes[name].append(instant)
            instant += dice.uniform(45, 600)
    lycee = Lycee(**changes)
    async with running(lycee.agent.run()):
        await lycee.clock.advance(3600)
    lycee.assert_sound()


async def test_a_cancellation_keeps_a_last_bulletin() -> None:
    lycee = Lycee()
    async with running(lycee.agent.run()):
        await lycee.clock.advance(100)
        before = lycee.journal.bulletins[-1].end
        settled = lycee.agent._life.watch.settled()
    assert lycee.journal.bulletins[-1].start == before
    assert lycee.journal.bulletins[-1].end == settled > at(65)


async def test_a_full_disk_stops_no_probe_and_loses_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    lycee = Lycee(link=[600, 900])
    async with running(lycee.agent.run()):
        await lycee.clock.advance(300)
        lycee.journal.full = True
        kept, asked = len(lycee.journal.bulletins), lycee.probes["link"].asked
        await lycee.clock.advance(900)
        assert lycee.probes["link"].asked > asked + 400
        assert len(lycee.journal.bulletins) == kept
        lycee.journal.full = False
        await lycee.clock.advance(60)
    lycee.assert_sound()
    assert [s[0] for s in lycee.told("link")] == ["unobserved", "unobserved", "down", "unobserved"]
    assert len(caplog.records) == 2


async def test_a_disk_still_full_at_the_end_is_told(caplog: pytest.LogCaptureFixture) -> None:
    lycee = Lycee()
    async with running(lycee.agent.run()):
        await lycee.clock.advance(100)
        lycee.journal.full = True
    assert "could not be kept" in caplog.text


async def test_the_present_names_the_run_and_survives_the_wire() -> None:
    lycee = Lycee(link=[50])
    async with running(lycee.agent.run()):
        await lycee.clock.advance(60)
        now = lycee.agent.now()
    assert decode_now(encode_now(now)) == now
    assert (now.run, now.began, now.at) == ("a1", NOON, at(60))
    assert now.head == len(lycee.journal.records) - 1
    assert now.inventory == lycee.agent.inventory.digest
    assert [(p.resource, p.state) for p in now.states] == [("link", State.DOWN)]
    assert now.gauges["core"] == {"rtt_seconds": 0.01}
    assert "link" not in now.gauges
    assert now.vitals == {"missed_polls_total": 0.0}


@pytest.mark.parametrize("sample", [math.nan, math.inf, -math.inf, 1e18])
async def test_a_device_that_counts_wrong_does_not_silence_its_site(sample: float) -> None:
    lycee = Lycee()
    lycee.probes["core"].samples = {"temperature_celsius": sample}
    async with running(lycee.agent.run()):
        await lycee.clock.advance(60)
        now = decode_now(encode_now(lycee.agent.now()))
    assert now.gauges["core"] == {"rtt_seconds": 0.01}


async def test_samples_travel_to_the_millionth() -> None:
    lycee = Lycee()
    lycee.probes["core"].samples = {"rtt_seconds": 0.0123456789, "uptime_seconds": 86_400.25}
    async with running(lycee.agent.run()):
        await lycee.clock.advance(60)
        samples = lycee.agent.now().gauges["core"]
    assert samples == {"rtt_seconds": 0.012346, "uptime_seconds": 86_400.25}


async def test_before_it_runs_everything_is_unobserved() -> None:
    states = Lycee().agent.now().states
    assert len(states) == 12
    assert {(p.state, p.cause.value) for p in states} == {(State.UNOBSERVED, "start")}


async def test_a_change_is_told_even_when_it_came_while_nobody_listened() -> None:
    lycee = Lycee(link=[50])
    async with running(lycee.agent.run()):
        await lycee.clock.advance(10)
        await lycee.agent.changed()
        async with running(lycee.agent.changed()) as listener:
            await lycee.clock.advance(30)
            assert not listener.done()
            await lycee.clock.advance(20)
            assert listener.done()
        await lycee.clock.advance(60)


async def test_a_wake_observes_at_once() -> None:
    lycee = Lycee()
    async with running(lycee.agent.run()):
        await lycee.clock.advance(60)
        asked = lycee.probes["ap-a0"].asked
        lycee.agent.wake("ap-a0")
        await lycee.clock.advance(0.01)
        assert lycee.probes["ap-a0"].asked == asked + 1


@pytest.mark.parametrize("step", [-7200.0, 5.0])
async def test_a_stepped_clock_ends_the_run_and_the_next_one_follows(step: float) -> None:
    lycee = Lycee()
    second = FakeJournal("b2")
    agent = SiteAgent(lycee.watched, lycee.journal, lycee.clock, renew=lambda: second)
    async with running(agent.run()):
        await lycee.clock.advance(100)
        settled = agent._life.watch.settled()
        lycee.clock.step(step)
        await lycee.clock.advance(100)
        assert agent.now().run == "b2"
    assert lycee.journal.bulletins[-1].end == settled
    assert at(100 + step) <= second.bulletins[0].start < at(103 + step)
    assert second.bulletins[0].spells[0].cause == "start"
    assert second.bulletins[-1].end > at(160 + step)


async def test_without_another_journal_a_stepped_clock_is_raised() -> None:
    lycee = Lycee()
    stepped: list[ClockStepped] = []

    async def run() -> None:
        try:
            await lycee.agent.run()
        except ClockStepped as event:
            stepped.append(event)

    async with running(run()):
        await lycee.clock.advance(10)
        lycee.clock.step(60)
        await lycee.clock.advance(10)
    assert str(stepped[0]) == "the wall clock moved by +60.0 s of its own"


async def test_many_sites_share_one_loop() -> None:
    clock = VirtualClock()
    truth = Truth()
    journals = [FakeJournal(f"run {i}") for i in range(40)]
    agents = [
        SiteAgent(
            [Watched(resource(f"r{i}"), TrueProbe(clock, [truth], i)) for i in range(12)],
            journal,
            clock,
        )
        for journal in journals
    ]

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for agent in agents:
                group.create_task(agent.run())

    async with running(all_of_them()):
        await clock.advance(120)
        await settle()
        assert len(asyncio.all_tasks()) < 6 * len(agents)
    assert all(len(journal.bulletins) >= 4 for journal in journals)
