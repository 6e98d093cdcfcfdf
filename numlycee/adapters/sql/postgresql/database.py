"""One database of a PostgreSQL server, and how PostgreSQL spells things."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import asyncpg
from sqlalchemy.engine import URL

from numlycee.adapters.sql.dialect import Dialect, Link, Sql
from numlycee.adapters.sql.postgresql.link import PostgresqlLink
from numlycee.adapters.sql.postgresql.transaction import PostgresqlTransaction

FAILURES: tuple[type[Exception], ...] = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server died between two words of one statement
    OSError,
    TimeoutError,
)
IN_FLIGHT = 100_000
"""Changes that may be committed out of order: the log is kept for five times as many."""


@dataclass(frozen=True, slots=True)
class PostgresqlLog:
    """A snapshot of the server, and the greatest number of a change that it shows.

    Numbers are drawn before they are committed, and several collectors commit: what a snapshot
    did not show is asked for, not what comes after a number.
    """

    snapshot: str
    change: int

    @property
    def touched(self) -> str:
        """Return the condition for the changes of spells."""
        xmin, _, _ = self.snapshot.partition(":")
        return f"xact >= '{xmin}' AND NOT pg_visible_in_snapshot(xact, '{self.snapshot}')"

    @property
    def listed(self) -> str:
        """Return the condition for the inventories."""
        return self.touched

    def whole(self, sql: Sql) -> bool:
        """Tell whether no change since was forgotten yet."""
        (oldest,) = sql("SELECT coalesce(min(id), 0) FROM touched").fetchone()
        return bool(oldest <= max(self.change - IN_FLIGHT, 1))


def _log(sql: Sql) -> PostgresqlLog:
    row = sql(
        "SELECT pg_current_snapshot()::text, (SELECT coalesce(max(id), 0) FROM touched)"
    ).fetchone()
    return PostgresqlLog(*row)


POSTGRESQL = Dialect(
    begin="BEGIN",
    standing='SELECT epoch, "commit" FROM standing FOR UPDATE',
    among="(SELECT json_array_elements_text(?::json))",
    total="cast(least(sum({}), 9007199254740992) AS bigint)".format,
    as_text="""
        run_id, json_agg(resource)::text, string_agg(start::text, ','),
        string_agg((until - start)::text, ','), string_agg(state, ','), string_agg(cause, ',')
    """,
    table="SELECT 1 FROM pg_tables WHERE tablename = ? AND schemaname = current_schema()",
    integrity="",
    log=_log,
    failures=FAILURES,
    ours=(asyncpg.DataError,),
)


@dataclass(frozen=True, slots=True)
class PostgresqlDatabase:
    """A database at an address, which may hold a password."""

    address: URL
    dialect: Dialect = field(default=POSTGRESQL, init=False)

    def __str__(self) -> str:
        """Return the address without the password."""
        return self.address.render_as_string()

    def writing(self) -> Link:
        """Open a connection to write, which keeps upkeep away; raises the driver's errors."""
        link = PostgresqlLink(self.address)
        try:
            link.execute(f"SELECT pg_advisory_lock_shared({USE})")
        except BaseException:
            link.close()
            raise
        return link

    def begun(self, link: Link) -> PostgresqlTransaction:
        """Begin a transaction that writes; raises the driver's errors."""
        link.execute(POSTGRESQL.begin)
        return PostgresqlTransaction(link, POSTGRESQL)

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """Read one snapshot, whatever is written meanwhile; raises the driver's errors."""
        with PostgresqlLink(self.address) as link:
            link.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            link.execute("SELECT 1 FROM standing").fetchone()
            yield link


USE = "1853189228, 1"
"""The key of the lock that collectors share and upkeep has alone: `numl` as a number, and one."""
LEAD = "1853189228, 2"
"""The key of the lock that the collector in charge has alone."""
CONTEND = "1853189228, 4"
"""The key of the lock that those who contend for being in charge share."""
MAKE = "1853189228, 3"
"""The key of the lock that is held while the tables are made."""
