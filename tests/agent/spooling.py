"""What tests of the spool and the publisher share: records, receipts, and disks that fail."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Vantage
from numlycee.domain.states import State
from numlycee.wire.receipts import Mark, Receipt
from numlycee.wire.records import Bulletin, Gap, Key, Record, ResourceSpell, decode_record
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.spool import Limits, Spool

START = 1_795_431_600_000
SMALL = Limits(capacity=64 << 10, reserve=8 << 10, segment=4 << 10)


def bulletin(spool: Spool, filler: str = "") -> Bulletin:
    """The next record of a spool's run, longer than what it is filled with."""
    seq = spool.next_seq()
    key = Key(Vantage.SITE, spool.run, spool.began, seq)
    start = START + seq * 30_000
    previous = spool.previous if seq == 1 else None
    spells = tuple(
        ResourceSpell(f"{i:064}", State.DOWN, Cause.TIMEOUT, start, start + 30_000)
        for i in range(len(filler) // 100)
    )
    inventory = f"{seq}{filler}"[:64]  # another one each time, so that they cannot be merged
    return Bulletin(key, inventory, start, start + 30_000, spells, previous)


def fill(spool: Spool, count: int, filler: str = "") -> None:
    for _ in range(count):
        spool.keep(bulletin(spool, filler))


def receipt(
    spool: Spool,
    *,
    upto: int,
    run: str | None = None,
    epoch: int = 1,
    commit: int = 1,
    beyond: tuple[tuple[int, int], ...] = (),
) -> Receipt:
    return Receipt(epoch, commit, "nonce", {run or spool.run: Mark(upto, beyond)}, START)


def waiting(spool: Spool) -> list[tuple[str, int]]:
    return [(kept.run, kept.seq) for kept in spool.pending()]


def numbers(spool: Spool, run: str | None = None) -> list[int]:
    return [seq for of, seq in waiting(spool) if of == (run or spool.run)]


def declared(records: Iterable[Record]) -> set[tuple[str, int]]:
    """Every (run, number) that gaps among these records declare lost."""
    return {
        (record.run, seq)
        for record in records
        if isinstance(record, Gap)
        for first, last in record.lost
        for seq in range(first, last + 1)
    }


def records(spool: Spool) -> list[Record]:
    return [decode_record(kept.raw) for kept in spool.pending()]


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.records"))


class HastyDisk(Disk):
    """A disk that is told to be fast, and promises nothing to whoever cuts the power."""

    def sync(self, descriptor: int) -> None:
        """Do nothing."""

    def sync_directory(self, path: Path) -> None:
        """Do nothing."""


class SickDisk(Disk):
    """A disk of `room` bytes, that can be full, read-only, or fail to sync, when told."""

    def __init__(self, room: int = 1 << 40) -> None:
        self.room = room
        self.read_only = False
        self.unsynced = False
        self.syncs_after_failure = 0
        self._bad: set[int] = set()

    def create(self, path: Path, head: bytes) -> int:
        if self.read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return super().create(path, head)

    def append(self, descriptor: int, data: bytes) -> None:
        if self.read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        if len(data) > self.room:
            super().append(descriptor, data[: self.room])
            self.room = 0
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= len(data)
        super().append(descriptor, data)

    def cut(self, descriptor: int, size: int) -> None:
        self.room += max(0, os.fstat(descriptor).st_size - size)
        super().cut(descriptor, size)

    def sync(self, descriptor: int) -> None:
        inode = os.fstat(descriptor).st_ino
        self.syncs_after_failure += inode in self._bad
        if self.unsynced:
            self._bad.add(inode)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().sync(descriptor)

    def unlink(self, path: Path) -> None:
        if path.exists():
            self.room += path.stat().st_size
        super().unlink(path)
