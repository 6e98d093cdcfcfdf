"""A ring of append-only segment files, each holding records of one run in order."""

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.frames import FORMAT, HEADER_SIZE, format_of, frame, frames, header

_log = logging.getLogger(__name__)
_BLOCK = 4096
_NAME = re.compile(r"([0-9]{8,})\.([0-9a-f]{16})\.([0-9]+)(?:\.([0-9a-f]{16})\.([0-9]+))?\.records")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where reading goes on: a segment's number and an offset in its file."""

    segment: int = 0
    offset: int = HEADER_SIZE


@dataclass(frozen=True, slots=True)
class Kept:
    """One record of the spool as it was written, and the place after it."""

    run: str
    seq: int
    raw: bytes
    after: Place


@dataclass(frozen=True, slots=True, order=True)
class Guess:
    """The line of time of a run not dated yet: its boot, and the anchor guessed for it."""

    boot: str
    anchor: int


@dataclass(slots=True)
class Segment:
    """One file: its place in the ring, its run, and the sequence numbers that it holds.

    Its records are dated by a `guess`, or rightly where there is none.
    """

    path: Path
    number: int
    run: str
    guess: Guess | None = None
    size: int = HEADER_SIZE
    numbers: IntervalSet = NEVER

    @property
    def first(self) -> int:
        """Return the lowest sequence number held."""
        return self.numbers.spans[0][0]

    @property
    def last(self) -> int:
        """Return the highest sequence number held."""
        return self.numbers.spans[-1][1] - 1

    @property
    def allocated(self) -> int:
        """Return the bytes that the file takes on disk, block by block."""
        return -(-self.size // _BLOCK) * _BLOCK

    def read(self, offset: int = HEADER_SIZE) -> Iterator[Kept]:
        """Return what is held from an offset on; raises `OSError`."""
        data = self.path.read_bytes()[: self.size]
        return (
            Kept(self.run, found.seq, found.raw, Place(self.number, found.end))
            for found in frames(data, offset)
            if found.seq in self.numbers
        )

    def note(self, seq: int, size: int) -> None:
        """Take in that a record was appended in `size` bytes."""
        self.numbers |= IntervalSet(((seq, seq + 1),))
        self.size += size


def survey(directory: Path) -> tuple[list[Segment], int]:
    """Return the segments that hold records, oldest first, and the highest number ever used.

    Nothing is written. A file that cannot be read or is of a later format is left out, and alone.
    """
    named = sorted(
        (int(match[1]), match[2], path, match.groups()[2:])
        for path in directory.iterdir()
        if (match := _NAME.fullmatch(path.name))
    )
    segments: list[Segment] = []
    for number, run, path, (first, boot, anchor) in named:
        try:
            data = path.read_bytes()
        except OSError as error:
            _log.error("%s: cannot be read: %s", path, error)
            continue
        if (format_of(data) or FORMAT) > FORMAT:
            _log.warning("%s: written by a later version; left alone", path)
            continue
        _supersede(segments, run, int(first))
        numbers = IntervalSet.of((found.seq, found.seq + 1) for found in frames(data))
        guess = Guess(boot, int(anchor)) if boot else None
        segments.append(Segment(path, number, run, guess, len(data), numbers))
    return segments, max((number for number, *_ in named), default=0)


def _supersede(segments: list[Segment], run: str, first: int) -> None:
    """Forget what an abandoned file holds beyond the start of the next one of its run.

    After a failed sync a record may or may not be on disk; its second writing is the true one.
    """
    if segments and segments[-1].run == run:
        segments[-1].numbers = segments[-1].numbers.clip(0, first)


class Ring:
    """The segments of one spool; the newest is appended to, the oldest go first."""

    def __init__(self, directory: Path, disk: Disk, segment_bytes: int) -> None:
        self._directory = directory
        self._disk = disk
        self._segment_bytes = segment_bytes
        found, self._highest = survey(directory)
        self.segments = [segment for segment in found if segment.numbers]
        self._descriptor: int | None = None
        for segment in found:
            if not segment.numbers:
                with suppress(OSError):
                    disk.unlink(segment.path)

    @property
    def size(self) -> int:
        """Return the bytes that the segments take on disk."""
        return sum(segment.allocated for segment in self.segments)

    @property
    def closed(self) -> list[Segment]:
        """Return the segments that are no longer appended to, but for the newest of all."""
        return self.segments[:-1]

    def append(self, run: str, seq: int, raw: bytes, guess: Guess | None = None) -> None:
        """Make one record durable; raises `OSError`, and the record is then not held."""
        framed = frame(seq, raw)
        descriptor = self._room(run, seq, len(framed), guess)
        segment = self.segments[-1]
        try:
            self._disk.append(descriptor, framed)
        except OSError:
            self._undo(descriptor, segment.size)
            raise
        try:
            self._disk.sync(descriptor)
        except OSError:
            self.close()  # what a failed sync left behind is unknown: never sync this file again
            raise
        segment.note(seq, len(framed))

    def drop(self, segment: Segment) -> None:
        """Remove a segment and its file; raises `OSError`."""
        self._disk.unlink(segment.path)
        self.segments.remove(segment)

    def forget(self, segment: Segment) -> None:
        """Leave out a segment that cannot be read; its file is left as it is."""
        if segment is self.segments[-1]:
            self.close()
        if segment in self.segments:
            self.segments.remove(segment)

    def close(self) -> None:
        """Close the open file; appending again begins another."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        with suppress(OSError):
            self._disk.close(descriptor)
        if not self.segments[-1].numbers:
            empty = self.segments.pop()
            with suppress(OSError):
                self._disk.unlink(empty.path)

    def _room(self, run: str, seq: int, size: int, guess: Guess | None) -> int:
        if self._descriptor is not None:
            current = self.segments[-1]
            if not current.numbers or current.size + size <= self._segment_bytes:
                return self._descriptor
        return self._begin(run, seq, guess)

    def _begin(self, run: str, seq: int, guess: Guess | None) -> int:
        number = self._highest = self._highest + 1
        line = f".{guess.boot}.{guess.anchor}" if guess else ""
        path = self._directory / f"{number:08d}.{run}.{seq}{line}.records"
        descriptor = self._disk.create(path, header())
        self.close()
        self._descriptor = descriptor
        self.segments.append(Segment(path, number, run, guess))
        return descriptor

    def _undo(self, descriptor: int, size: int) -> None:
        try:
            self._disk.cut(descriptor, size)
        except OSError:
            self.close()
