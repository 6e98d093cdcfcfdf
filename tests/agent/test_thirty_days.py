"""A real lycée cut off from the world for a month: nothing lost, 64 MiB, and the present first.

`make test` plays one day in as small a part of the room; `make endure TIMES=30` plays thirty.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from numlycee.collector.timeline import RunTimeline, Seen, Stretch, unite
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.records import Bulletin, Gap, ResourceSpell, inventory_of
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.watching.bulletin import BulletinMaker
from numlycee_agent.watching.watch import Watch
from tests.agent.centre import IDENTITY, Centre, FakeBroker, FakePresent
from tests.agent.spooling import HastyDisk
from tests.agent.virtual import NOON, VirtualClock, running
from tests.proof import examples

PERIOD = 30_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
DAYS = min(30, examples(1))
KINDS = [(Kind.SWITCH, 60), (Kind.ACCESS_POINT, 150), (Kind.SERVER, 39), (Kind.LINK, 1)]
INVENTORY = inventory_of(
    [
        Resource(f"{kind.value}-bat-{n % 7}-{n:03}", kind, f"{kind.value} {n}")
        for kind, count in KINDS
        for n in range(count)
    ]
)
NAMES = {kind: [r.id for r in INVENTORY if r.kind is kind] for kind, _ in KINDS}


class Month(Watch):
    """What a lycée's watch tells of a month: dead and flapping equipment, nights, a stormy day."""

    def __init__(self, days: int, chance: Random) -> None:
        super().__init__(INVENTORY, NOON)
        self.at = NOON
        self._end = NOON + days * DAY
        told = [*self._lasting(), *self._nights(), *self._failures(chance), *self._storms()]
        self.truth = sorted(unite(told), key=lambda seen: seen.start)
        self._coming = 0
        self._open: list[Seen] = []

    def settled(self) -> int:
        return self.at

    def spells(self, start: int, end: int) -> list[ResourceSpell]:
        while self._coming < len(self.truth) and self.truth[self._coming].start < end:
            self._open.append(self.truth[self._coming])
            self._coming += 1
        return [
            ResourceSpell(s.resource, s.state, s.cause, max(s.start, start), min(s.end, end))
            for s in self._open
            if s.start < end and start < s.end
        ]

    def forget(self, before: int) -> None:
        self._open = [seen for seen in self._open if seen.end > before]

    def _lasting(self) -> Iterator[Seen]:
        for name in (*NAMES[Kind.LINK], *NAMES[Kind.ACCESS_POINT][:8]):
            yield Seen(name, State.DOWN, Cause.TIMEOUT, NOON, self._end)

    def _nights(self) -> Iterator[Seen]:
        for evening in range(NOON + 8 * HOUR, self._end, DAY):
            for name in NAMES[Kind.ACCESS_POINT][10:40]:
                yield from self._down(name, evening, evening + 11 * HOUR)

    def _failures(self, chance: Random) -> Iterator[Seen]:
        for name in (*NAMES[Kind.SWITCH], *NAMES[Kind.ACCESS_POINT][40:], *NAMES[Kind.SERVER][2:]):
            at = NOON
            while (at := at + round(chance.expovariate(1 / (3 * DAY)))) < self._end:
                length = round(chance.uniform(MINUTE, 20 * MINUTE))
                yield from self._down(name, at, at + length)
                at += length + MINUTE

    def _storms(self) -> Iterator[Seen]:
        for name in NAMES[Kind.SERVER][:2]:
            for at in range(NOON + 5_000, self._end, 3 * MINUTE):
                yield from self._down(name, at, at + 30_000)
        for at in range(NOON + 10 * HOUR, NOON + 12 * HOUR, MINUTE):
            for name in NAMES[Kind.ACCESS_POINT][8:10]:
                yield from self._down(name, at, at + 30_000)

    def _down(self, name: str, start: int, end: int) -> Iterator[Seen]:
        edge = 5_000
        for state, cause, first, last in (
            (State.UNOBSERVED, Cause.EDGE, start, start + edge),
            (State.DOWN, Cause.TIMEOUT, start + edge, end),
            (State.UNOBSERVED, Cause.EDGE, end, end + edge),
        ):
            if first < min(last, self._end):
                yield Seen(name, state, cause, first, min(last, self._end))


