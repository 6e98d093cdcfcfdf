"""A spool in hard times, and a memory of all that it was told, to be held against it."""

from collections.abc import Callable
from pathlib import Path
from random import Random

from numlycee.collector.timeline import RunTimeline, Stretch
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import NEVER
from numlycee.domain.inventory import Vantage
from numlycee.domain.states import State
from numlycee.wire.receipts import Receipt
from numlycee.wire.records import Bulletin, Key, Record, ResourceSpell, decode_record, encode
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.gaps import told
from numlycee_agent.spool.segments import Kept
from numlycee_agent.spool.spool import Limits, Spool
from tests.agent.centre import Centre
from tests.agent.spooling import START, HastyDisk
from tests.agent.virtual import VirtualClock

TINY = Limits(capacity=96 << 10, reserve=8 << 10, segment=4 << 10, retention=20_000)
Number = tuple[str, int]


class Life:
    """A spool that lives and dies again and again, and all that it was ever told.

    What is kept is told to `tell` once it is; what the centre stores, before the spool hears of it.
    """

    def __init__(
        self,
        directory: Path,
        chance: Random,
        tell: Callable[[str, Record], None] = lambda _what, _record: None,
    ) -> None:
        self.directory = directory
        self.chance = chance
        self.clock = VirtualClock()
        self.centre = Centre()
        self.kept: dict[Number, Bulletin] = {}
        self.waiting: list[Kept] = []
        self.down: set[str] = set()
        self.at = START
        self._tell = tell

    def open(self, disk: Disk) -> Spool:
        return Spool(self.directory, self.clock, TINY, disk)

    def act(self, spool: Spool) -> None:
        dice = self.chance.random()
        if dice < 0.85:
            self._keep(spool)
        elif dice < 0.88:
            self._offer(spool, self.chance.randrange(1, 60))
        elif dice < 0.89:
            spool.renew()
        else:
            self.clock.step(self.chance.uniform(0, 15))

    def _keep(self, spool: Spool) -> None:
        key = Key(Vantage.SITE, spool.run, spool.began, spool.next_seq())
        if self.chance.random() < 0.1:
            self.down ^= {f"a switch with a rather long identifier {self.chance.randrange(20)}"}
        start, self.at = self.at, self.at + 30_000
        spells = tuple(
            ResourceSpell(name, State.DOWN, Cause.TIMEOUT, start, self.at)
            for name in sorted(self.down)
        )
        record = Bulletin(key, "inventory", start, self.at, spells)
        spool.keep(record)
        self.kept[key.run, key.seq] = record
        self._tell("kept", record)

    def _offer(self, spool: Spool, most: int) -> None:
        """Let the centre store some of what waits, and say so."""
        for _, kept in zip(range(most), spool.pending(), strict=False):
            record = self.centre.stored[kept.run, kept.seq] = decode_record(kept.raw)
            self._tell("stored", record)
        self.centre.commit += 1
        marks = self.centre.receipt("nonce", list(spool.held()))
        spool.settle(Receipt(1, self.centre.commit, "nonce", marks.runs, 0))

    def check(self) -> None:
        """Everything ever kept is at the centre or in the spool, or something stands for it."""
        with self.open(HastyDisk()) as spool:
            self._keep(spool)
            self.waiting = list(spool.pending())
        instead = told(self.waiting)
        found = {(kept.run, kept.seq): kept.raw for kept in self.waiting}
        assert len(found) == len(self.waiting), "offered twice"
        runs = {run for run, _ in self.kept}
        settled = {run: self.centre.settled(run) | instead.get(run, NEVER) for run in runs}
        for (run, seq), record in self.kept.items():
            if seq not in settled[run]:
                assert found.get((run, seq)) == encode(record), f"{run}/{seq} was lost in silence"

    def compare(self) -> None:
        """What is said at last is what was kept, where it is said at all."""
        last = [decode_record(kept.raw) for kept in self.waiting]
        said = [r for r in (*self.centre.stored.values(), *last) if isinstance(r, Bulletin)]
        accounts = {record.key.run: RunTimeline(Stretch()) for record in said}
        for record in said:
            assert accounts[record.key.run].agrees(record), "conflict"
            accounts[record.key.run].add(record)
        for record in self.kept.values():
            assert record.key.run not in accounts or accounts[record.key.run].agrees(record)
        self.replaced = sum(last - first + 1 for r in said for first, last in r.replaces)
