"""Against a simulated truth, what the watch says always contains it."""

import heapq
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation
from numlycee_agent.watching.bulletin import BulletinMaker
from numlycee_agent.watching.watch import Pace, Watch
from tests.agent.virtual import NOON
from tests.agent.watching import (
    DEGRADED,
    FAILED,
    OK,
    UNKNOWN,
    FakeJournal,
    Truth,
    assert_contained,
    family,
    spelt,
)
from tests.proof import examples

pytestmark = pytest.mark.slow

PERIOD, TIMEOUT, JITTER = 10_000, 700, 300
RESOLVED = 16_000
"""Longer than a period, its jitter, three time-outs, the confirmation and a parent's verdict."""
LENGTH = 600_000
NAMES = ("core", "edge", "ap", "lone")
PARENTS = {"core": None, "edge": "core", "ap": "edge", "lone": None}


class World:
    """Probes every resource as the watch advises, in time that only this loop moves."""

    def __init__(self, seed: int, truths: dict[str, Truth], faults: float) -> None:
        self.dice = Random(seed)
        self.faults = faults
        self.chains = {name: [truths[n] for n in _path(name)] for name in NAMES}
        self.inventory = family(*PARENTS.items())
        self.watch = Watch(self.inventory, NOON)
        self.free = dict.fromkeys(NAMES, NOON)
        self.first = dict.fromkeys(NAMES, NOON)
        self.ended: list[tuple[int, str, bool, Observation]] = []
        self.agenda = [(NOON + self.dice.randrange(PERIOD), name, True) for name in NAMES]
        heapq.heapify(self.agenda)

    def run(self, until: int, maker: BulletinMaker) -> None:
        """Observations are noted when they end, in the order of time."""
        for at in range(NOON, until, 30_000):
            self._play(at)
            self.watch.tick(at)
            maker.close()
        self._play(until)

    def _play(self, until: int) -> None:
        while min(self.agenda[0][0] if self.agenda else until, self._next_end()) < until:
            if not self.agenda or self._next_end() <= self.agenda[0][0]:
                _, name, regular, observation = heapq.heappop(self.ended)
                self._note(name, observation, regular=regular)
                continue
            began, name, regular = heapq.heappop(self.agenda)
            if began < self.free[name]:
                heapq.heappush(self.agenda, (self.free[name], name, regular))
                continue
            observation = self._observe(name, began)
            self.free[name] = observation.ended + 1
            heapq.heappush(self.ended, (observation.ended, name, regular, observation))

    def _next_end(self) -> int:
        return self.ended[0][0] if self.ended else 1 << 62

    def _note(self, name: str, observation: Observation, *, regular: bool) -> None:
        advice = self.watch.note(name, observation)
        soon = observation.ended + 1
        if advice.pace is Pace.CONFIRM:
            self.first[name] = soon if advice.failures == 1 else self.first[name]
            at = max(soon, self.first[name] + 500 * advice.failures)
            heapq.heappush(self.agenda, (at, name, False))
        elif advice.pace is Pace.QUICK:
            heapq.heappush(self.agenda, (soon + 1000, name, False))
        if regular:
            at = max(soon, observation.began + PERIOD + self.dice.randrange(JITTER))
            if self.dice.random() < self.faults:
                at += 10 * PERIOD
                self.free[name] = at
            heapq.heappush(self.agenda, (at, name, True))
        for other in advice.wake:
            heapq.heappush(self.agenda, (max(soon, self.free[other]), other, False))

    def _observe(self, name: str, began: int) -> Observation:
        instant = began + self.dice.randrange(100)
        works = all(truth.works(instant) for truth in self.chains[name])
        ended = instant + self.dice.randrange(100 if works else TIMEOUT - 100)
        if self.dice.random() < self.faults:
            return Observation(began, ended, UNKNOWN, Cause.PROBE)
        health: Health = self.dice.choice([OK, OK, DEGRADED]) if works else FAILED
        return Observation(began, ended, health, None if health is OK else Cause.LOSS)


def _path(name: str) -> list[str]:
    parent = PARENTS[name]
    return [name, *(_path(parent) if parent else [])]


def spaced(lengths: list[int]) -> Truth:
    """A truth whose every stretch is longer than the resolution."""
    at, changes = NOON, []
    for length in lengths:
        at += RESOLVED + length
        changes.append(at)
    return Truth(changes)


truths = st.fixed_dictionaries(
    {
        name: st.lists(st.integers(0, 90_000), max_size=6 if name in {"core", "lone"} else 0)
        for name in NAMES
    }
)


def _live(seed: int, lengths: dict[str, list[int]], faults: float) -> tuple[World, FakeJournal]:
    world = World(seed, {name: spaced(each) for name, each in lengths.items()}, faults)
    journal = FakeJournal()
    maker = BulletinMaker(world.watch, world.inventory, journal, NOON)
    world.run(NOON + LENGTH, maker)
    maker.close()
    return world, journal


@settings(max_examples=examples(120))
@given(st.integers(0, 2**32), truths, st.sampled_from([0.0, 0.0, 0.02, 0.1]))
def test_what_is_said_contains_the_truth(
    seed: int, lengths: dict[str, list[int]], faults: float
) -> None:
    world, journal = _live(seed, lengths, faults)
    settled = world.watch.settled()
    assert settled > NOON + LENGTH - 160_000
    for name in NAMES:
        assert_contained(journal.spells, name, world.chains[name], NOON, settled)


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32), truths)
def test_nothing_true_goes_unseen(seed: int, lengths: dict[str, list[int]]) -> None:
    world, journal = _live(seed, lengths, 0.0)
    settled = world.watch.settled()
    for name in ("core", "lone"):
        stops = world.chains[name][0].changes[::2]
        downs = [s for s in spelt(journal.spells, name) if s[0] == "down"]
        ended = [stop for stop in stops if stop + RESOLVED < settled]
        assert len(ended) <= len(downs) <= len(stops)
    for name in ("edge", "ap"):
        assert not any(s[0] == "down" for s in spelt(journal.spells, name))


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32), truths)
def test_bulletins_put_together_are_the_account(seed: int, lengths: dict[str, list[int]]) -> None:
    world, journal = _live(seed, lengths, 0.02)
    bulletins = journal.bulletins
    assert bulletins[0].start == NOON
    assert bulletins[-1].end == world.watch.settled()
    for before, after in pairwise(bulletins):
        assert before.end == after.start
    whole = Kept(seed, lengths)
    for name in NAMES:
        assert spelt(journal.spells, name) == spelt(whole.spells, name)


class Kept:
    """The same life without a bulletin in between: the account as the watch alone holds it."""

    def __init__(self, seed: int, lengths: dict[str, list[int]]) -> None:
        world = World(seed, {name: spaced(each) for name, each in lengths.items()}, 0.02)
        journal = FakeJournal()
        journal.full = True
        world.run(NOON + LENGTH, BulletinMaker(world.watch, world.inventory, journal, NOON))
        self.spells = world.watch.spells(NOON, world.watch.settled())
