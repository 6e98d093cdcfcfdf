"""Copies of a store, whatever database it is in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from numlycee.adapters.sql.addresses import is_file, parse, path_of
from numlycee.adapters.sql.sqlite import copies as sqlite
from numlycee.adapters.sql.sqlite.database import PATIENCE
from numlycee.clock import Clock

Tell = Callable[[int, int], None]
"""Told how much is copied, and of how much."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration did: the new epoch, the commit that it returns to, what it replaced."""

    epoch: int
    commit: int
    kept: Path | None


def back_up(url: str, target: Path, tell: Tell, *, patience: float = PATIENCE) -> None:
    """Copy the store to `target` as it stands at this instant, whatever is written meanwhile.

    The copy is read through before it bears its name. Raises `StoreError`.
    """
    address = parse(url)
    if is_file(address):
        sqlite.back_up(path_of(address), target, tell, patience)
        return
    from numlycee.adapters.sql.postgresql import copies  # noqa: PLC0415 (an extra)

    copies.back_up(address, target, tell)


def restore(url: str, copy: Path, clock: Clock, tell: Tell) -> Restored:
    """Make a copy the store, in an epoch after all others, and keep what it replaces.

    The epoch makes every agent offer again what the copy lacks. Raises `StoreError`: for a copy
    that is none, for a store that a collector uses, for a disk that cannot hold both.
    """
    address, now = parse(url), clock.now()
    if is_file(address):
        return Restored(*sqlite.restore(path_of(address), copy, now, tell))
    from numlycee.adapters.sql.postgresql import copies  # noqa: PLC0415 (an extra)

    return Restored(*copies.restore(address, copy, now // 1000, tell))
