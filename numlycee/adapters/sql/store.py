"""The store in SQLite: WAL, every commit synced, one writer, readers on snapshots."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from numlycee.adapters.sql.reader import (
    PATIENCE,
    SqlReader,
    StoreError,
    connect,
    path_of,
    refuse_other,
)
from numlycee.adapters.sql.schema import VERSION, StandingTable, Table
from numlycee.adapters.sql.transaction import SqlTransaction
from numlycee.clock import Clock
from numlycee.collector.ports import StoreUnavailableError


class SqlStore(SqlReader):
    """The account in one SQLite file; call it from worker threads."""

    def __init__(self, path: Path, lock: int, patience: float) -> None:
        """Use the database at `path`, prepared, whose lock file is held open as `lock`."""
        super().__init__(path, patience)
        self._lock: int | None = lock
        self._writing = Lock()
        self._writer: sqlite3.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Open the one transaction; raises `StoreUnavailableError`.

        After an error the connection is opened anew: a sync that failed is never tried again.
        """
        with self._writing:
            if self._lock is None:
                raise StoreUnavailableError(f"{self._path}: is closed")
            try:
                if self._writer is None:
                    self._writer = connect(self._path, self._patience)
                self._writer.execute("BEGIN IMMEDIATE")
                yield SqlTransaction(self._writer)
                self._writer.execute("COMMIT")
            except BaseException as error:
                self._abandon()
                if isinstance(error, sqlite3.Error):
                    message = f"{self._path}: {error}"
                    raise StoreUnavailableError(message) from error
                raise

    def prune(self, before: int) -> int:
        """Forget old entries below the contiguous marks, and old suspects, run by run."""
        with self.transaction() as transaction:
            gone = transaction.prune_suspects(before)
        with self.reading() as connection:
            names = connection.execute("SELECT uai, run FROM run ORDER BY id").fetchall()
        for uai, run in names:
            with self.transaction() as transaction:
                gone += transaction.prune_run(uai, run, before)
        return gone

    def close(self) -> None:
        """Close the database and let another process have it; again is no error."""
        with self._writing:
            self._abandon()
            if self._lock is not None:
                os.close(self._lock)
            self._lock = None

    def _abandon(self) -> None:
        if self._writer is not None:
            with suppress(sqlite3.Error):
                self._writer.rollback()
            with suppress(sqlite3.Error):
                self._writer.close()
            self._writer = None


def open_store(url: str, clock: Clock, *, patience: float = PATIENCE) -> SqlStore:
    """Open the store at `sqlite:///path`, creating it if need be; raises `StoreError`.

    A new database begins an epoch dated in seconds, later than that of any database before it.
    `patience` is how many seconds to wait for another process that holds the database.
    """
    path = path_of(url)
    lock = _lock(path)
    try:
        _prepare(path, clock.now() // 1000)
    except (SQLAlchemyError, sqlite3.Error) as error:
        os.close(lock)
        reason = str(error).partition("\n")[0]
        raise StoreError(f"{path}: cannot be used as a database: {reason}") from error
    except StoreError:
        os.close(lock)
        raise
    return SqlStore(path, lock, patience)


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Keep every collector from the store meanwhile; raises `StoreError` while one uses it."""
    lock = _lock(path)
    try:
        yield
    finally:
        os.close(lock)


def _lock(path: Path) -> int:
    """Two collectors on one file would each confirm what the other does not know."""
    try:
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{path}.lock: {error.strerror}; check the folder") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise StoreError(f"{path} is in use by another collector; stop it first") from None
    return lock


def _prepare(path: Path, epoch: int) -> None:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    _refuse_foreign(path, set(inspect(engine).get_table_names()))
    Table.metadata.create_all(engine)
    with Session(engine) as session:
        standing = session.get(StandingTable, 1)
        if standing is None:
            session.add(StandingTable(id=1, version=VERSION, epoch=epoch, commit=0))
            session.commit()
        else:
            refuse_other(path, standing.version)


def _refuse_foreign(path: Path, found: set[str]) -> None:
    if found and StandingTable.__tablename__ not in found:
        names = ", ".join(sorted(found)[:3])
        raise StoreError(f"{path}: holds another program's tables ({names}); name another file")
