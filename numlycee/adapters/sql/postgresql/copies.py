"""Copies of a store in PostgreSQL, by its own pg_dump and pg_restore."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.engine import URL

from numlycee.adapters.sql.dialect import StoreError
from numlycee.adapters.sql.postgresql.link import PostgresqlLink
from numlycee.adapters.sql.postgresql.opening import holding

Tell = Callable[[int, int], None]


def back_up(address: URL, target: Path, tell: Tell) -> None:
    """Copy the store to `target` as it stands at this instant; raises `StoreError`."""
    if target.exists():
        raise StoreError(f"{target}: exists already; a copy never replaces another, name a new one")
    draft = target.with_name(f"{target.name}.new")
    tell(0, 1)
    try:
        draft.touch(mode=0o600)
        _run("pg_dump", ["--format=custom", f"--file={draft}"], address)
        _sync(draft)
        draft.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise StoreError(f"{error.filename or target}: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    tell(1, 1)


def restore(address: URL, copy: Path, now: int, tell: Tell) -> tuple[int, int, Path]:
    """Make a copy the store, in an epoch after all others; `now` in seconds.

    Returns its epoch and commit, and the file in which what it replaced is kept. Raises
    `StoreError`; until all is there nothing has changed.
    """
    if not copy.is_file():
        raise StoreError(f"{copy}: there is no such file")
    kept = copy.with_name(f"{copy.name}.before-{now}")
    with holding(address):
        before = _epoch(address)
        back_up(address, kept, tell)
        options = ["--clean", "--if-exists", "--no-owner", "--single-transaction"]
        _run("pg_restore", [*options, f"--dbname={_plain(address)}", str(copy)], address)
        with PostgresqlLink(address) as link:
            epoch, commit = link.execute('SELECT epoch, "commit" FROM standing').fetchone()
            epoch = max(epoch + 1, before + 1, now)
            link.execute("UPDATE standing SET epoch = ?", (epoch,))
    return epoch, commit, kept


def _epoch(address: URL) -> int:
    with PostgresqlLink(address) as link:
        if link.execute("SELECT to_regclass('standing')").fetchone()[0] is None:
            return 0
        epoch: int = link.execute("SELECT epoch FROM standing").fetchone()[0]
        return epoch


def _run(tool: str, options: Sequence[str], address: URL) -> None:
    program = shutil.which(tool)
    if program is None:
        raise StoreError(f"{tool} is not installed: on Debian, apt install postgresql-client")
    database = [] if tool == "pg_restore" else [_plain(address)]
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    done = subprocess.run(  # noqa: S603 (our own words, no shell)
        [program, "--no-password", *options, *database],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it gives no reason"])[0]
        raise StoreError(f"{address.render_as_string()}: {tool}: {reason}")


def _plain(address: URL) -> str:
    return address.set(drivername="postgresql", password=None).render_as_string()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
