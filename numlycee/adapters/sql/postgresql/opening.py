"""Opening the store in PostgreSQL: prepared by whichever collector comes first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from numlycee.adapters.sql.dialect import StoreError
from numlycee.adapters.sql.postgresql.database import FAILURES, MAKE, USE, PostgresqlDatabase
from numlycee.adapters.sql.postgresql.engine import within
from numlycee.adapters.sql.postgresql.link import PostgresqlLink
from numlycee.adapters.sql.reader import SqlReader
from numlycee.adapters.sql.revisions import create
from numlycee.adapters.sql.schema import StandingTable
from numlycee.adapters.sql.store import SqlStore
from numlycee.collector.ports import StoreUnavailableError

T = TypeVar("T")

OLDEST = 13
"""The first PostgreSQL that numbers transactions in 64 bits, by which the log is read."""


def open_postgresql(address: URL, epoch: int) -> SqlStore:
    """Open the store at an address, making its tables if need be; raises `StoreError`."""
    database = PostgresqlDatabase(address)
    within(address, partial(_prepare, str(database), epoch))
    try:
        SqlReader(database).check()
    except StoreUnavailableError as error:
        raise StoreError(str(error)) from error
    return SqlStore(database, release=_nothing)


@contextmanager
def holding(address: URL) -> Iterator[None]:
    """Keep every collector from the store meanwhile; raises `StoreError` while one uses it."""
    name = address.render_as_string()
    try:
        with PostgresqlLink(address) as link:
            (held,) = link.execute(f"SELECT pg_try_advisory_lock({USE})").fetchone()
            if not held:
                raise StoreError(f"{name} is in use by a collector; stop it first")
            yield
    except FAILURES as error:
        raise StoreError(f"{name}: {error}") from error


def alone_with(address: URL, work: Callable[[Connection], T]) -> T:
    """Do work in one transaction while no collector uses the store; raises `StoreError`."""
    with holding(address):
        return within(address, work)


def _prepare(name: str, epoch: int, connection: Connection) -> None:
    server = int((connection.dialect.server_version_info or (0,))[0])
    if server < OLDEST:
        raise StoreError(f"{name}: is PostgreSQL {server}, at least {OLDEST} is needed")
    connection.execute(text(f"SELECT pg_advisory_xact_lock({MAKE})"))
    tables = set(inspect(connection).get_table_names())
    if not tables:
        create(connection, epoch)
    elif StandingTable.__tablename__ not in tables:
        names = ", ".join(sorted(tables)[:3])
        raise StoreError(f"{name}: holds another program's tables ({names}); name another database")


def _nothing() -> None:
    """Other collectors may have it already."""
