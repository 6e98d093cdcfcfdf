"""The store in SQLite: WAL, every commit synced, one writer, readers on snapshots."""

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from numlycee.adapters.sql.history import SqlHistory
from numlycee.adapters.sql.schema import VERSION, StandingTable, Table, read_inventory
from numlycee.adapters.sql.transaction import SqlTransaction
from numlycee.clock import Clock
from numlycee.collector.model import LedgerLine
from numlycee.collector.ports import Standing, StoreUnavailableError
from numlycee.domain.inventory import Inventory

PATIENCE = 5.0


class StoreError(Exception):
    """A database that cannot be used at all; the message says why and what to do."""


class SqlStore:
    """The account in one SQLite file; call it from worker threads."""

    def __init__(self, path: Path, lock: int, patience: float) -> None:
        """Use the database at `path`, prepared, whose lock file is held open as `lock`."""
        self._path = path
        self._patience = patience
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

    @contextmanager
    def history(self) -> Iterator[SqlHistory]:
        """Read the account as it stands now, whatever is written meanwhile."""
        with self._reading() as connection:
            yield SqlHistory(connection)

    def completeness(self) -> tuple[Standing, Iterable[LedgerLine]]:
        """Return the standing and a line for every site heard of, as last committed."""
        with self._reading() as connection:
            standing = Standing(
                *connection.execute('SELECT epoch, "commit" FROM standing').fetchone()
            )
            return standing, [LedgerLine(*row) for row in connection.execute(_LINES)]

    def latest(self) -> Iterable[tuple[str, Inventory]]:
        """Return the inventories of the sites' agents, those in force last at the end."""
        with self._reading() as connection:
            rows = connection.execute(_LATEST).fetchall()
        return [(uai, read_inventory(digest, resources)) for uai, digest, resources in rows]

    def prune(self, before: int) -> int:
        """Forget old entries below the contiguous marks, and old suspects, run by run."""
        with self.transaction() as transaction:
            gone = transaction.prune_suspects(before)
        with self._reading() as connection:
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

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(connect(self._path, self._patience)) as connection:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                connection.execute("SELECT 1 FROM standing").fetchone()
                yield connection
        except sqlite3.Error as error:
            message = f"{self._path}: {error}"
            raise StoreUnavailableError(message) from error


def open_store(url: str, clock: Clock, *, patience: float = PATIENCE) -> SqlStore:
    """Open the store at `sqlite:///path`, creating it if need be; raises `StoreError`.

    A new database begins an epoch dated in seconds, later than that of any database before it.
    `patience` is how many seconds to wait for another process that holds the database.
    """
    path = _path(url)
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


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """Open an existing database; raises `sqlite3.Error`, also when the file has vanished."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _path(url: str) -> Path:
    try:
        parsed = make_url(url)
    except SQLAlchemyError:
        raise StoreError("the store's address is not a URL: write sqlite:///path") from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise StoreError(f"{parsed.render_as_string()}: the store must be sqlite:///path")
    return Path(str(parsed.database))


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
    Table.metadata.create_all(engine)
    with Session(engine) as session:
        standing = session.get(StandingTable, 1)
        if standing is None:
            session.add(StandingTable(id=1, version=VERSION, epoch=epoch, commit=0))
            session.commit()
        elif standing.version != VERSION:
            reason = f"has schema {standing.version}, this collector needs {VERSION}"
            raise StoreError(f"{path}: {reason}")


_LINES = """
SELECT uai, coalesce(expected, 0), coalesce(stored, 0), coalesce(late, 0), coalesce(duplicate, 0),
       coalesce(refused, 0), coalesce(missing, 0), coalesce(lost, 0), coalesce(conflict, 0)
FROM (SELECT uai FROM run UNION SELECT uai FROM arrivals) AS site
LEFT JOIN (
    SELECT uai, sum(last) AS expected, sum(held_count - refused) AS stored,
           sum(refused) AS refused, sum(last - held_count - lost_count) AS missing,
           sum(lost_count) AS lost
    FROM run GROUP BY uai
) AS account USING (uai)
LEFT JOIN arrivals USING (uai)
"""
_LATEST = """
SELECT i.uai, i.digest, i.resources FROM inventory AS i
LEFT JOIN run AS r ON r.uai = i.uai AND r.vantage = i.vantage
LEFT JOIN coverage AS c ON c.run_id = r.id AND c.inventory = i.digest
WHERE i.vantage = 'site' GROUP BY i.id
ORDER BY max(c.until) IS NULL, max(c.until), i.id
"""