@dataclass
class Witness(Centre):
    """A centre that notes in which order and when everything came."""

    heard: list[tuple[str, float]] = field(default_factory=list)
    monotonic: Callable[[], float] = lambda: 0.0

    def handle(self, topic: str, payload: bytes) -> bytes | None:
        self.heard.append((topic.rpartition("/")[2], self.monotonic()))
        return super().handle(topic, payload)

    def account(self) -> RunTimeline:
        said = RunTimeline(Stretch())
        for record in sorted(self.bulletins, key=lambda bulletin: bulletin.start):
            assert said.agrees(record)
            said.add(record)
        return said

    @property
    def bulletins(self) -> list[Bulletin]:
        return [r for r in self.stored.values() if isinstance(r, Bulletin)]


class Lycee:
    """Its spool, cut off from `NOON` on, with as large a part of 64 MiB as the days of a month."""

    def __init__(self, directory: Path, days: int, mebibytes: float) -> None:
        capacity = round(mebibytes * (1 << 20))
        limits = Limits(capacity, capacity >> 6, max(4096, capacity >> 8))
        self.days, self.limits = days, limits
        self.clock = VirtualClock()
        self.spool = Spool(directory, self.clock, limits, HastyDisk())
        self.month = Month(days, Random(7))
        self.maker = BulletinMaker(self.month, INVENTORY, self.spool, NOON)
        self.centre = Witness(monotonic=self.clock.monotonic)
        self.peak = 0

    async def pass_the_month(self) -> None:
        for at in range(NOON + PERIOD, NOON + self.days * DAY + 1, PERIOD):
            await self.clock.advance(PERIOD / 1000)
            self.month.at = at
            assert self.maker.close()
            self.peak = max(self.peak, self.spool.size)

    async def come_back(self) -> None:
        broker, present = FakeBroker(self.centre), FakePresent(self.spool)
        publisher = Publisher(broker, self.spool, present, IDENTITY, self.clock, chance=Random(1))
        async with running(publisher.run()):
            await self.clock.advance_until(lambda: not self.spool.unconfirmed, at_most=3600)
        self.spool.close()


@pytest.mark.slow
async def test_a_month_without_the_world_comes_back_complete_and_the_present_first(
    tmp_path: Path,
) -> None:
    lycee = Lycee(tmp_path, DAYS, 64 * DAYS / 30)
    await lycee.pass_the_month()
    assert lycee.peak < lycee.limits.capacity / 2
    left = lycee.clock.monotonic()
    await lycee.come_back()
    account = lycee.centre.account().change()[1]
    (row,) = account.covered
    assert (row.start, row.end) == (NOON, NOON + DAYS * DAY)
    assert list(account.spells) == sorted(lycee.month.truth)
    heard = [what for what, _ in lycee.centre.heard]
    assert heard.index("now") < heard.index("bulletin")
    came = [at for what, at in lycee.centre.heard if what == "bulletin"]
    assert all(after - before >= 0.099 for before, after in pairwise(came)), "paced"
    told = [left, *(at for what, at in lycee.centre.heard if what == "now")]
    assert all(after - before <= 10.5 for before, after in pairwise(told)), "the present waits"


@pytest.mark.slow
async def test_a_spool_too_small_for_its_cut_declares_every_number_it_gave_up(
    tmp_path: Path,
) -> None:
    lycee = Lycee(tmp_path, DAYS, DAYS / 24)
    await lycee.pass_the_month()
    last = lycee.spool.next_seq() - 1
    run = lycee.spool.run
    assert lycee.peak <= lycee.limits.capacity
    await lycee.come_back()
    stored = lycee.centre.stored.values()
    lost = {
        seq
        for record in stored
        if isinstance(record, Gap)
        for first, end in record.lost
        for seq in range(first, end + 1)
    }
    assert lost
    assert lycee.centre.settled(run).spans == ((1, last + 1),)
    row_by_row = lycee.centre.account().change()[1].covered
    assert row_by_row[-1].end == NOON + DAYS * DAY, "the newest is what is kept"
