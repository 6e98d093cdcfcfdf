"""The upkeep of the store: copies taken and put back, invariants looked at."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from numlycee.adapters.sql import open_reader
from numlycee.adapters.sql.checking import Finding
from numlycee.adapters.sql.copies import Restored, back_up
from numlycee.adapters.sql.copies import restore as put_back
from numlycee.adapters.sql.migrating import migrate as bring
from numlycee.adapters.sql.revisions import HEAD
from numlycee.adapters.terminal.copying import copying
from numlycee.adapters.terminal.counting import counting
from numlycee.clock import Clock
from numlycee.config import Config

_OURS = re.compile(r"numlycee-\d{8}T\d{6}Z\.(db|dump)")


def backup(config: Config, target: Path, clock: Clock, keep: int | None) -> Path:
    """Copy the store, into a folder under the date or to a file; returns the file.

    In a folder only the `keep` latest copies that bear a date are left, all with None. Raises
    `StoreError`.
    """
    folder = target.is_dir()
    kind = "dump" if config.postgresql else "db"
    copy = target / f"numlycee-{_stamp(clock)}.{kind}" if folder else target
    with copying("copie de la base") as tell:
        back_up(config.store_url, copy, tell)
    if folder and keep:
        copies = sorted(path for path in target.iterdir() if _OURS.fullmatch(path.name))
        for old in copies[:-keep]:
            old.unlink()
    return copy


def restore(config: Config, copy: Path, clock: Clock) -> Restored:
    """Put a copy in the place of the store, in a new epoch; raises `StoreError`."""
    with copying("remise de la base") as tell:
        return put_back(config.store_url, copy, clock, tell)


def check(config: Config) -> Iterator[Finding]:
    """Look at every invariant of the store; raises `StoreError`."""
    with (
        open_reader(config.store_url).checker() as checker,
        counting("vérification", len(checker), few=1) as tell,
    ):
        for done, finding in enumerate(checker.findings(), 1):
            tell(done)
            yield finding


def migrate(config: Config, to: str | None) -> tuple[str, str]:
    """Bring the store to a revision, the last one with None; returns those before and after.

    Raises `StoreError`.
    """
    return bring(config.store_url, to or HEAD)


def _stamp(clock: Clock) -> str:
    return datetime.fromtimestamp(clock.now() / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
