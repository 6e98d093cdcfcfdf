"""Opening the store in SQLite: prepared, at the right revision, and for one collector alone."""

import fcntl
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from numlycee.adapters.sql.dialect import StoreError
from numlycee.adapters.sql.revisions import create, refuse_other, revision
from numlycee.adapters.sql.schema import StandingTable
from numlycee.adapters.sql.sqlite.database import SQLITE, Connect, SqliteDatabase, connect
from numlycee.adapters.sql.sqlite.store import SqliteStore

T = TypeVar("T")


def open_sqlite(path: Path, epoch: int, patience: float, by: Connect = connect) -> SqliteStore:
    """Open the store in a file, creating it in an epoch if need be; raises `StoreError`."""
    lock = _lock(path)
    try:
        _prepare(path, epoch)
        return SqliteStore(SqliteDatabase(path, patience, by), partial(os.close, lock))
    except (SQLAlchemyError, sqlite3.Error) as error:
        os.close(lock)
        reason = str(error).partition("\n")[0]
        raise StoreError(f"{path}: cannot be used as a database: {reason}") from error
    except StoreError:
        os.close(lock)
        raise


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
    try:
        _reread(Path(f"{path}-wal"))
    except OSError as error:
        os.close(lock)
        raise StoreError(f"{path}-wal: {error.strerror}; the disk is to be suspected") from error
    return lock


def _reread(log: Path) -> None:
    """Have a log that was left read from the disk.

    A sync that failed has left the system with what the disk does not hold, taken for written: no
    other sync would bring it there.
    """
    with suppress(FileNotFoundError), log.open("r+b") as file:
        os.fsync(file.fileno())
        if sys.platform == "linux":
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def alone_with(path: Path, work: Callable[[Connection], T]) -> T:
    """Do work in one transaction while no collector uses the store; raises `StoreError`."""
    if not path.is_file():
        raise StoreError(f"{path}: there is no such database")
    with holding(path):
        try:
            with _engine(path).begin() as connection:
                return work(connection)
        except (SQLAlchemyError, sqlite3.Error) as error:
            reason = str(error).partition("\n")[0]
            raise StoreError(f"{path}: {reason}") from error


def _engine(path: Path) -> Engine:
    """Return an engine whose transactions hold statements that make tables as well."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(engine, "connect", _by_hand)
    event.listen(engine, "begin", _begin)
    return engine


def _by_hand(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(SQLITE.begin)


def _prepare(path: Path, epoch: int) -> None:
    with _engine(path).begin() as connection:
        tables = set(inspect(connection).get_table_names())
        if not tables:
            create(connection, epoch)
            return
    if StandingTable.__tablename__ not in tables:
        names = ", ".join(sorted(tables)[:3])
        raise StoreError(f"{path}: holds another program's tables ({names}); name another file")
    with closing(connect(path, 0)) as link:
        refuse_other(str(path), revision(link.execute, SQLITE))
