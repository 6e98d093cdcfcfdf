"""Clocks set by hand and by servers, reboots, restarts and cuts, in any order: dates stay true."""

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from numlycee.domain.states import State
from numlycee.wire.records import Bulletin
from tests.agent.timing import FakeSigns, Machine
from tests.agent.virtual import NOON, running
from tests.agent.watching import Truth
from tests.proof import examples

SLACK = 2_500
"""Milliseconds that a date may be wrong: a step that ends no run, and half a round trip."""
WRONG = [-86_400.0, -3600.0, -1.5, 1.5, 3600.0, 86_400.0, -NOON / 1000 + 9]


class Tortured(Machine):
    """A machine to which everything happens that time can do to it."""

    def prepare(self, chance: Random) -> None:
        self.chance = chance
        self.boots = 0
        at, changes = NOON, []
        for _ in range(40):
            at += round(chance.uniform(20_000, 200_000))
            changes.append(at)
        self.truth.changes = changes

    async def torment(self) -> None:
        while True:
            await self.clock.sleep(self.chance.expovariate(1 / 60))
            match self.chance.randrange(4):
                case 0:  # somebody sets the clock: Linux then says that it is not synchronised
                    self.signs.ntp = False
                    self.set_clock(self.chance.choice(WRONG))
                case 1:
                    self.signs.ntp = True
                    self.set_clock(self.chance.uniform(-0.05, 0.05))
                case _:
                    self.broker.away = not self.broker.away

    async def be_tortured(self) -> None:
        for _ in range(self.chance.randrange(3, 7)):
            async with running(self.torment()):
                await self.live(self.chance.uniform(5, 400))
            if self.chance.random() < 0.5:
                self.boots += 1
                self.signs = FakeSigns(f"{self.boots:016x}")
                self.set_clock(self.chance.choice([*WRONG, 0.0]))
        self.signs.ntp, self.broker.away = True, False
        self.set_clock(0)
        await self.live(300)

    def assert_true(self) -> None:
        """Every date is right, runs are whole, and every number is stored or declared."""
        for run in {run for run, _ in self.centre.stored}:
            own = [b for b in self.bulletins if b.key.run == run]
            assert all(before.end == after.start for before, after in pairwise(own))
            assert len(self.centre.settled(run).spans) == 1
        for bulletin in self.bulletins:
            self._assert_true(bulletin)
        assert all(
            after.start >= before.end - 2 * SLACK for before, after in pairwise(self.bulletins)
        )

    def _assert_true(self, bulletin: Bulletin) -> None:
        at = bulletin.start
        for spell in sorted(bulletin.spells, key=lambda spell: spell.start):
            self._assert_works(at, spell.start, works=True)
            if spell.state is State.DOWN:
                self._assert_works(spell.start, spell.end, works=False)
            at = spell.end
        self._assert_works(at, bulletin.end, works=True)

    def _assert_works(self, start: int, end: int, *, works: bool) -> None:
        if start + SLACK < end - SLACK:
            assert self.truth.always(start + SLACK, end - SLACK, works=works)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(6)))
async def test_whatever_happens_to_clocks_every_date_is_true(tmp_path: Path, seed: int) -> None:
    machine = Tortured(tmp_path, truth=Truth())
    machine.prepare(Random(seed))
    await machine.be_tortured()
    machine.assert_true()
    assert machine.bulletins
