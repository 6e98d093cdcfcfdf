"""Connections of another SQLite library, as the store knows those of its own."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw

from numlycee.adapters.sql.sqlite.database import connect
from tests.agent.power import PowerCutError
from tests.cuts.disk import PowerDisk, PowerVfs

Habits = Mapping[str, int | str]
HABITS = ("journal_mode", "synchronous", "fullfsync", "checkpoint_fullfsync", "locking_mode")
"""Settings of a connection on which it depends what a cut leaves: those of the store are taken."""


class PowerLink:
    """A connection on which every call ends with the power of its disk."""

    def __init__(self, disk: PowerDisk, connection: apsw.Connection) -> None:
        self._disk = disk
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> "PowerRows":
        with told(self._disk):
            return PowerRows(
                self._disk, self._connection.execute(sql, parameters), self._connection.changes()
            )

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        with told(self._disk):
            self._connection.executemany(sql, rows)

    def close(self) -> None:
        """Close, as sqlite3 does, without a word of what fails on the way."""
        with told(self._disk), suppress(apsw.Error):
            self._connection.close(force=True)


class PowerRows:
    """What a statement returned, and how many rows it changed."""

    def __init__(self, disk: PowerDisk, cursor: apsw.Cursor, rowcount: int) -> None:
        self._disk = disk
        self._cursor = cursor
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        with told(self._disk):
            return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        with told(self._disk):
            return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())


@contextmanager
def told(disk: PowerDisk) -> Iterator[None]:
    """Speak of failures like sqlite3; raise `PowerCutError` once the power is gone."""
    try:
        yield
    except (apsw.Error, OSError) as error:
        if not disk.dead:
            raise _of_sqlite3(error) from error
    finally:
        if disk.dead:
            raise PowerCutError


def _of_sqlite3(error: apsw.Error | OSError) -> sqlite3.OperationalError:
    same = sqlite3.OperationalError(f"{type(error).__name__} {error}")
    same.sqlite_errorcode = getattr(error, "extendedresult", 0)
    return same


class Power:
    """The connections of one process upon a disk, all closed in the end."""

    def __init__(self, disk: PowerDisk, habits: Habits) -> None:
        """Give every connection these habits."""
        self._disk = disk
        self._habits = habits
        self._vfs = PowerVfs(disk)
        self._opened: list[apsw.Connection] = []

    def connect(self, path: Path, patience: float) -> PowerLink:
        """Open an existing database."""
        with told(self._disk):
            flags = apsw.SQLITE_OPEN_READWRITE
            connection = apsw.Connection(str(path), flags=flags, vfs=self._vfs.name)
            self._opened.append(connection)
            connection.set_busy_timeout(round(patience * 1000))
            for name, value in self._habits.items():
                connection.execute(f"PRAGMA {name} = {value}")
        return PowerLink(self._disk, connection)

    def reread(self, log: Path) -> None:
        """Read a log from the disk."""
        if log.exists():
            with told(self._disk):
                self._disk.reread(log)

    def close(self) -> None:
        """Close what is left open, with or without power."""
        for connection in self._opened:
            with suppress(apsw.Error):
                connection.close(force=True)
        self._vfs.unregister()

    def end(self) -> None:
        """Be a process that is no more: nothing that is still done is done."""
        self._vfs.gone = True


def habits(path: Path) -> Habits:
    """Return what a connection of the store's own does with a database."""
    with closing(connect(path, 0)) as link:
        return {name: link.execute(f"PRAGMA {name}").fetchone()[0] for name in HABITS}
