"""A centre whose power fails again and again, beside its twin which never knew such a thing."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from random import Random

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.sql import SqlStore, StoreError, open_reader
from numlycee.adapters.sql.sqlite.database import SqliteDatabase
from numlycee.adapters.sql.sqlite.opening import open_sqlite
from numlycee.adapters.sql.sqlite.store import SqliteStore, _kept
from numlycee.collector.ports import StoreUnavailableError
from numlycee.wire.receipts import Mark, Receipt
from tests.agent.power import PowerCutError
from tests.collector.centre import (
    FLEET,
    STEP,
    T0,
    Agent,
    AnyStore,
    Centre,
    HandClock,
    Message,
    dump,
)
from tests.cuts.disk import MEMORY_OF_WAL, PowerDisk
from tests.cuts.link import Power, habits
from tests.cuts.lycee import Lycee

MOST_OPERATIONS = 300
"""Of a life; a commit takes some twenty."""
FILE = "account.db"
FOUND = (AssertionError, StoreError, StoreUnavailableError)
"""What a proof that fails raises: the store may not even open."""
LOST = "what was confirmed is lost"
PART = "a batch is there in part"


class Life:
    """The store of a centre, in a folder for each of its lives, and what it promised to whom."""

    def __init__(
        self,
        folder: Path,
        dice: Random,
        *,
        sickness: float = 0.0,
        honest: bool = True,
        synchronous: str | None = None,
    ) -> None:
        self.dice = dice
        self.clock = HandClock()
        self.lycees = {
            uai: Lycee(Agent(uai, f"{i:016x}"), Random(dice.randrange(1 << 32)))
            for i, uai in enumerate(FLEET, 1)
        }
        self.twin = Centre(MemoryStore(self.clock), self.clock)
        self.flying: tuple[Message, ...] = ()
        self._readers = ExitStack()
        self.commits = self.cuts = self.failed = self.processes = 0
        self._root, self._folder = folder, folder / "0"
        self._folder.mkdir(parents=True)
        open_sqlite(self._folder / FILE, T0 // 1000, 0).close()
        self._habits = dict(habits(self._folder / FILE))
        if synchronous:
            self._habits["synchronous"] = synchronous
        self._forgetful = dice.random() < 0.5
        self._sickness, self._honest = sickness, honest

    def live(self, left: int) -> None:
        """Live on, process after process, until the power fails; look at what is then found."""
        disk = PowerDisk(
            self._folder, self.dice, left, sickness=self._sickness, honest=self._honest
        )
        with ExitStack() as stack, suppress(PowerCutError):
            while True:
                power = stack.enter_context(closing(Power(disk, self._habits)))
                with suppress(sqlite3.Error, StoreUnavailableError):
                    self._work(power)
                power.end()
                self._restart()
        _kept.clear()
        self.failed += disk.failed
        self.cuts += 1
        self._move(disk)
        self._check()

    def endure(self, cuts: int) -> None:
        """Live so many lives, and let the agents say again what is not confirmed."""
        for _ in range(cuts):
            self.live(self.dice.randrange(1, MOST_OPERATIONS))
        self.finish()

    def finish(self) -> None:
        """Let agents say again what is not confirmed: all is there, once."""
        path = self._folder / FILE
        with closing(open_sqlite(path, 1, 0)) as store:
            self._begin(store)
            for uai, lycee in self.lycees.items():
                while messages := tuple(lycee.offers(500, self.clock.at)):
                    self._deliver(messages)
                self._deliver((lycee.hello(f"the end of {uai}"),))
            assert self._said(store) == self._said(self._as_told())
            for line in store.completeness()[1]:
                lycee = self.lycees[line.uai]
                assert line.stored == len(lycee.said) - lycee.refused
                assert (line.missing, line.refused, line.conflict) == (0, lycee.refused, 0)

    def _as_told(self) -> MemoryStore:
        """Return the account that all lycées have told, in order and once, to somebody."""
        store = MemoryStore(self.clock)
        centre = Centre(store, self.clock)
        for lycee in self.lycees.values():
            for first in range(0, len(lycee.said), 100):
                centre.takes(lycee.agent.sends(*lycee.said[first : first + 100]))
            centre.takes(lycee.hello("n"))
        return store

    def _work(self, power: Power) -> None:
        """Do what a collector does, until its process ends, in order or not."""
        path = self._folder / FILE
        power.reread(path.with_name(f"{FILE}-wal"))
        log = self.dice.choice((4, 20, 80, 240)) << 10
        store = SqliteStore(SqliteDatabase(path, 0, power.connect, log), _nothing)
        self._begin(store)
        while self.dice.random() < 0.97:
            self._act(store)
        if self.dice.random() < 0.5:
            store.close()

    def _begin(self, store: SqlStore) -> None:
        self.centre = Centre(store, self.clock)
        for lycee in self.lycees.values():
            self._deliver((lycee.hello(f"{self.dice.randrange(1 << 32):x}"),))

    def _act(self, store: SqlStore) -> None:
        match self.dice.randrange(40):
            case 0 if self._forgetful:
                self._forget(store)
            case 1:
                store._abandon()
            case 2 | 3 | 4:
                with self._readers:
                    with suppress(StoreUnavailableError):
                        self._readers.enter_context(store.reading())
                    self._hear()
            case _:
                self._hear()

    def _hear(self) -> None:
        """Let lycées see something and say it."""
        messages: list[Message] = []
        for lycee in self.lycees.values():
            for _ in range(self.dice.choice((0, 1, 1, 2, 8))):
                self.clock.at += STEP
                lycee.see()
            if self.dice.random() < 0.1:
                messages.append(lycee.hello(f"{self.dice.randrange(1 << 32):x}"))
            if self.dice.random() < 0.8:
                messages += lycee.offers(self.dice.randrange(1, 15), self.clock.at)
        if messages:
            self._deliver(tuple(messages))

    def _forget(self, store: SqlStore) -> None:
        with suppress(StoreUnavailableError):
            store.prune(self.clock.at - 40 * STEP)

    def _deliver(self, messages: tuple[Message, ...]) -> None:
        """Give a batch until it is taken in, as a collector does."""
        self.flying = messages
        receipts = self._taken(messages)
        self.flying = ()
        self.commits += 1
        self.twin.takes(*messages)
        for uai, receipt in receipts.items():
            self.lycees[uai].heed(receipt)

    def _taken(self, messages: tuple[Message, ...]) -> Mapping[str, Receipt]:
        for _ in range(100):
            with suppress(StoreUnavailableError):
                return self.centre.takes(*messages)
            self._readers.close()
        raise AssertionError("the store does not come back")

    def _restart(self) -> None:
        """Leave to another process what the system holds of the files, and of them alone."""
        self.processes += 1
        before, self._folder = self._folder, self._root / f"{self.cuts}-{self.processes}"
        shutil.copytree(before, self._folder, ignore=shutil.ignore_patterns(f"*{MEMORY_OF_WAL}"))

    def _move(self, disk: PowerDisk) -> None:
        after = self._root / str(self.cuts)
        disk.survive(after)
        for folder in self._root.iterdir():
            if folder != after:
                shutil.rmtree(folder)
        self._folder = after

    def _check(self) -> None:
        """Open what is left, aside, with the store's own library: what was promised is there."""
        aside = self._root / "aside"
        shutil.copytree(self._folder, aside)
        with closing(open_sqlite(aside / FILE, 1, 0)) as store:
            self._promises_hold(store)
            found = self._said(store)
            if self.flying and found != self._said(self.twin.store):
                self.twin.takes(*self.flying)
            assert found == self._said(self.twin.store), PART
            with open_reader(f"sqlite:///{aside / FILE}").checker() as checker:
                broken = [finding for finding in checker.findings() if finding.broken]
            assert not broken, broken
        self.flying = ()
        shutil.rmtree(aside)

    def _said(self, store: AnyStore) -> dict[str, object]:
        """Return the account, without refusals once they may have been forgotten."""
        account = dump(store)
        if self._forgetful:
            del account["refused"]
        return account

    def _promises_hold(self, store: SqlStore) -> None:
        standing, _ = store.completeness()
        for uai, lycee in self.lycees.items():
            known = lycee.epoch or standing.epoch, lycee.commit
            assert (standing.epoch, standing.commit) >= known, LOST
            with store.transaction() as transaction:
                marks = {marks.run: marks.mark for marks in transaction.runs(uai)}
            for run, mark in lycee.settled.items():
                found = marks.get(run, Mark(0))
                assert all(n in found for n in range(1, lycee.ends[run] + 1) if n in mark), LOST


def _nothing() -> None:
    """Hold no lock."""
