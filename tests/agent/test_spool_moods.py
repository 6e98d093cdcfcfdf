"""Disks that fail now and then, in every way that they can: a spool survives their moods."""

import errno
import os
from pathlib import Path
from random import Random

import pytest

from numlycee.wire.records import Gap
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.spool import Spool
from tests.agent.enduring import Life
from tests.agent.spooling import (
    SMALL,
    HastyDisk,
    SickDisk,
    declared,
    fill,
    numbers,
    receipt,
    records,
)
from tests.agent.virtual import VirtualClock
from tests.proof import examples


class MoodyDisk(HastyDisk):
    """A disk that refuses one operation in so many, having done all, a part or nothing of it."""

    def __init__(self, chance: Random, mood: float) -> None:
        self.chance = chance
        self.mood = mood
        self.failed: set[int] = set()
        self.refusals = 0

    def create(self, path: Path, head: bytes) -> int:
        self._perhaps(errno.EROFS, errno.ENOSPC, errno.EMFILE)
        return super().create(path, head)

    def append(self, descriptor: int, data: bytes) -> None:
        if self.chance.random() < self.mood:
            super().append(descriptor, data[: self.chance.randrange(len(data) + 1)])
            self._refuse(errno.ENOSPC, errno.EIO)
        super().append(descriptor, data)

    def sync(self, descriptor: int) -> None:
        inode = os.fstat(descriptor).st_ino
        assert inode not in self.failed, "a file whose sync failed was synced again"
        if self.chance.random() < self.mood:
            self.failed.add(inode)
            self._refuse(errno.EIO)

    def cut(self, descriptor: int, size: int) -> None:
        self._perhaps(errno.EIO)
        super().cut(descriptor, size)

    def unlink(self, path: Path) -> None:
        self._perhaps(errno.EROFS, errno.EIO)
        if path.exists():
            self.failed.discard(path.stat().st_ino)  # the number may be given to another file
        super().unlink(path)

    def rename(self, old: Path, new: Path) -> None:
        self._perhaps(errno.EROFS, errno.EIO)
        super().rename(old, new)

    def _perhaps(self, *numbers: int) -> None:
        if self.chance.random() < self.mood:
            self._refuse(*numbers)

    def _refuse(self, *numbers: int) -> None:
        self.refusals += 1
        number = self.chance.choice(numbers)
        raise OSError(number, os.strerror(number))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(4)))
def test_whatever_a_disk_refuses_nothing_kept_is_lost_in_silence(tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path / "spool", Random(seed))
    refusals = 0
    for _ in range(8):
        disk = MoodyDisk(life.chance, life.chance.choice([0.002, 0.02, 0.3]))
        with life.open(disk) as spool:
            for _ in range(life.chance.randrange(200)):
                try:
                    life.act(spool)
                except OSError:
                    refusals += 1
        life.check()
    life.compare()
    assert refusals, "the disk never had a mood"


def test_a_full_spool_whose_files_cannot_be_removed_declares_each_loss_once(
    tmp_path: Path,
) -> None:
    disk = Immovable()
    with Spool(tmp_path, VirtualClock(), SMALL, disk) as spool:
        fill(spool, 260)
        disk.stuck = True
        fill(spool, 60)
        assert sum(isinstance(record, Gap) for record in records(spool)) == 1, "told once"
        stuck = declared(records(spool))
        assert stuck <= {(spool.run, seq) for seq in numbers(spool)}, "and still there"
        disk.stuck = False
        fill(spool, 1)
        assert spool.size <= SMALL.capacity
        last = spool.next_seq()
        gone = {seq for _, seq in declared(records(spool))}
        assert gone | set(numbers(spool)) == set(range(1, last))


def test_a_start_on_a_read_only_disk_waits_for_better_days(tmp_path: Path) -> None:
    with Spool(tmp_path, VirtualClock(), SMALL) as spool:
        fill(spool, 5)
        spool.settle(receipt(spool, upto=2))
        run = spool.run
    (tmp_path / "00000009.0123456789abcdef.1.records").write_bytes(b"torn")
    disk = Immovable()
    disk.stuck = disk.read_only = True
    with Spool(tmp_path, VirtualClock(), SMALL, disk) as spool:
        assert numbers(spool, run) == [3, 4, 5]
        with pytest.raises(OSError, match="Read-only"):
            fill(spool, 1)
        disk.stuck = disk.read_only = False
        fill(spool, 1)
        assert numbers(spool) == [1]


class Immovable(SickDisk):
    """A disk from which nothing can be removed, when told."""

    stuck = False

    def unlink(self, path: Path) -> None:
        if self.stuck:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        Disk.unlink(self, path)
