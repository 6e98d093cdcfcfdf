"""A disk under SQLite whose power can be cut, and whose syncs can fail.

What was synced stays. Of what was written since, any sector may stay or not, in any order, half of
it, or as rubbish; a file that was made or removed may be there or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from errno import EIO
from itertools import count
from os import strerror
from pathlib import Path
from random import Random

import apsw

from tests.agent.power import BLOCK

FOREVER = 1 << 60
MEMORY_OF_WAL = "-shm"
"""It never was on a disk: what is found of it after a cut is anything."""
_names = count()


@dataclass(slots=True)
class Inode:
    """A file: what a cut leaves for sure, and what was done to it since, a size or a write."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)


class PowerDisk:
    """A folder that loses its power after `left` operations, perhaps in the middle of the last.

    From then on it is `dead`: what is still done to it was never done. Nothing is really synced:
    what would be is noted, and `survive` makes what a power cut leaves. At a sync it fails, with a
    probability of `sickness`, this one and perhaps some more. `honest` disks do sync.
    """

    def __init__(
        self,
        folder: Path,
        dice: Random,
        left: int = FOREVER,
        *,
        sickness: float = 0.0,
        honest: bool = True,
    ) -> None:
        self.dead = False
        self.failed = 0
        self.left = left
        self._dice = dice
        self._sickness = sickness
        self._honest = honest
        self._failing = self._spared = 0
        self._seen = {
            path.name: Inode(bytearray(path.read_bytes()))
            for path in folder.iterdir()
            if not path.name.endswith(MEMORY_OF_WAL)
        }
        self._listed = dict(self._seen)

    def open(self, name: str) -> Inode:
        """Find a file, or make it."""
        return self._seen.setdefault(name, Inode())

    def write(self, file: Inode, offset: int, data: bytes) -> None:
        if not self.dead:
            file.since.append((offset, data))
            self._spend()

    def truncate(self, file: Inode, size: int) -> None:
        if not self.dead:
            file.since.append((size, None))
            self._spend()

    def remove(self, name: str, *, durably: bool) -> None:
        if not self.dead:
            self._seen.pop(name, None)
            if durably:
                self._listed.pop(name, None)
            self._spend()

    def sync(self, name: str, file: Inode) -> bool:
        """Sync a file, and a new one's name; tell whether it was done.

        What a failed sync has not brought to the disk, none after it will: the system takes it for
        written.
        """
        self._spend()
        if self.dead or not self._honest:
            return True
        if self._sickens():
            file.synced, file.since = self._left_of(file), []
            return False
        for offset, data in file.since:
            _apply(file.synced, offset, data)
        file.since = []
        if self._seen.get(name) is file:
            self._listed[name] = file
        return True

    def fail(self, times: int, *, after: int = 0) -> None:
        """Let so many syncs fail, after so many that do not."""
        self._spared, self._failing = after, times

    def reread(self, path: Path) -> None:
        """Sync a file, and have what is read of it come from the disk; raises `OSError`."""
        file = self.open(path.name)
        if not self.sync(path.name, file):
            raise OSError(EIO, strerror(EIO))
        if self._honest:
            path.write_bytes(file.synced)

    def survive(self, folder: Path) -> None:
        """Write what is found when the power is back."""
        folder.mkdir()
        for name in sorted(self._listed.keys() | self._seen.keys()):
            file = self._dice.choice((self._listed.get(name), self._seen.get(name)))
            if file is not None:
                (folder / name).write_bytes(self._left_of(file))
            if file is not None and self._dice.random() < 0.2:
                (folder / f"{name}{MEMORY_OF_WAL}").write_bytes(self._dice.randbytes(4096))

    def _left_of(self, file: Inode) -> bytearray:
        """Return what is left: all up to some write, or any sector of any write."""
        left, since = bytearray(file.synced), file.since
        if self._dice.random() < 0.5:
            since = since[: self._dice.randrange(len(since) + 1)]
        luck = self._dice.choice((0.1, 0.5, 0.9, 1.0))
        for offset, data in since:
            if data is None:
                if self._dice.random() < luck:
                    _apply(left, offset, None)
            else:
                for at, sector in _sectors(offset, data):
                    self._leave(left, at, sector, luck)
        return left

    def _leave(self, left: bytearray, at: int, sector: bytes, luck: float) -> None:
        if self._dice.random() < luck:
            _apply(left, at, sector)
            return
        match self._dice.randrange(6):
            case 0:
                _apply(left, at, sector[: self._dice.randrange(len(sector))])
            case 1:
                _apply(left, at, self._dice.randbytes(len(sector)))
            case 2 if at + len(sector) > len(left):
                _apply(left, at + len(sector), None)

    def _sickens(self) -> bool:
        if not self._failing and self._dice.random() < self._sickness:
            self._failing = self._dice.choice((1, 2, 3, 6))
        if not self._failing or self._spared:
            self._spared = max(0, self._spared - 1)
            return False
        self._failing -= 1
        self.failed += 1
        return True

    def _spend(self) -> None:
        self.left -= 1
        self.dead = self.left <= 0


class PowerFile(apsw.VFSFile):
    """A file of SQLite's own, on whose writing the disk keeps an eye."""

    def __init__(
        self, vfs: "PowerVfs", path: str, name: str | apsw.URIFilename, flags: list[int]
    ) -> None:
        super().__init__("", name, flags)
        self._vfs = vfs
        self._name = Path(path).name
        self._inode = vfs.disk.open(self._name)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        if not self._vfs.gone:
            self._vfs.disk.write(self._inode, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        if not self._vfs.gone:
            self._vfs.disk.truncate(self._inode, newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        if not self._vfs.gone and not self._vfs.disk.sync(self._name, self._inode):
            raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)


class PowerVfs(apsw.VFS):
    """The files of a process upon a disk, until it is `gone`; registered until `unregister`."""

    def __init__(self, disk: PowerDisk) -> None:
        self.disk = disk
        self.gone = False
        self.name = f"power-{next(_names)}"
        super().__init__(self.name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        if name is None:
            return apsw.VFSFile("", None, flags)
        path = name if isinstance(name, str) else name.filename()
        return PowerFile(self, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802
        super().xDelete(filename, syncdir)
        if not self.gone:
            self.disk.remove(Path(filename).name, durably=syncdir)


def _sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        end = at + BLOCK - (offset + at) % BLOCK
        yield offset + at, data[at:end]
        at = end


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    """Write, or with no data give a size."""
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset : offset + len(data)] = data
