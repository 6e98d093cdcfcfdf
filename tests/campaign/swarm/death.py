"""Deaths at a chosen instant: of an agent within a write, of a collector within its SQL."""

import errno
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.agent.spooling import HastyDisk
from tests.campaign.mutants import Link


class KilledError(Exception):
    """The collector is dead."""


@dataclass
class Fuse:
    """Burns down to a death; unlit, it never does."""

    left: int | None = None

    def light(self, length: int) -> None:
        """Let it burn for so many operations."""
        self.left = length

    def burnt(self) -> bool:
        """Count one operation; tell, once, that it was the last."""
        if self.left is None:
            return False
        self.left -= 1
        if self.left >= 0:
            return False
        self.left = None
        return True


class MortalDisk(HastyDisk):
    """A disk that forgets nothing, under an agent that dies within a write and does no more."""

    def __init__(self, chance: Random, died: Callable[[], None]) -> None:
        self.fuse = Fuse()
        self.dead = False
        self._chance = chance
        self._died = died

    def begin(self, path: Path) -> int:
        self._use()
        return super().begin(path)

    def append(self, descriptor: int, data: bytes) -> None:
        try:
            self._use()
        except OSError:
            if not self._over:
                super().append(descriptor, data[: self._chance.randrange(len(data))])
                self._over = True
            raise
        super().append(descriptor, data)

    def cut(self, descriptor: int, size: int) -> None:
        self._use()
        super().cut(descriptor, size)

    def unlink(self, path: Path) -> None:
        self._use()
        super().unlink(path)

    def rename(self, old: Path, new: Path) -> None:
        self._use()
        super().rename(old, new)

    _over = False

    def _use(self) -> None:
        if self.fuse.burnt():
            self.dead = True
            self._died()
        elif self.dead:
            self._over = True
        if self.dead:
            raise OSError(errno.EIO, "the agent is dead")


class MortalLink(Link):
    """A connection to SQLite whose process may die before or after any statement."""

    def __init__(self, path: Path, patience: float, fuse: Fuse, full: Callable[[], bool]) -> None:
        super().__init__(path, patience)
        self._link.execute("PRAGMA synchronous = OFF")
        self._fuse = fuse
        self._full = full

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> sqlite3.Cursor:
        self._pass()
        if sql == "COMMIT" and self._full():
            raise sqlite3.OperationalError("database or disk is full")
        done = super().execute(sql, parameters)
        self._pass()
        return done

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> sqlite3.Cursor:
        self._pass()
        return super().executemany(sql, rows)

    def _pass(self) -> None:
        if self._fuse.burnt():
            raise KilledError
