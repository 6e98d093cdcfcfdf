"""From the address of a store to the store."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from numlycee.adapters.sql.dialect import Database, StoreError
from numlycee.adapters.sql.reader import SqlReader
from numlycee.adapters.sql.sqlite.database import PATIENCE, SqliteDatabase
from numlycee.adapters.sql.sqlite.opening import open_sqlite
from numlycee.adapters.sql.store import SqlStore
from numlycee.clock import Clock
from numlycee.collector.ports import Leadership, StoreUnavailableError

_FORMS = "write sqlite:///path or postgresql://user@host/database"


def open_store(url: str, clock: Clock, *, patience: float = PATIENCE) -> SqlStore:
    """Open the store at a URL, creating it if need be; raises `StoreError`.

    A new database begins an epoch dated in seconds, later than that of any database before it.
    `patience` is how many seconds to wait for another process that holds the database.
    """
    address, epoch = parse(url), clock.now() // 1000
    if is_file(address):
        return open_sqlite(path_of(address), epoch, patience)
    from numlycee.adapters.sql.postgresql.opening import open_postgresql  # noqa: PLC0415 (an extra)

    return open_postgresql(address, epoch)


def open_reader(url: str, *, patience: float = PATIENCE) -> SqlReader:
    """Open an existing store to read it, even while a collector writes; raises `StoreError`."""
    reader = SqlReader(_existing(parse(url), patience))
    try:
        reader.check()
    except StoreUnavailableError as error:
        raise StoreError(str(error)) from error
    return reader


def contender(url: str, clock: Clock) -> Leadership | None:
    """Return one that contends with the other collectors of a store; None where one is alone."""
    address = parse(url)
    if is_file(address):
        return None
    from numlycee.adapters.sql.postgresql.leading import Contender  # noqa: PLC0415 (an extra)

    return Contender(address, clock)


def parse(url: str) -> URL:
    """Return the parts of a store's URL; raises `StoreError`, without any secret."""
    try:
        address = make_url(url)
    except SQLAlchemyError:
        raise StoreError(f"the store's address is not a URL: {_FORMS}") from None
    kind = address.get_backend_name()
    if kind not in ("sqlite", "postgresql") or address.database in (None, "", ":memory:"):
        raise StoreError(f"{address.render_as_string()}: {_FORMS}")
    return address


def path_of(address: URL) -> Path:
    """Return the file that a URL of SQLite names; raises `StoreError` for another."""
    if not is_file(address):
        raise StoreError(f"{address.render_as_string()}: is no file")
    return Path(str(address.database))


def _existing(address: URL, patience: float) -> Database:
    if is_file(address):
        path = path_of(address)
        if not path.is_file():
            raise StoreError(f"{path}: there is no such database; has the collector ever run?")
        return SqliteDatabase(path, patience)
    from numlycee.adapters.sql.postgresql.database import (  # noqa: PLC0415 (an extra)
        PostgresqlDatabase,
    )

    return PostgresqlDatabase(address)


def is_file(address: URL) -> bool:
    """Tell whether a store is a file of SQLite."""
    return address.get_backend_name() == "sqlite"
