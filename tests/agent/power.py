"""A disk whose power can be cut: what was synced stays, of the rest any part may stay or not."""

from itertools import count
from pathlib import Path
from random import Random

from numlycee_agent.spool.disk import Disk

BLOCK = 512


class PowerCutError(BaseException):
    """The power goes: nothing that the program could catch."""


class PowerDisk(Disk):
    """A disk that loses its power after `left` operations, perhaps in the middle of the last.

    Nothing is really synced: what would be is noted, and `survive` makes what a power cut leaves.
    """

    def __init__(self, directory: Path, chance: Random, left: int) -> None:
        self._directory = directory
        self._chance = chance
        self.left = left
        self._files = count()
        self._open: dict[int, int] = {}
        self._volatile = {path.name: next(self._files) for path in directory.iterdir()}
        self._durable = dict(self._volatile)
        self._synced = {file: self._read(name) for name, file in self._volatile.items()}
        self._seen = dict(self._synced)

    def begin(self, path: Path) -> int:
        self._spend()
        descriptor = super().begin(path)
        file = self._open[descriptor] = self._volatile[path.name] = next(self._files)
        self._synced[file] = self._seen[file] = b""
        return descriptor

    def append(self, descriptor: int, data: bytes) -> None:
        if self.left == 1:
            data = data[: self._chance.randrange(len(data) + 1)]
        super().append(descriptor, data)
        self._seen[self._open[descriptor]] += data
        self._spend()

    def sync(self, descriptor: int) -> None:
        self._spend()
        file = self._open[descriptor]
        self._synced[file] = self._seen[file]

    def cut(self, descriptor: int, size: int) -> None:
        super().cut(descriptor, size)
        file = self._open[descriptor]
        self._seen[file] = self._seen[file][:size]

    def unlink(self, path: Path) -> None:
        super().unlink(path)
        self._volatile.pop(path.name, None)
        self._spend()

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        self._volatile[new.name] = self._volatile.pop(old.name)
        self._spend()

    def sync_directory(self, path: Path) -> None:
        self._spend()
        self._durable = dict(self._volatile)

    def survive(self, directory: Path) -> None:
        """Write what is found when the power is back."""
        directory.mkdir()
        for name in sorted(self._durable.keys() | self._volatile.keys()):
            file = self._chance.choice([self._durable.get(name), self._volatile.get(name)])
            if file is not None:
                (directory / name).write_bytes(self._left_of(file))

    def _left_of(self, file: int) -> bytes:
        """Return what was synced, and blocks of the rest: as written, of zeros, or of rubbish."""
        synced, seen = self._synced[file], self._seen[file]
        if seen == synced:
            return seen
        same = min(len(synced), len(seen))
        while seen[:same] != synced[:same]:
            same -= 1
        rest = bytearray(max(synced, seen, key=len)[same:])
        for at in range(0, len(rest), BLOCK):
            end = min(at + BLOCK - (same + at) % BLOCK, len(rest))
            match self._chance.randrange(4):
                case 0:
                    rest[at:end] = bytes(end - at)
                case 1:
                    rest[at:end] = self._chance.randbytes(end - at)
        return seen[:same] + bytes(rest[: self._chance.randrange(len(rest) + 1)])

    def _spend(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise PowerCutError

    def _read(self, name: str) -> bytes:
        path = self._directory / name
        return path.read_bytes() if path.is_file() else b""
