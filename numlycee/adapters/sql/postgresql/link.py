"""One connection by asyncpg, for code that waits: whoever calls runs its loop meanwhile."""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Self, TypeVar

import asyncpg
from sqlalchemy.engine import URL

T = TypeVar("T")

CONNECT_WITHIN = 10.0
ANSWER_WITHIN = 60.0
"""Seconds; a statement that waits longer, or a server that is gone, is given up."""
WAIT_FOR_LOCK = 10_000
"""Milliseconds: for another collector that has the same sites in hand."""
SETTINGS = {
    "application_name": "numlycee",
    "lock_timeout": str(WAIT_FOR_LOCK),
    "synchronous_commit": "on",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "timezone": "UTC",
}
"""A machine that vanishes lets go of its locks within six seconds."""


class Rows:
    """The rows that a statement returned, all of them, and how many it changed."""

    def __init__(self, rows: Sequence[Any], status: str) -> None:
        """Take what the server said."""
        self._rows = iter(rows)
        self._status = status

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed or returned."""
        return int(self._status.rpartition(" ")[2])

    def fetchone(self) -> Any:
        """Return the next row, None after the last."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return list(self._rows)

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""
        return self._rows


class PostgresqlLink:
    """Speaks to one server process; one thread at a time, none whose own loop is running."""

    def __init__(self, address: URL) -> None:
        """Connect; raises the driver's errors."""
        self._loop = asyncio.new_event_loop()
        self._prepared: dict[str, Any] = {}
        try:
            self._connection = self._wait(connected(address))
        except BaseException:
            self._loop.close()
            raise

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run one statement, prepared once."""
        return self._wait(self._run(sql, parameters))

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Run one statement for each row of parameters, without waiting between them."""
        content = list(rows)
        if content:
            self._wait(self._connection.executemany(numbered(sql), content))

    def close(self) -> None:
        """Close the connection; again is no error."""
        if not self._loop.is_closed():
            self._connection.terminate()
            self._wait(_turn())
            self._loop.close()

    def __enter__(self) -> Self:
        """Return the connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    async def _run(self, sql: str, parameters: Sequence[Any]) -> Rows:
        statement = self._prepared.get(sql)
        if statement is None:
            statement = await self._connection.prepare(numbered(sql))
            self._prepared[sql] = statement
        rows = await statement.fetch(*parameters)
        return Rows(rows, statement.get_statusmsg())

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._loop.run_until_complete(work)
        finally:
            work.close()


async def _turn() -> None:
    """Let the loop close what was terminated."""


async def connected(address: URL) -> Any:
    """Return a connection of the running loop; raises the driver's errors."""
    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
    return await asyncpg.connect(
        dsn,
        timeout=CONNECT_WITHIN,
        command_timeout=ANSWER_WITHIN,
        server_settings=SETTINGS,
        statement_cache_size=200,
    )


@lru_cache(maxsize=1024)
def numbered(sql: str) -> str:
    """Return a statement whose places for parameters are numbered, as PostgreSQL wants them."""
    numbers = count(1)
    head, *rest = sql.split("?")
    return head + "".join(f"${next(numbers)}{part}" for part in rest)
