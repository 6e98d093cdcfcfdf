"""Time in a campaign: the machine's, some times faster, and walls that are set by others."""

import asyncio
import mmap
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_OFFSET = struct.Struct("<q")


@dataclass(frozen=True, slots=True)
class Pace:
    """A time line that every process of this machine shares: it was `base` at `origin`.

    `base` is in milliseconds since the epoch, `origin` on the machine's monotonic clock.
    """

    base: int
    origin: float
    speed: float

    @classmethod
    def starting(cls, base: int, speed: float) -> "Pace":
        """Return the time line that begins now."""
        return cls(base, time.monotonic(), speed)


class FastClock:
    """A `Clock` on which time passes `speed` times as fast, the same in every process."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def now(self) -> int:
        elapsed = time.monotonic() - self._pace.origin
        return self._pace.base + round(elapsed * self._pace.speed * 1000)

    def monotonic(self) -> float:
        return time.monotonic() * self._pace.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self._pace.speed)


class Wall:
    """Eight bytes of a file that say by how many milliseconds a wall clock is wrong."""

    def __init__(self, path: Path) -> None:
        """Map the file, which is made if need be."""
        if not path.exists():
            path.write_bytes(_OFFSET.pack(0))
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), _OFFSET.size)

    @property
    def offset(self) -> int:
        """By how much the clock is wrong now."""
        (offset,) = _OFFSET.unpack(self._bytes[:])
        return int(offset)

    def set(self, offset: int) -> None:
        """Make it wrong by so much, at once and in every process."""
        self._bytes[:] = _OFFSET.pack(offset)


class WallClock(FastClock):
    """The clock of one machine, whose wall may be set while programs run."""

    def __init__(self, pace: Pace, wall: Wall) -> None:
        super().__init__(pace)
        self.wall = wall

    def now(self) -> int:
        return super().now() + self.wall.offset


class Wrong(Protocol):
    """By how many milliseconds a wall clock is wrong."""

    @property
    def offset(self) -> int: ...


class Machine:
    """What a machine knows of its wall clock: whether a time server set it, or a battery keeps it.

    A `served` machine believes whoever sets its clock; another one notices that it is wrong.
    """

    def __init__(self, wall: Wrong, boot: str, *, served: bool) -> None:
        self.boot = boot
        self._wall = wall
        self._served = served

    def synchronised(self, since: int = 0) -> bool:
        return self._served

    def kept(self) -> bool:
        return not self._wall.offset
