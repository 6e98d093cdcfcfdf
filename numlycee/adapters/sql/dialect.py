"""What the modules of this room ask of a database, and what two databases spell differently."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from numlycee.collector.ports import StoreUnavailableError


class StoreError(Exception):
    """A database that cannot be used at all; the message says why and what to do."""


class Rows(Protocol):
    """What a statement returned, or how many rows it changed."""

    @property
    def rowcount(self) -> int:
        """Return how many rows were changed."""
        ...

    def fetchone(self) -> Any:
        """Return the next row, None after the last."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]:
        """Yield the rows that are left."""
        ...


class Link(Protocol):
    """One connection; places for parameters are written `?`. That of sqlite3 is one."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Rows:
        """Run one statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each row of parameters."""
        ...

    def close(self) -> None:
        """Close the connection; what it had not committed never was."""
        ...


Sql = Callable[..., Rows]
Reading = Callable[[], AbstractContextManager[Link]]


class Log(Protocol):
    """Up to where a reader knows what was written, as the database that it reads counts it.

    The two conditions are SQL that holds for rows written since; `touched` and `inventory` are
    the tables they are asked of.
    """

    @property
    def touched(self) -> str:
        """Return the condition for the changes of spells."""
        ...

    @property
    def listed(self) -> str:
        """Return the condition for the inventories."""
        ...

    def whole(self, sql: Sql) -> bool:
        """Tell whether no change since was forgotten yet."""
        ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is spelt differently.

    `begin` opens a transaction that writes; `standing` reads the standing before it is replaced;
    `among` is a JSON list as a set; `total` is a sum that never overflows;
    `as_text` are all the spells of a run in one row: what is slow is to hand over row after row;
    `table` finds a table by its name; `integrity` asks for the state of the pages, empty where
    only the server can tell. `log` is where the log ends now. `failures` are the driver's errors,
    `ours` those among them that another attempt would meet again.
    """

    begin: str
    standing: str
    among: str
    total: Callable[[str], str]
    as_text: str
    table: str
    integrity: str
    log: Callable[[Sql], Log]
    failures: tuple[type[Exception], ...]
    ours: tuple[type[Exception], ...] = ()


class Database(Protocol):
    """A database that is there; `str()` of it names it without any secret."""

    @property
    def dialect(self) -> Dialect:
        """Return what is particular to it."""
        ...

    def writing(self) -> Link:
        """Open a connection to write; raises the driver's errors."""
        ...

    def reading(self) -> AbstractContextManager[Link]:
        """Read one snapshot, whatever is written meanwhile; raises the driver's errors."""
        ...


def unavailable(database: Database, error: Exception) -> StoreUnavailableError:
    """Return what the collector is told of a failure of the driver."""
    reason = str(error).partition("\n")[0] or type(error).__name__
    return StoreUnavailableError(f"{database}: {reason}")
