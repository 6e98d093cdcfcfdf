"""Reading the account, from the collector's own process or beside it."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from numlycee.adapters.sql.checking import SqlChecker
from numlycee.adapters.sql.evidence import SqlEvidence
from numlycee.adapters.sql.history import SqlHistory
from numlycee.adapters.sql.schema import VERSION, read_inventory
from numlycee.collector.model import LedgerLine
from numlycee.collector.ports import Standing, StoreUnavailableError
from numlycee.domain.devices import Cell, Fleet
from numlycee.domain.inventory import Inventory

PATIENCE = 5.0


class StoreError(Exception):
    """A database that cannot be used at all; the message says why and what to do."""


class SqlReader:
    """The account in one SQLite file, read on snapshots; call it from worker threads."""

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience

    @contextmanager
    def history(self) -> Iterator[SqlHistory]:
        """Read the account as it stands now, whatever is written meanwhile."""
        with self.reading() as connection:
            yield SqlHistory(connection)

    @contextmanager
    def evidence(self) -> Iterator[SqlEvidence]:
        """Read the account of single sites as it stands now."""
        with self.reading() as connection:
            yield SqlEvidence(connection)

    @contextmanager
    def checker(self) -> Iterator[SqlChecker]:
        """Look at the invariants of the account as it stands now."""
        with self.reading() as connection:
            yield SqlChecker(connection)

    def completeness(self) -> tuple[Standing, Iterable[LedgerLine]]:
        """Return the standing and a line for every site heard of, as last committed."""
        with self.reading() as connection:
            standing = Standing(
                *connection.execute('SELECT epoch, "commit" FROM standing').fetchone()
            )
            return standing, [LedgerLine(*row) for row in connection.execute(_LINES)]

    def latest(self) -> Iterable[tuple[str, Inventory]]:
        """Return the inventories of the sites' agents, those in force last at the end."""
        with self.reading() as connection:
            rows = connection.execute(_LATEST).fetchall()
        return [(uai, read_inventory(digest, resources)) for uai, digest, resources in rows]

    def fleets(self, since: date) -> Iterable[tuple[str, Fleet]]:
        """Return the counts of mobile devices of every site from a day on, the oldest first."""
        with self.reading() as connection:
            rows = connection.execute(_FLEETS, (since.isoformat(),)).fetchall()
        return [
            (uai, Fleet(date.fromisoformat(day), dict(zip(Cell, cells, strict=True))))
            for day, uai, *cells in rows
        ]

    def check(self) -> None:
        """Raise `StoreError` for a schema not ours, `StoreUnavailableError` for no store at all."""
        with self.reading() as connection:
            row = connection.execute("SELECT version FROM standing").fetchone()
        if row is None:
            raise StoreError(f"{self._path}: is only being created; try again in a moment")
        refuse_other(self._path, *row)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read one snapshot; raises `StoreUnavailableError`."""
        try:
            with closing(connect(self._path, self._patience)) as connection:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                connection.execute("SELECT 1 FROM standing").fetchone()
                yield connection
        except sqlite3.Error as error:
            message = f"{self._path}: {error}"
            raise StoreUnavailableError(message) from error


def open_reader(url: str, *, patience: float = PATIENCE) -> SqlReader:
    """Open an existing store to read it, even while a collector writes; raises `StoreError`."""
    path = path_of(url)
    if not path.is_file():
        raise StoreError(f"{path}: there is no such database; has the collector ever run?")
    reader = SqlReader(path, patience)
    try:
        reader.check()
    except StoreUnavailableError as error:
        raise StoreError(str(error)) from error
    return reader


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """Open an existing database; raises `sqlite3.Error`, also when the file has vanished."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def path_of(url: str) -> Path:
    """Return the file that a store's URL names; raises `StoreError`."""
    try:
        parsed = make_url(url)
    except SQLAlchemyError:
        raise StoreError("the store's address is not a URL: write sqlite:///path") from None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise StoreError(f"{parsed.render_as_string()}: the store must be sqlite:///path")
    return Path(str(parsed.database))


def refuse_other(path: Path, version: int) -> None:
    """Raise `StoreError` for a database whose schema is not ours."""
    if version != VERSION:
        raise StoreError(f"{path}: has schema {version}, this collector needs {VERSION}")


_LINES = """
SELECT uai, coalesce(expected, 0), coalesce(stored, 0), coalesce(late, 0), coalesce(duplicate, 0),
       coalesce(refused, 0), coalesce(missing, 0), coalesce(lost, 0), coalesce(conflict, 0)
FROM (SELECT uai FROM run UNION SELECT uai FROM arrivals) AS site
LEFT JOIN (
    SELECT uai, cast(total(last) AS integer) AS expected,
           cast(total(held_count - refused) AS integer) AS stored,
           cast(total(refused) AS integer) AS refused,
           cast(total(last - held_count - lost_count) AS integer) AS missing,
           cast(total(lost_count) AS integer) AS lost
    FROM run GROUP BY uai
) AS account USING (uai)
LEFT JOIN arrivals USING (uai)
"""
"""`total` is exact up to 2**53 and never overflows, as `sum` would on what one site makes up."""
_FLEETS = f"""
SELECT day, uai, {", ".join(Cell)} FROM fleet_counts WHERE day >= ? ORDER BY day, uai
"""  # noqa: S608 (names of our own columns)
_LATEST = """
SELECT i.uai, i.digest, i.resources FROM inventory AS i
LEFT JOIN run AS r ON r.uai = i.uai AND r.vantage = i.vantage
LEFT JOIN coverage AS c ON c.run_id = r.id AND c.inventory = i.digest
WHERE i.vantage = 'site' GROUP BY i.id
ORDER BY max(c.until) IS NULL, max(c.until), i.id
"""
