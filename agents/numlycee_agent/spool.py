"""The journal of the agent: records are durable here before they are sent, and until confirmed."""

import errno
import fcntl
import logging
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from numlycee.clock import Clock
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.inventory import Vantage
from numlycee.wire.reading import EARLIEST, MAXIMUM_BYTES
from numlycee.wire.receipts import Receipt
from numlycee.wire.records import BATCH_OVERHEAD, Gap, Key, Previous, Record, encode
from numlycee_agent import gaps, marks
from numlycee_agent.disk import Disk
from numlycee_agent.gaps import Losses
from numlycee_agent.marks import Marks
from numlycee_agent.segments import Kept, Place, Ring, Segment

_log = logging.getLogger(__name__)

LONGEST_RECORD = MAXIMUM_BYTES - BATCH_OVERHEAD
_START = Place()
_GONE = {errno.ENOENT, errno.EIO}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class SpoolBusyError(OSError):
    """Another agent holds the spool."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is held and how long: bytes, bytes set apart for declaring gaps, milliseconds.

    What is confirmed stays for `retention` after its receipt, so that a centre restored from a
    backup can be given it again.
    """

    capacity: int = 64 << 20
    reserve: int = 1 << 20
    segment: int = 256 << 10
    retention: int = 14 * 86_400_000


