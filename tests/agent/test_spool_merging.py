"""Bulletins said again in fewer words say the same, and whoever takes them finds them so."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.collector.timeline import RunTimeline, Stretch
from numlycee.domain.causes import Cause
from numlycee.domain.devices import count
from numlycee.domain.inventory import Vantage
from numlycee.domain.states import State
from numlycee.wire.records import Bulletin, Gap, Key, Previous, ResourceSpell
from numlycee_agent.ports import MOST_SPELLS
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.merging import is_plain, merged
from numlycee_agent.spool.spool import Limits, Spool
from tests.agent.spooling import (
    SMALL,
    START,
    HastyDisk,
    SickDisk,
    declared,
    fill,
    numbers,
    receipt,
    records,
    segments,
)
from tests.agent.virtual import VirtualClock

STEP = 30_000
KEY = Key(Vantage.SITE, "a1", START, 1)
STATES = [State.DOWN, State.DEGRADED, State.UNOBSERVED]
ROOMY = Limits(capacity=256 << 10, reserve=8 << 10, segment=4 << 10)


def told(seq: int, *spells: tuple[str, State], inventory: str = "i") -> Bulletin:
    start = START + seq * STEP
    rows = tuple(
        ResourceSpell(name, state, Cause.TIMEOUT, start, start + STEP) for name, state in spells
    )
    return Bulletin(replace(KEY, seq=seq), inventory, start, start + STEP, rows)


@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.sampled_from("ij"),
            st.dictionaries(st.sampled_from("abcd"), st.sampled_from(STATES)),
        ),
        min_size=1,
        max_size=40,
    ),
    st.randoms(use_true_random=False),
)
def test_what_is_merged_says_the_same(
    moments: list[tuple[bool, str, dict[str, State]]], chance: object
) -> None:
    originals = [
        told(seq, *spells.items(), inventory=inventory)
        for seq, (seen, inventory, spells) in enumerate(moments, 1)
        if seen
    ]
    shuffled = sorted(originals, key=lambda bulletin: hash((str(chance), bulletin.key.seq)))
    again = merged(shuffled)
    account = RunTimeline(Stretch())
    for bulletin in (*again, *originals):
        assert account.agrees(bulletin)
        account.add(bulletin)
    apart = RunTimeline(Stretch())
    for bulletin in originals:
        apart.add(bulletin)
    assert account.change() == apart.change()
    replaced = [seq for b in again for first, last in b.replaces for seq in range(first, last + 1)]
    assert sorted(replaced) == [bulletin.key.seq for bulletin in originals]


def test_what_lasts_is_told_once_and_what_was_merged_is_merged_again() -> None:
    first = merged([told(seq, ("a", State.DOWN)) for seq in (1, 2, 3)])
    rest = [told(seq, ("a", State.DOWN)) for seq in (4, 5)]
    (whole,) = merged([*rest, replace(first[0], key=replace(KEY, seq=6))])
    (spell,) = whole.spells
    assert (spell.start, spell.end) == (START + STEP, START + 6 * STEP)
    assert whole.replaces == ((1, 6),)


def test_a_merged_bulletin_holds_no_more_than_a_record_should() -> None:
    crowd = [f"resource {n}" for n in range(MOST_SPELLS // 2)]
    flapping = [told(seq, *((name, STATES[seq % 2]) for name in crowd)) for seq in range(1, 6)]
    assert [len(b.spells) for b in merged(flapping)] == [MOST_SPELLS, MOST_SPELLS, MOST_SPELLS // 2]


def test_what_is_no_plain_bulletin_is_left_alone() -> None:
    gap = Gap(replace(KEY, seq=9), "a0", ((1, 2),), "spool full")
    assert is_plain([told(1), told(2)])
    assert not is_plain([told(1), gap])
    assert not is_plain([replace(told(1), fleet=count(date(2026, 11, 23), []))])
    assert not is_plain([told(1), replace(told(2), previous=Previous("a0", 4))])


class Grown:
    """A spool and its quiet run, that nobody takes unless told."""

    def __init__(self, directory: Path, disk: Disk) -> None:
        self.directory, self.disk = directory, disk
        self.spool = Spool(directory, VirtualClock(), ROOMY, disk)
        self.kept: list[Bulletin] = []

    def restart(self, limits: Limits = ROOMY) -> Spool:
        self.spool.close()
        self.spool = Spool(self.directory, VirtualClock(), limits, self.disk)
        return self.spool

    def grow(self, count: int) -> None:
        for _ in range(count):
            key = Key(Vantage.SITE, self.spool.run, self.spool.began, self.spool.next_seq())
            start = START + len(self.kept) * STEP
            record = Bulletin(key, "i", start, start + STEP)
            self.spool.keep(record)
            self.kept.append(record)

    def account(self) -> tuple[Stretch, Stretch]:
        """What the spool's records say together; they agree."""
        said = RunTimeline(Stretch())
        for record in records(self.spool):
            assert isinstance(record, Bulletin)
            assert said.agrees(record)
            said.add(record)
        return said.change()


