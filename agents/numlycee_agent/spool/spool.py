"""The journal of the agent: records are durable here before they are sent, and until confirmed."""

import errno
import fcntl
import logging
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from numlycee.clock import Clock
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.inventory import Vantage
from numlycee.wire.reading import MAXIMUM_BYTES
from numlycee.wire.receipts import Receipt
from numlycee.wire.records import (
    BATCH_OVERHEAD,
    Gap,
    Key,
    Previous,
    Record,
    encode,
)
from numlycee_agent.spool import gaps, marks, merging
from numlycee_agent.spool.dating import Dating
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.gaps import Losses
from numlycee_agent.spool.marks import Marks
from numlycee_agent.spool.segments import Kept, Place, Ring, Segment
from numlycee_agent.timing.timeline import TimeLine

_log = logging.getLogger(__name__)

LONGEST_RECORD = MAXIMUM_BYTES - BATCH_OVERHEAD
PLENTY = 4
"""From this part of its capacity on, a spool that only grows is worth making smaller."""
BITE = 256 << 10
"""Bytes that are said again at a time: a small computer's tenths of a second."""
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

    Raises `OSError` when the directory cannot be used, `SpoolBusyError` when it is in use. Damage
    never prevents a start: what is missing is declared in a `Gap` after the first record kept.
    A clock is believed, unless it is given as the `line` too: as long as that is not dated, what is
    kept is not offered, and the line's first sound anchor dates it once.
    """

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        limits: Limits = Limits(),
        disk: Disk | None = None,
        *,
        line: TimeLine | None = None,
    ) -> None:
        directory.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._lock = _lock(directory / "lock")
        self._clock = clock
        self._limits = limits
        self._disk = disk or Disk()
        self._ring = Ring(directory, self._disk, limits.segment)
        self._path = directory / "marks"
        self._marks = marks.load(self._path)
        self._dating = Dating(directory, line, self._disk)
        self._given_up: set[int] = set()
        self._undeclared: Losses = {}
        self._look_for_holes()
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
        """End this run and begin another, as when the clock is set; returns itself."""
        self._ring.close()
        self._dating.renew()
        self._open_run()
        return self

    def _open_run(self) -> None:
        self._run = secrets.token_hex(8)
        self._began = self._clock.now()
        self._seq = 0
        self._dense: set[int] = set()
        self._previous = _newest(self._ring.segments)
        self._guess = self._dating.guess
        try:
            self._dating.note(self._ring.segments, self._began)
        except OSError as error:
            _log.warning("spool: cannot note the time: %s; will try again", error)

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
        """Return how many records may be offered and are not confirmed."""
        return sum(
            self._unconfirmed(segment).measure
            for segment in self._ring.segments
            if self._dating.shift(segment) is not None
        )

    @property
    def undated(self) -> bool:
        """Tell whether what is kept now waits for a sound time."""
        return self._guess is not None

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
            self._dating.note(self._ring.segments, self._began)
            self._undeclared = self._declare(self._undeclared)
            self._bury()
            self._merge()
            self._make_room()
        except OSError as error:
            _log.warning("spool: cannot tidy up: %s; will try again", error)

    def pending(self, after: Place = _START) -> Iterator[Kept]:
        """Yield what is not confirmed, oldest first, from a place on; one segment in memory."""
        for segment in list(self._ring.segments):
            wanted = self._unconfirmed(segment)
            if segment.number < after.segment or not wanted or self._dating.shift(segment) is None:
                continue
            offset = after.offset if segment.number == after.segment else _START.offset
            for kept in self._read(segment, offset):
                if kept.seq in wanted:
                    yield self._dating.dated(segment, kept)

    def held(self) -> Mapping[str, tuple[int, int]]:
        """Return the first and last sequence numbers held of each run, oldest run first."""
        spans: dict[str, tuple[int, int]] = {}
        for segment in self._ring.segments:
            if segment.numbers and self._dating.shift(segment) is not None:
                first, _ = spans.get(segment.run, (segment.first, 0))
                spans[segment.run] = first, segment.last
        return spans

    def settle(self, receipt: Receipt) -> None:
        """Heed an authenticated receipt; raises `ValueError` if it is older than the last one."""
        risen = receipt.epoch > self._marks.epoch
        self._marks = self._marks.heed(receipt)
        self._dating.hear(receipt)
        self._expire()
        if risen:
            self._look_for_holes()
        try:
            marks.save(self._path, self._marks, self._disk)
        except OSError as error:
            _log.warning("%s: cannot be written: %s", self._path, error)

    def _write(self, raw: bytes) -> None:
        while True:
            try:
                self._ring.append(self._run, self.next_seq(), raw, self._guess)
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
            self._give_up(self._ring.closed[0], "spool full")

    def _give_up(self, segment: Segment, reason: str) -> None:
        """Declare what is lost with a segment, once, and remove it."""
        if segment.number not in self._given_up:
            self._declare(self._lost_with(segment), reason)
            self._given_up.add(segment.number)
        self._ring.drop(segment)
        self._given_up.discard(segment.number)

    def _bury(self) -> None:
        """Give up what a boot left that never knew the time: nothing can date it any more."""
        for segment in self._ring.closed:
            if self._dating.is_hopeless(segment):
                self._give_up(segment, "the clock was never set")

    def _merge(self) -> None:
        """Say the oldest of this run again in fewer words, when the centre has long been away."""
        if self._ring.size <= self._limits.capacity // PLENTY:
            return
        bite = merging.bite(self._mergeable(), min(BITE, self._limits.capacity >> 4))
        self._dense.update(segment.number for segment in bite)
        parts = ((segment, self._read(segment, _START.offset)) for segment in bite)
        segments, bulletins = merging.shorter(parts)
        for bulletin in bulletins:
            self._write(encode(replace(bulletin, key=self._key())))
        for segment in segments:
            self._ring.drop(segment)

    def _mergeable(self) -> Iterator[Segment]:
        """Yield what was not looked at yet; what is confirmed keeps its words for its retention."""
        for segment in self._ring.closed:
            fresh = segment.run == self._run and segment.number not in self._dense
            if fresh and self._unconfirmed(segment) == segment.numbers:
                yield segment

    def _key(self) -> Key:
        return Key(Vantage.SITE, self._run, self._began, self.next_seq())

    def _read(self, segment: Segment, offset: int) -> Sequence[Kept]:
        """Read a segment; what the disk cannot give back, in part or at all, is declared."""
        try:
            found = tuple(segment.read(offset)) if offset < segment.size else ()
        except OSError as error:
            if error.errno not in _GONE:
                raise
            _log.error("%s: lost: %s", segment.path, error)
            self._ring.forget(segment)
            self._miss(segment, segment.numbers)
            return ()
        if offset == _START.offset:
            here = IntervalSet.of((kept.seq, kept.seq + 1) for kept in found)
            self._miss(segment, segment.numbers - here)
        return found

    def _miss(self, segment: Segment, numbers: IntervalSet) -> None:
        """Note what a segment held and holds no longer."""
        lost = numbers - self._marks.confirmed(segment.run)
        self._undeclared = gaps.added(self._undeclared, segment.run, lost)
        segment.numbers -= numbers

    def _unconfirmed(self, segment: Segment) -> IntervalSet:
        return segment.numbers - self._marks.confirmed(segment.run)

    def _lost_with(self, segment: Segment) -> Losses:
        """Return what would be lost with a segment: unconfirmed numbers, and what they declare."""
        unconfirmed = self._unconfirmed(segment)
        losses: Losses = {}
        with suppress(OSError):
            losses = gaps.told(kept for kept in segment.read() if kept.seq in unconfirmed)
        return gaps.added(losses, segment.run, unconfirmed)

    def _declare(self, losses: Losses, reason: str = "damaged or missing on disk") -> Losses:
        """Write these losses as gaps; returns what remains to be declared, nothing."""
        for run, numbers in losses.items():
            for lost in gaps.ranges(numbers):
                self._write(encode(Gap(self._key(), run, lost, reason)))
        return {}

    def _look_for_holes(self) -> None:
        """Note the holes of the spool that were neither confirmed nor declared."""
        told: Losses = {}
        holes = gaps.holes(self._ring.segments)
        if holes:
            whole = (self._read(segment, _START.offset) for segment in list(self._ring.segments))
            told = gaps.told(kept for part in whole for kept in part)
        for run, numbers in holes.items():
            known = self._marks.confirmed(run) | told.get(run, NEVER)
            self._undeclared = gaps.added(self._undeclared, run, numbers - known)

    def _expire(self) -> None:
        """Note the segments newly confirmed, and remove those confirmed long enough ago."""
        if self.undated:
            return
        now = self._clock.now()
        settled: dict[int, int] = {}
        for segment in self._ring.closed:
            if not self._unconfirmed(segment):
                settled[segment.number] = self._marks.settled.get(segment.number, now)
                if settled[segment.number] + self._limits.retention <= now:
                    with suppress(OSError):
                        self._ring.drop(segment)
        runs = {segment.run for segment in self._ring.segments}
        self._marks = self._marks.only({*runs, self._run}, settled)


def _lock(path: Path) -> int:
    """Hold the lock of a directory, even on a disk that has become read-only."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise SpoolBusyError(f"{path.parent}: another agent is using this spool") from None
    return descriptor


def _newest(segments: list[Segment]) -> Previous | None:
    newest = next((segment for segment in reversed(segments) if segment.numbers), None)
    return Previous(newest.run, newest.last) if newest else None