class Spool:
    """One run of the agent writing into the ring of a directory; implements `Journal`.

    Raises `OSError` when the directory cannot be used or the clock was never set, `SpoolBusyError`
    when it is in use. Damage never prevents a start: what is missing is declared in a `Gap` after
    the first record kept.
    """

    def __init__(
        self, directory: Path, clock: Clock, limits: Limits = Limits(), disk: Disk | None = None
    ) -> None:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._lock = _lock(directory / "lock")
        self._clock = clock
        self._limits = limits
        self._disk = disk or Disk()
        self._ring = Ring(directory, self._disk, limits.segment)
        self._path = directory / "marks"
        self._marks = marks.load(self._path)
        self._undeclared = self._missing()
        self._open_run()

    def __enter__(self) -> Self:
        """Return the spool, open since it was built."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the spool."""
        self.close()

    def close(self) -> None:
        """Close the files and let another run begin."""
        self._ring.close()
        os.close(self._lock)

    def renew(self) -> Self:
        """End this run and begin another, as when the wall clock was stepped; returns itself.

        Raises `OSError` for a clock that was stepped back to before it was ever set.
        """
        self._ring.close()
        self._open_run()
        return self

    def _open_run(self) -> None:
        self._run = secrets.token_hex(8)
        self._began = self._clock.now()
        if self._began < EARLIEST:  # the centre could not even name what is wrong with its records
            raise OSError("the clock is not set: it shows a time before 2020")
        self._seq = 0
        self._previous = _newest(self._ring.segments)

    @property
    def previous(self) -> Previous | None:
        """Return the run before this one and its last number, as found on disk."""
        return self._previous

    @property
    def run(self) -> str:
        """Return the name of this run: 64 random bits in hexadecimal."""
        return self._run

    @property
    def began(self) -> int:
        """Return when this run began, in milliseconds since the epoch."""
        return self._began

    @property
    def marks(self) -> Marks:
        """Return what the centre has confirmed."""
        return self._marks

    @property
    def size(self) -> int:
        """Return the bytes that the records take on disk."""
        return self._ring.size

    @property
    def unconfirmed(self) -> int:
        """Return how many records the centre has not confirmed."""
        return sum(self._unconfirmed(segment).measure for segment in self._ring.segments)

    def next_seq(self) -> int:
        """Return the sequence number of the next record of this run, counting from 1."""
        return self._seq + 1

    def keep(self, record: Record) -> None:
        """Make a record durable; raises `OSError` when that fails, and it is then not kept.

        Raises `ValueError` for a number out of turn and for a record longer than a payload.
        """
        if (record.key.run, record.key.seq) != (self._run, self.next_seq()):
            message = f"{record.key.run}/{record.key.seq} is not the next record of this run"
            raise ValueError(message)
        raw = encode(record)
        if len(raw) > LONGEST_RECORD:
            raise ValueError(f"a record of {len(raw)} bytes; at most {LONGEST_RECORD} can be sent")
        self._write(raw)
        try:
            self._undeclared = self._declare(self._undeclared)
            self._make_room()
        except OSError as error:
            _log.warning("spool: cannot tidy up: %s; will try again", error)

    def pending(self, after: Place = _START) -> Iterator[Kept]:
        """Yield what is not confirmed, oldest first, from a place on; one segment in memory."""
        for segment in list(self._ring.segments):
            wanted = self._unconfirmed(segment)
            if segment.number < after.segment or not wanted:
                continue
            offset = after.offset if segment.number == after.segment else _START.offset
            yield from (kept for kept in self._read(segment, offset) if kept.seq in wanted)

    def held(self) -> Mapping[str, tuple[int, int]]:
        """Return the first and last sequence numbers held of each run, oldest run first."""
        spans: dict[str, tuple[int, int]] = {}
        for segment in self._ring.segments:
            if segment.numbers:
                first, _ = spans.get(segment.run, (segment.first, 0))
                spans[segment.run] = first, segment.last
        return spans

    def settle(self, receipt: Receipt) -> None:
        """Heed an authenticated receipt; raises `ValueError` if it is older than the last one."""
        risen = receipt.epoch > self._marks.epoch
        self._marks = self._marks.heed(receipt)
        self._expire()
        if risen:
            self._undeclared = self._missing()
        try:
            marks.save(self._path, self._marks, self._disk)
        except OSError as error:
            _log.warning("%s: cannot be written: %s", self._path, error)

    def _write(self, raw: bytes) -> None:
        while True:
            try:
                self._ring.append(self._run, self.next_seq(), raw)
                break
            except OSError as error:
                if error.errno not in _NO_ROOM or not self._free():
                    raise
        self._seq += 1

    def _free(self) -> bool:
        """Give up the oldest confirmed segment to a full disk; what is unconfirmed is never."""
        victim = next((s for s in self._ring.closed if not self._unconfirmed(s)), None)
        if victim is not None:
            self._ring.drop(victim)
        return victim is not None

    def _make_room(self) -> None:
        while self._ring.size > self._limits.capacity - self._limits.reserve:
            if self._free():
                continue
            if not self._ring.closed:
                return
            victim = self._ring.closed[0]
            self._declare(self._lost_with(victim), "spool full")
            self._ring.drop(victim)

    def _read(self, segment: Segment, offset: int) -> Iterable[Kept]:
        """Read a segment; one that has vanished or that the disk cannot give back is declared."""
        try:
            return segment.read(offset) if offset < segment.size else ()
        except OSError as error:
            if error.errno not in _GONE:
                raise
            _log.error("%s: lost: %s", segment.path, error)
            self._undeclared = gaps.added(self._undeclared, segment.run, self._unconfirmed(segment))
            self._ring.forget(segment)
            return ()

    def _unconfirmed(self, segment: Segment) -> IntervalSet:
        return segment.numbers - self._marks.confirmed(segment.run)

    def _lost_with(self, segment: Segment) -> Losses:
        """Return what would be lost with a segment: unconfirmed numbers, and what they declare."""
        unconfirmed = self._unconfirmed(segment)
        losses = gaps.declared(kept for kept in segment.read() if kept.seq in unconfirmed)
        return gaps.added(losses, segment.run, unconfirmed)

    def _declare(self, losses: Losses, reason: str = "damaged or missing on disk") -> Losses:
        """Write these losses as gaps; returns what remains to be declared, nothing."""
        for run, numbers in losses.items():
            for lost in gaps.ranges(numbers):
                key = Key(Vantage.SITE, self._run, self._began, self.next_seq())
                self._write(encode(Gap(key, run, lost, reason)))
        return {}

    def _missing(self) -> Losses:
        """Return the holes of the spool that were neither confirmed nor declared."""
        found: Losses = {}
        told: Losses = {}
        holes = gaps.holes(self._ring.segments)
        if holes:
            told = gaps.declared(kept for segment in self._ring.segments for kept in segment.read())
        for run, numbers in holes.items():
            known = self._marks.confirmed(run) | told.get(run, NEVER)
            found = gaps.added(found, run, numbers - known)
        return found

    def _expire(self) -> None:
        """Note the segments newly confirmed, and remove those confirmed long enough ago."""
        now = self._clock.now()
        settled: dict[int, int] = {}
        for segment in self._ring.closed:
            if not self._unconfirmed(segment):
                settled[segment.number] = self._marks.settled.get(segment.number, now)
                if settled[segment.number] + self._limits.retention <= now:
                    with suppress(OSError):
                        self._ring.drop(segment)
        self._marks = self._marks.only({*self.held(), self._run}, settled)


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise SpoolBusyError(f"{path.parent}: another agent is using this spool") from None
    return descriptor


def _newest(segments: list[Segment]) -> Previous | None:
    return Previous(segments[-1].run, segments[-1].last) if segments else None
