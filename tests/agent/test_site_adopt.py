"""Another inventory in the middle of a run: nothing is lost, and the new parents excuse."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from numlycee.domain.states import State
from numlycee_agent.ports import Watched
from numlycee_agent.watching.site import SiteAgent
from tests.agent.virtual import NOON, VirtualClock, running
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


class Flat:
    """A switch and two access points behind it, of which nobody has written the parent yet."""

    def __init__(self, **changes: list[float]) -> None:
        self.clock = VirtualClock()
        self.journal = FakeJournal()
        self.truths = {n: Truth([at(t) for t in changes.get(n, [])]) for n in ("sw", "a", "b", "n")}
        self.watched = [self.one(name) for name in ("sw", "a", "b")]
        self.agent = SiteAgent(self.watched, self.journal, self.clock)

    def chain(self, name: str) -> list[Truth]:
        return [self.truths[name]] + ([self.truths["sw"]] if name != "sw" else [])

    def one(self, name: str) -> Watched:
        probe = TrueProbe(self.clock, self.chain(name), seed=ord(name[0]))
        return Watched(resource(name), probe)

    def hung(self) -> list[Watched]:
        """The same, with the switch as the parent of the rest."""
        return [
            item
            if item.resource.id == "sw"
            else replace(item, resource=replace(item.resource, parent="sw"))
            for item in self.watched
        ]

    def states(self) -> dict[str, State]:
        return {p.resource: p.state for p in self.agent.now().states}

    def assert_whole(self, *names: str) -> None:
        """Bulletins touch from the start on, each under an inventory named before it."""
        bulletins = self.journal.bulletins
        assert bulletins[0].start == NOON
        assert all(before.end == after.start for before, after in pairwise(bulletins))
        listed = reversed(self.journal.inventories)
        named = {record.inventory.digest: record.key.seq for record in listed}
        assert all(named[one.inventory] < one.key.seq for one in bulletins)
        for name in names:
            assert_contained(self.journal.spells, name, self.chain(name), NOON, bulletins[-1].end)


async def test_what_was_watched_goes_on_without_a_break() -> None:
    flat = Flat()
    async with running(flat.agent.run()):
        await flat.clock.advance(95)
        before = flat.agent.inventory
        assert flat.agent.adopt(flat.hung())
        await flat.clock.advance(100)
        assert flat.agent.now().inventory == flat.agent.inventory.digest != before.digest
    flat.assert_whole("sw", "a", "b")
    assert [one.inventory.digest for one in flat.journal.inventories] == [
        before.digest,
        flat.agent.inventory.digest,
    ]
    assert {(s.cause.value, s.end < at(3)) for s in flat.journal.spells} == {("start", True)}


async def test_a_parent_learnt_on_the_way_excuses_from_then_on() -> None:
    flat = Flat(sw=[100, 160, 300, 360])
    async with running(flat.agent.run()):
        await flat.clock.advance(130)
        assert set(flat.states().values()) == {State.DOWN}
        await flat.clock.advance(70)
        assert flat.states() == {}
        flat.agent.adopt(flat.hung())
        await flat.clock.advance(130)
        assert flat.states() == {
            "sw": State.DOWN,
            "a": State.UNREACHABLE,
            "b": State.UNREACHABLE,
        }
        await flat.clock.advance(200)
    flat.assert_whole("sw", "a", "b")
    bad = [(state, start > 250) for state, _, start, _ in spelt(flat.journal.spells, "a")]
    assert [one for one in bad if one[0] in {"down", "unreachable"}] == [
        ("down", False),
        ("unreachable", True),
    ]


async def test_a_parent_learnt_during_the_outage_leaves_what_was_judged() -> None:
    flat = Flat(sw=[100, 200])
    async with running(flat.agent.run()):
        await flat.clock.advance(150)
        flat.agent.adopt(flat.hung())
        await flat.clock.advance(20)
        assert flat.states()["a"] is State.DOWN
        await flat.clock.advance(100)
        assert flat.states() == {}
    flat.assert_whole("sw", "a", "b")


async def test_what_is_new_is_unobserved_until_it_is_seen() -> None:
    flat = Flat()
    async with running(flat.agent.run()):
        await flat.clock.advance(95)
        flat.agent.adopt([*flat.watched, flat.one("n")])
        began = (flat.agent.now().at - NOON) / 1000
        await flat.clock.advance(100)
    flat.assert_whole("sw", "a", "b")
    ((state, cause, _, end),) = spelt(flat.journal.spells, "n")
    assert (state, cause) == ("unobserved", "start")
    assert began < end < began + 3


async def test_what_is_no_longer_watched_is_observed_no_more() -> None:
    flat = Flat(b=[20])
    async with running(flat.agent.run()):
        await flat.clock.advance(94.6)
        assert flat.states() == {"b": State.DOWN}
        flat.agent.adopt(flat.watched[:2])
        probe = flat.watched[2].probe
        assert isinstance(probe, TrueProbe)
        asked = probe.asked
        await flat.clock.advance(100)
        assert probe.asked == asked
        assert flat.states() == {}
        flat.agent.wake("b")
    flat.assert_whole("sw", "a")


async def test_nothing_changes_while_nothing_can_be_written() -> None:
    flat = Flat()
    async with running(flat.agent.run()):
        await flat.clock.advance(95)
        flat.journal.full, before = True, flat.agent.inventory
        assert not flat.agent.adopt(flat.hung())
        await flat.clock.advance(60)
        assert flat.agent.now().inventory == before.digest
        flat.journal.full = False
        assert flat.agent.adopt(flat.hung())
        await flat.clock.advance(60)
    flat.assert_whole("sw", "a", "b")


@pytest.mark.parametrize("seed", range(examples(8)))
async def test_whatever_changes_in_whatever_trouble_the_truth_is_contained(seed: int) -> None:
    dice = Random(seed)
    changes: dict[str, list[float]] = {"sw": [], "a": [], "b": []}
    for slot in range(20, 1200, 25):  # nothing that is over before anybody could see it
        changes[dice.choice(["sw", "a", "b"])].append(slot + dice.uniform(0, 5))
    flat = Flat(**changes)
    async with running(flat.agent.run()):
        for _ in range(12):
            await flat.clock.advance(dice.uniform(0, 200))
            flat.agent.adopt(dice.choice([flat.watched, flat.hung()]))
            flat.journal.full = dice.random() < 0.2
        flat.journal.full = False
    flat.assert_whole("sw", "a", "b")
