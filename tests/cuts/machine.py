"""A collector on a machine of which everything is told: when a sync fails, when it is killed."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

from numlycee.adapters.sql import open_reader
from numlycee.adapters.sql.dialect import Link
from numlycee.adapters.sql.sqlite.database import LOG, SqliteDatabase
from numlycee.adapters.sql.sqlite.opening import open_sqlite
from numlycee.adapters.sql.sqlite.store import SqliteStore
from numlycee.wire.records import Record, ResourceSpell
from tests.collector.centre import SITE, STEP, T0, Agent, Centre, HandClock, Message, down
from tests.cuts.disk import MEMORY_OF_WAL, PowerDisk
from tests.cuts.life import FILE, LOST
from tests.cuts.link import Power, habits


class Unknowing(SqliteStore):
    """A store of which no connection stays while its writer is given up."""

    def __init__(self, database: SqliteDatabase, unlock: Callable[[], None]) -> None:
        super().__init__(database, unlock)
        self._knows.close()


class Unheard(SqliteStore):
    """A store that goes on as if its log had been taken in."""

    def _committed(self, link: Link) -> None:
        super()._committed(link)
        self._sound = True


class Machine:
    """A centre that has heard of one agent, on a disk that does as it is told."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        kind: type[SqliteStore] = SqliteStore,
        *,
        log: int = LOG,
        rereads: bool = True,
    ) -> None:
        self._folders = (folder / str(number) for number in range(99))
        self._folder = next(self._folders)
        self._folder.mkdir(parents=True)
        open_sqlite(self._folder / FILE, 1, 0).close()
        self._habits = habits(self._folder / FILE)
        self._kind, self._log, self._rereads = kind, log, rereads
        self._powers: list[Power] = []
        self.disk = PowerDisk(self._folder, Random(seed))
        self.agent = Agent()
        self.start()
        self.last = self.centre.takes(self.agent.hello())[SITE]
        self.says(self.agent.listing())

    def start(self) -> None:
        """Start the collector."""
        power = Power(self.disk, self._habits)
        self._powers.append(power)
        path = self._folder / FILE
        if self._rereads:
            power.reread(path.with_name(f"{FILE}-wal"))
        database = SqliteDatabase(path, 0, power.connect, self._log)
        self.store = self._kind(database, lambda: None)
        self.centre = Centre(self.store, HandClock(T0 + 1000 * STEP))

    def kill(self) -> None:
        """End its process: the system holds what it has written, and nothing else."""
        self._powers[-1].end()
        before, self._folder = self._folder, next(self._folders)
        shutil.copytree(before, self._folder, ignore=shutil.ignore_patterns(f"*{MEMORY_OF_WAL}"))

    def message(self, *records: Record) -> Message:
        """Return what the agent sends: that it saw much, unless told what."""
        seen = (self.agent.bulletin(*_ills(self.agent.end)) for _ in range(9))
        return self.agent.sends(*(records or seen))

    def says(self, *records: Record) -> None:
        """Let the agent say something and have its receipt."""
        self.last = self.centre.takes(self.message(*records))[SITE]

    def cut(self) -> None:
        """Cut the power, and find all that was confirmed."""
        found = next(self._folders)
        self.disk.survive(found)
        for power in self._powers:
            power.end()
            power.close()
        with closing(open_sqlite(found / FILE, 1, 0)) as store:
            with store.transaction() as transaction:
                marks = transaction.run(SITE, self.agent.run)
                assert transaction.standing().commit >= self.last.commit, LOST
            assert marks, LOST
            assert marks.mark.contiguous >= self.last.runs[self.agent.run].contiguous, LOST
            with open_reader(f"sqlite:///{found / FILE}").checker() as checker:
                assert [each for each in checker.findings() if each.broken] == []


def _ills(start: int) -> list[ResourceSpell]:
    return [
        down(resource, start + first, start + first + 500)
        for resource in ("link", "sw-coeur", "ap-b12")
        for first in range(0, STEP, 3000)
    ]
