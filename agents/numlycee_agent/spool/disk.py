"""What the spool asks of a file system, durably."""

import os
from pathlib import Path


class Disk:
    """The machine's own files; every verb raises `OSError`, and what it returns from is on disk."""

    def create(self, path: Path, head: bytes) -> int:
        """Return the descriptor of a new file that begins with `head`, to be appended to."""
        descriptor = self.begin(path)
        try:
            self.append(descriptor, head)
            self.sync(descriptor)
            self.sync_directory(path.parent)
        except OSError:
            self.close(descriptor)
            self.unlink(path)
            raise
        return descriptor

    def begin(self, path: Path) -> int:
        """Return the descriptor of a new, empty file, not yet durably there."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        return os.open(path, flags, 0o640)

    def append(self, descriptor: int, data: bytes) -> None:
        """Write all of `data`, not yet durably; a part of it may be there after an error."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def sync(self, descriptor: int) -> None:
        """Make what was written durable; never to be tried again on a file where it failed."""
        os.fdatasync(descriptor)

    def cut(self, descriptor: int, size: int) -> None:
        """Shorten a file to `size` bytes."""
        os.ftruncate(descriptor, size)

    def close(self, descriptor: int) -> None:
        """Close a file."""
        os.close(descriptor)

    def unlink(self, path: Path) -> None:
        """Remove a file, if it is still there."""
        path.unlink(missing_ok=True)

    def replace(self, path: Path, data: bytes) -> None:
        """Give a file this content, whole or not at all."""
        draft = path.with_name(f"{path.name}.new")
        self.unlink(draft)
        self.close(self.create(draft, data))
        self.rename(draft, path)
        self.sync_directory(path.parent)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, that of no other from then on; not yet durably."""
        old.replace(new)

    def sync_directory(self, path: Path) -> None:
        """Make the names in a directory durable."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
