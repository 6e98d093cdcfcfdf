"""Copies of a store in SQLite: taken while the collector writes, put back while it does not."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from numlycee.adapters.sql.dialect import StoreError
from numlycee.adapters.sql.revisions import revision
from numlycee.adapters.sql.schema import REVISIONS
from numlycee.adapters.sql.sqlite.database import PATIENCE, SQLITE, connect
from numlycee.adapters.sql.sqlite.opening import holding

Tell = Callable[[int, int], None]
"""Told how many pages are copied, and of how many."""

_PAGES = 2048
_SIDECARS = ("-wal", "-shm")


def back_up(source: Path, target: Path, tell: Tell, patience: float) -> None:
    """Copy the store to `target` as it stands at this instant, whatever is written meanwhile.

    The copy is read through before it bears its name. Raises `StoreError`.
    """
    _recognise(source, patience)
    if target.exists():
        raise StoreError(f"{target}: exists already; a copy never replaces another, name a new one")
    draft = _beside(target, "new")
    with _explained(target), _removed(draft):
        _copy(source, draft, tell, patience)
        _examine(draft)
        _sync(draft)
        draft.rename(target)
        _sync(target.parent)


def restore(path: Path, copy: Path, now: int, tell: Tell) -> tuple[int, int, Path | None]:
    """Make a copy the store; returns its epoch and commit, and where what it replaced is kept.

    Raises `StoreError`.
    """
    _recognise(copy, PATIENCE)
    draft = _beside(path, "restored")
    with holding(path), _explained(path), _removed(draft):
        _copy(copy, draft, tell, PATIENCE)
        _examine(draft)
        epoch, commit = _begin_epoch(draft, _epoch(path), now // 1000)
        _sync(draft)
        kept = _set_aside(path, now) if path.exists() else None
        draft.replace(path)
        _sync(path.parent)
    return epoch, commit, kept


def _copy(source: Path, target: Path, tell: Tell, patience: float) -> None:
    """Copy one snapshot: the reading that is held open keeps later commits out of it.

    The copy is one file without a log, that can be read where nothing may be written.
    """
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with closing(_reading(source, patience)) as held, closing(sqlite3.connect(target)) as copy:
        held.execute("BEGIN")
        held.execute("SELECT 1 FROM standing").fetchone()
        held.backup(copy, pages=_PAGES, progress=lambda _, left, of: tell(of - left, of))
        copy.execute("PRAGMA journal_mode = DELETE")


def _examine(path: Path) -> None:
    with closing(_reading(path, PATIENCE)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise StoreError(f"{path}: is damaged ({found}); the disk is to be suspected")


def _recognise(path: Path, patience: float) -> None:
    if not path.is_file():
        raise StoreError(f"{path}: there is no such database")
    try:
        with closing(_reading(path, patience)) as connection:
            connection.execute("SELECT epoch FROM standing").fetchone()
            found = revision(connection.execute, SQLITE)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: is no store of numlycee: {error}") from error
    if found not in REVISIONS:
        raise StoreError(f"{path}: a later numlycee wrote it (schema {found}): use that one")


def _reading(path: Path, patience: float) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)


def _begin_epoch(path: Path, known: int, now: int) -> tuple[int, int]:
    with closing(connect(path, PATIENCE)) as connection:
        epoch, commit = connection.execute('SELECT epoch, "commit" FROM standing').fetchone()
        epoch = max(epoch + 1, known + 1, now)
        connection.execute("UPDATE standing SET epoch = ?", (epoch,))
    return epoch, commit


def _epoch(path: Path) -> int:
    """Return the epoch of what is replaced, 0 where it is absent or cannot be read."""
    try:
        with closing(connect(path, PATIENCE)) as connection:
            epoch: int = connection.execute("SELECT epoch FROM standing").fetchone()[0]
    except (sqlite3.Error, TypeError):
        return 0
    return epoch


def _set_aside(path: Path, at: int) -> Path:
    """Give the store that is replaced a second name, with what it has not yet written into it."""
    kept = path.with_name(f"{path.name}.before-{at}")
    os.link(path, kept)
    for end in _SIDECARS:
        with suppress(FileNotFoundError):
            Path(f"{path}{end}").rename(f"{kept}{end}")
    return kept


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f"{path.name}.{word}")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _removed(draft: Path) -> Iterator[None]:
    """Leave nothing of a draft behind, however it ends."""
    try:
        yield
    finally:
        for end in ("", *_SIDECARS):
            Path(f"{draft}{end}").unlink(missing_ok=True)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: cannot be written: {error}") from error
    except OSError as error:
        raise StoreError(f"{error.filename or path}: {error.strerror}") from error
