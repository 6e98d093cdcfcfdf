"""The store that takes bulletins in: one transaction at a time, on a connection that is kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Protocol

from numlycee.adapters.sql.dialect import Database, Link, unavailable
from numlycee.adapters.sql.reader import SqlReader
from numlycee.adapters.sql.transaction import SqlTransaction
from numlycee.collector.ports import StoreUnavailableError


class Writable(Database, Protocol):
    """A database in which transactions are begun."""

    def begun(self, link: Link) -> SqlTransaction:
        """Begin a transaction on a connection to write; raises the driver's errors."""
        ...


class SqlStore(SqlReader):
    """The account in a database that is prepared; call it from worker threads."""

    def __init__(self, database: Writable, release: Callable[[], None]) -> None:
        """Write to this database; `release` lets another process have it."""
        super().__init__(database)
        self._writable = database
        self._release = release
        self._writing = Lock()
        self._writer: Link | None = None
        self._closed = False

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Open the one transaction; raises `StoreUnavailableError`.

        After an error the connection is opened anew: a sync that failed is never tried again.
        """
        database = self._writable
        with self._writing:
            if self._closed:
                raise StoreUnavailableError(f"{database}: is closed")
            try:
                if self._writer is None:
                    self._writer = database.writing()
                transaction = database.begun(self._writer)
                yield transaction
                transaction.settle()
                self._writer.execute("COMMIT")
                self._committed(self._writer)
            except BaseException as error:
                self._abandon()
                if isinstance(error, database.dialect.failures) and not isinstance(
                    error, database.dialect.ours
                ):
                    raise unavailable(database, error) from error
                raise

    def prune(self, before: int) -> int:
        """Forget old entries below the contiguous marks, and old suspects, run by run."""
        with self.transaction() as transaction:
            gone = transaction.prune_suspects(before)
        with self.reading() as link:
            names = link.execute("SELECT uai, run FROM run ORDER BY id").fetchall()
        for uai, run in names:
            with self.transaction() as transaction:
                transaction.own({uai: {}})
                gone += transaction.prune_run(uai, run, before)
        return gone

    def close(self) -> None:
        """Close the database and let another process have it; again is no error."""
        with self._writing:
            self._abandon()
            if not self._closed:
                self._release()
            self._closed = True

    def _committed(self, link: Link) -> None:
        """Do what may follow a commit: nothing."""

    def _abandon(self) -> None:
        if self._writer is not None:
            with suppress(*self.database.dialect.failures):
                self._writer.close()
            self._writer = None
