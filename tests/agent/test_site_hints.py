"""Hints from outside: heeded at once, whatever a probe holds, and a second apart at least."""

from itertools import pairwise
from random import Random

import pytest

from numlycee_agent.ports import Observation, Watched
from numlycee_agent.watching.rounds import Rounds
from numlycee_agent.watching.site import SiteAgent
from numlycee_agent.watching.watch import Advice, Pace
from tests.agent.virtual import VirtualClock, running
from tests.agent.watching import OK, FakeJournal, resource


class Holding:
    """A probe that takes a while, and notes when it was asked, hurried or not."""

    def __init__(self, clock: VirtualClock, lasts: float = 0.1) -> None:
        self.clock, self.lasts = clock, lasts
        self.hurried = False
        self.asked: list[tuple[float, bool]] = []

    def hurry(self) -> None:
        self.hurried = True

    async def observe(self) -> Observation:
        self.asked.append((round(self.clock.monotonic(), 3), self.hurried))
        self.hurried = False
        began = self.clock.now()
        await self.clock.sleep(self.lasts)
        return Observation(began, self.clock.now(), OK)


class Storm:
    """One resource, observed every minute (at 26 and 86 seconds), and hints for it."""

    def __init__(self, lasts: float = 0.1, advice: Advice | None = None) -> None:
        self.clock = VirtualClock()
        self.probe = Holding(self.clock, lasts)
        watched = Watched(resource("sw", period=60), self.probe, hurry=self.probe.hurry)
        self.rounds = Rounds([watched], self.clock, lambda *_: advice or Advice(), "a run")

    async def hint(self, *instants: float) -> None:
        for instant in instants:
            await self.clock.advance(instant - self.clock.monotonic())
            self.rounds.hint("sw")

    @property
    def instants(self) -> list[float]:
        """When the probe was asked, between its own turns."""
        return [at for at, _ in self.probe.asked if 27 < at < 80]


async def test_a_hint_observes_afresh_at_once() -> None:
    storm = Storm()
    async with running(storm.rounds.run()):
        await storm.hint(30)
        storm.rounds.hint("unheard of")
        await storm.clock.advance(40)
    assert storm.probe.asked[-1] == (30, True)


async def test_a_storm_costs_one_observation_a_second() -> None:
    storm = Storm()
    async with running(storm.rounds.run()):
        await storm.hint(*(30 + n / 1000 for n in range(5000)))
        await storm.clock.advance(5)
    assert storm.instants == [30, 31, 32, 33, 34, 35]
    assert all(hurried for at, hurried in storm.probe.asked if at >= 30)


async def test_the_last_of_two_hints_is_followed_by_an_observation() -> None:
    storm = Storm()
    async with running(storm.rounds.run()):
        await storm.hint(30, 30.4, 40)
        await storm.clock.advance(5)
    assert storm.instants == [30, 31, 40]


async def test_a_hint_during_an_observation_asks_for_another_a_second_later() -> None:
    storm = Storm(lasts=3)
    async with running(storm.rounds.run()):
        await storm.hint(30, 30.2, 31.5, 32)
        await storm.clock.advance(5)
    assert storm.instants == [30, 33]


@pytest.mark.parametrize("seed", range(5))
async def test_however_hints_come_they_are_a_second_apart_and_none_is_lost(seed: int) -> None:
    dice = Random(seed)
    hints = sorted(dice.uniform(30, 60) for _ in range(60))
    storm = Storm(lasts=dice.choice([0.01, 0.3, 1.4]))
    async with running(storm.rounds.run()):
        await storm.hint(*hints)
        await storm.clock.advance(10)
    assert all(after - before >= 0.999 for before, after in pairwise(storm.instants))
    late = 1.001 + storm.probe.lasts
    assert all(any(hint - 0.001 <= at <= hint + late for at in storm.instants) for hint in hints)


async def test_hints_do_not_hasten_a_verdict() -> None:
    storm = Storm(advice=Advice(Pace.CONFIRM, 1))
    async with running(storm.rounds.run()):
        await storm.clock.advance_until(lambda: bool(storm.probe.asked))
        (first, _) = storm.probe.asked[0]
        await storm.hint(first + 0.3, first + 0.35)
        await storm.clock.advance(0.4)
    assert storm.probe.asked[1][0] == pytest.approx(first + 0.6)


async def test_a_site_passes_hints_on() -> None:
    clock = VirtualClock()
    probe = Holding(clock)
    watched = Watched(resource("sw", period=60), probe, hurry=probe.hurry)
    agent = SiteAgent([watched], FakeJournal(), clock)
    async with running(agent.run()):
        await clock.advance(10)
        agent.wake("sw")
        await clock.advance(1)
    assert probe.asked[-1] == (10, True)
