"""Settled time becomes records that touch, are numbered, and survive a full disk."""

import logging

import pytest

from numlycee.domain.inventory import Vantage
from numlycee.domain.states import State
from numlycee.wire.reading import MAXIMUM_BYTES
from numlycee.wire.records import Bulletin, InventoryRecord, Previous, encode, inventory_of
from numlycee_agent.ports import MOST_SPELLS
from numlycee_agent.timing.anchor import Anchor, ClockStepped
from numlycee_agent.watching.bulletin import BulletinMaker
from numlycee_agent.watching.watch import Watch
from tests.agent.virtual import NOON, VirtualClock
from tests.agent.watching import FAILED, FakeJournal, at, family, resource, seen, spelt


class Desk:
    """One watched switch, its watch, its journal and its maker of bulletins."""

    def __init__(self, previous: Previous | None = None) -> None:
        self.inventory = family(("sw", None))
        self.watch = Watch(self.inventory, NOON)
        self.journal = FakeJournal(previous=previous)
        self.maker = BulletinMaker(self.watch, self.inventory, self.journal, NOON)

    def see(self, *instants: float) -> None:
        for instant in instants:
            self.watch.note("sw", seen(instant))

    def fail(self, *instants: float) -> None:
        for instant in instants:
            self.watch.note("sw", seen(instant, FAILED))


def test_the_inventory_comes_before_the_first_bulletin_that_names_it() -> None:
    desk = Desk()
    desk.see(1, 11)
    assert desk.maker.close()
    first, second = desk.journal.records
    assert isinstance(first, InventoryRecord)
    assert first.inventory == desk.inventory
    assert isinstance(second, Bulletin)
    assert second.inventory == desk.inventory.digest
    assert [record.key.seq for record in desk.journal.records] == [1, 2]
    assert first.key.vantage is Vantage.SITE


def test_the_inventory_is_kept_before_anything_is_settled() -> None:
    desk = Desk()
    desk.maker.close()
    assert len(desk.journal.inventories) == 1
    assert desk.journal.bulletins == []


def test_only_the_first_record_names_the_previous_run() -> None:
    previous = Previous("0ld", 41)
    desk = Desk(previous)
    desk.see(1, 11)
    desk.maker.close()
    assert [record.previous for record in desk.journal.records] == [previous, None]


def test_bulletins_touch_and_nothing_settled_makes_none() -> None:
    desk = Desk()
    for instants in [(1, 11), (), (21,), (31, 41)]:
        desk.see(*instants)
        desk.maker.close()
    spans = [(b.start, b.end) for b in desk.journal.bulletins]
    assert spans == [(NOON, at(11)), (at(11), at(21)), (at(21), at(41))]


def test_spells_are_clipped_to_their_bulletin() -> None:
    desk = Desk()
    desk.see(1, 11)
    desk.fail(21, 21.5, 22)
    desk.maker.close()
    desk.fail(23, 24)
    desk.maker.close()
    early, late = desk.journal.bulletins
    assert [(s.state, s.start, s.end) for s in early.spells][-1] == (State.DOWN, at(21.1), at(22))
    assert [(s.state, s.start, s.end) for s in late.spells] == [(State.DOWN, at(22), at(24))]


def test_what_has_been_written_is_forgotten() -> None:
    desk = Desk()
    desk.see(1, 11)
    desk.fail(21, 21.5, 22)
    desk.maker.close()
    assert desk.watch.spells(NOON, at(22)) == []
    desk.fail(23)
    assert [s.start for s in desk.watch.spells(NOON, at(23))] == [at(22)]


def test_a_full_disk_loses_nothing_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk = Desk()
    desk.journal.full = True
    desk.see(1, 11)
    assert not desk.maker.close()
    desk.fail(21, 21.5, 22)
    assert not desk.maker.close()
    desk.journal.full = False
    desk.see(31, 41)
    assert desk.maker.close()
    assert [record.key.seq for record in desk.journal.records] == [1, 2]
    bulletin = desk.journal.bulletins[0]
    assert (bulletin.start, bulletin.end) == (NOON, at(41))
    assert [s[0] for s in spelt(bulletin.spells, "sw")] == [
        "unobserved",
        "unobserved",
        "down",
        "unobserved",
    ]
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "No space left" in caplog.text


def test_a_crowded_stretch_is_cut_into_records_that_the_wire_carries() -> None:
    names = [f"equipment-with-a-rather-long-identifier-{i:03}" for i in range(250)]
    inventory = inventory_of([resource(name) for name in names])
    watch, journal = Watch(inventory, NOON), FakeJournal()
    for round_ in range(5):
        for i, name in enumerate(names):
            began = 10 * round_ + i / 100
            watch.note(name, seen(began))
            for again in range(3):
                watch.note(name, seen(began + 3 + again / 2, FAILED))
    watch.tick(at(50))
    whole = watch.spells(NOON, watch.settled())
    BulletinMaker(watch, inventory, journal, NOON).close()
    assert len(journal.bulletins) > 5
    assert all(len(b.spells) <= MOST_SPELLS for b in journal.bulletins)
    assert all(len(encode(b)) < MAXIMUM_BYTES - 64 for b in journal.bulletins)
    for name in names:
        assert spelt(journal.spells, name) == spelt(whole, name)


def test_more_troubles_at_once_than_a_record_should_hold_are_kept_all_the_same() -> None:
    inventory = inventory_of([resource(f"e{i}") for i in range(MOST_SPELLS + 100)])
    watch, journal = Watch(inventory, NOON), FakeJournal()
    watch.tick(at(60))
    BulletinMaker(watch, inventory, journal, NOON).close()
    assert len(journal.bulletins[0].spells) == MOST_SPELLS + 100


async def test_the_anchor_lets_time_pass_and_small_corrections() -> None:
    clock = VirtualClock()
    anchor = Anchor(clock)
    await clock.advance(86_400)
    clock.step(1.9)
    anchor.check()


@pytest.mark.parametrize("step", [-3600.0, -2.1, 2.1, 86_400.0])
def test_the_anchor_tells_a_step_of_more_than_two_seconds(step: float) -> None:
    clock = VirtualClock()
    anchor = Anchor(clock)
    clock.step(step)
    with pytest.raises(ClockStepped, match="moved by"):
        anchor.check()