@pytest.fixture
def grown(tmp_path: Path) -> Iterator[Grown]:
    grown = Grown(tmp_path, HastyDisk())
    yield grown
    grown.spool.close()


def test_a_spool_that_only_grows_becomes_smaller_and_says_everything(grown: Grown) -> None:
    grown.grow(3000)
    assert grown.spool.size < ROOMY.capacity // 3
    (row,) = grown.account()[1].covered
    assert (row.start, row.end) == (START, START + 3000 * STEP)


def test_what_is_left_out_is_no_hole_for_the_next_run(grown: Grown) -> None:
    grown.grow(1000)
    before = [kept.raw for kept in grown.spool.pending()]
    fill(grown.restart(), 1)
    assert [kept.raw for kept in grown.spool.pending()][:-1] == before


def test_a_merged_record_that_must_go_declares_all_that_it_replaced(grown: Grown) -> None:
    grown.grow(1000)
    run, last = grown.spool.run, grown.spool.next_seq() - 1
    small = grown.restart(SMALL)
    fill(small, 1)
    lost = {seq for of, seq in declared(records(small)) if of == run}
    left = [r for r in records(small) if isinstance(r, Bulletin) and r.key.run == run]
    stands = {seq for b in left for first, z in b.replaces for seq in range(first, z + 1)}
    assert lost | stands | set(numbers(small, run)) == set(range(1, last + 1))


def test_what_is_confirmed_keeps_its_own_words(grown: Grown) -> None:
    """A centre restored from a backup is to be given again what it had confirmed."""
    grown.grow(200)
    files = segments(grown.directory)
    grown.spool.settle(receipt(grown.spool, upto=200))
    grown.grow(400)
    assert grown.spool.next_seq() > 601, "something was merged"
    assert segments(grown.directory)[: len(files) - 1] == files[:-1]


def test_what_is_damaged_before_it_is_merged_is_declared(grown: Grown) -> None:
    grown.grow(200)
    for path in segments(grown.directory)[1:3]:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
    grown.grow(1000)
    run, last = grown.spool.run, grown.spool.next_seq() - 1
    told = declared(records(grown.spool))
    bulletins = [r for r in records(grown.spool) if isinstance(r, Bulletin)]
    stands = {seq for b in bulletins for first, z in b.replaces for seq in range(first, z + 1)}
    assert len(told) == 2
    assert {seq for _, seq in told} | stands | set(numbers(grown.spool)) == set(range(1, last + 1))
    assert {of for of, _ in told} == {run}


def test_nothing_is_merged_while_there_is_plenty_of_room(grown: Grown) -> None:
    grown.grow(200)
    assert grown.spool.next_seq() == 201


def test_a_disk_that_fills_while_bulletins_are_said_again_loses_none(tmp_path: Path) -> None:
    disk = SickDisk()
    grown = Grown(tmp_path, disk)
    grown.grow(280)
    for room in range(0, 4000, 250):
        disk.room = room
        with suppress(OSError):
            grown.grow(5)
    disk.room = 1 << 20
    grown.grow(100)
    (row,) = grown.account()[1].covered
    assert (row.start, row.end) == (START, START + len(grown.kept) * STEP)
    grown.spool.close()
