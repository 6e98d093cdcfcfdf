"""One SQLite file, and how SQLite spells things."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from numlycee.adapters.sql.dialect import Dialect, Link, Sql
from numlycee.adapters.sql.transaction import SqlTransaction

PATIENCE = 5.0
"""Seconds to wait for another process that holds the database."""
LOG = 4 << 20
"""Bytes of the log beyond which it is taken into the file."""
Connect = Callable[[Path, float], Link]


@dataclass(frozen=True, slots=True)
class SqliteLog:
    """The numbers of the last change and of the last inventory that are known."""

    change: int
    inventory: int

    @property
    def touched(self) -> str:
        """Return the condition for the changes of spells."""
        return f"id > {self.change}"

    @property
    def listed(self) -> str:
        """Return the condition for the inventories."""
        return f"id > {self.inventory}"

    def whole(self, sql: Sql) -> bool:
        """Tell whether no change since was forgotten yet, nor taken back by a restoration."""
        oldest, newest = sql(_LOGGED).fetchone()
        return bool(oldest <= self.change + 1 <= newest + 1)


def _log(sql: Sql) -> SqliteLog:
    _, newest = sql(_LOGGED).fetchone()
    (inventory,) = sql("SELECT coalesce(max(id), 0) FROM inventory").fetchone()
    return SqliteLog(newest, inventory)


_LOGGED = """
SELECT coalesce((SELECT min(id) FROM touched), newest + 1), newest
FROM (SELECT coalesce(max(seq), 0) AS newest FROM sqlite_sequence WHERE name = 'touched')
"""

SQLITE = Dialect(
    begin="BEGIN IMMEDIATE",
    standing='SELECT epoch, "commit" FROM standing',
    among="(SELECT value FROM json_each(?))",
    total="cast(total({}) AS integer)".format,
    as_text="""
        run_id, json_group_array(resource), group_concat(start), group_concat(until - start),
        group_concat(state), group_concat(cause)
    """,
    table="SELECT 1 FROM sqlite_schema WHERE name = ?",
    integrity="PRAGMA integrity_check",
    log=_log,
    failures=(sqlite3.Error,),
)


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


@dataclass(frozen=True, slots=True)
class SqliteDatabase:
    """An existing file; `connect` opens it, another one than ours for a proof only."""

    path: Path
    patience: float = PATIENCE
    connect: Connect = connect
    log: int = LOG
    dialect: Dialect = field(default=SQLITE, init=False)

    def __str__(self) -> str:
        """Return the path."""
        return str(self.path)

    def writing(self) -> Link:
        """Open a connection to write, which takes no log in; raises `sqlite3.Error`."""
        link = self.connect(self.path, self.patience)
        link.execute("PRAGMA wal_autocheckpoint = 0")
        link.execute(f"PRAGMA journal_size_limit = {self.log}")
        return link

    def begun(self, link: Link) -> SqlTransaction:
        """Begin a transaction that writes; raises `sqlite3.Error`."""
        link.execute(SQLITE.begin)
        return SqlTransaction(link, SQLITE)

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """Read one snapshot, whatever is written meanwhile; raises `sqlite3.Error`."""
        with closing(self.connect(self.path, self.patience)) as link:
            link.execute("PRAGMA query_only = ON")
            link.execute("BEGIN")
            link.execute("SELECT 1 FROM standing").fetchone()
            yield link
