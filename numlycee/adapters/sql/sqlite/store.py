"""The store in a SQLite file, kept by one process through failures of its disk."""

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from numlycee.adapters.sql.dialect import Link
from numlycee.adapters.sql.sqlite.database import SqliteDatabase
from numlycee.adapters.sql.store import SqlStore

_log = logging.getLogger(__name__)
_kept: Final[list["SqliteStore"]] = []
"""Stores that only the end of the process may let go."""


class SqliteStore(SqlStore):
    """The account in a file.

    Beside the writer, a connection stays open that knows where the log ends. Who comes to a log
    that nobody knows reads it through, up to a commit whose sync has failed, and all that followed
    would stand on what is not on the disk.
    """

    def __init__(self, database: SqliteDatabase, unlock: Callable[[], None]) -> None:
        """Write to a file that is prepared; `unlock` lets another process; raises `sqlite3.Error`.

        Nothing is unlocked if it is raised.
        """
        super().__init__(database, self._let_go)
        self._file = database
        self._unlock = unlock
        self._sound = True
        self._knows = database.connect(database.path, database.patience)
        try:
            self._knows.execute("SELECT 1 FROM standing").fetchall()
        except sqlite3.Error:
            self._knows.close()
            raise

    def _committed(self, link: Link) -> None:
        """Take the log in once it is long: SQLite would by itself, and tell nobody of a failure.

        Part of it may have been taken in before, not yet synced, which is not done twice by who
        knows of the first time: after a sync that failed, it is for the next process to do it all.
        """
        if not self._sound or not self._long():
            return
        try:
            link.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            self._sound = error.sqlite_errorcode != sqlite3.SQLITE_IOERR_FSYNC
            until = "" if self._sound else " until the collector is started again"
            _log.warning("%s: nothing is lost, but its log grows%s: %s", self._file, until, error)

    def _long(self) -> bool:
        with suppress(OSError):
            return os.stat(f"{self._file}-wal").st_size > self._file.log  # noqa: PTH116 (as quick)
        return False

    def _let_go(self) -> None:
        if self._sound:
            self._knows.close()
            self._unlock()
        else:
            _kept.append(self)
