"""What an agent no longer holds and must declare: sets of sequence numbers, run by run."""

from collections.abc import Iterable, Iterator, Mapping

from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.wire.errors import WireError
from numlycee.wire.records import Bulletin, Gap, Key, Record, decode_record
from numlycee_agent.spool.segments import Kept, Segment

Losses = dict[str, IntervalSet]
MOST_RANGES = 500
_GAP = b'"type":"gap"'
_MERGED = b'"replaces":'


def added(losses: Mapping[str, IntervalSet], run: str, numbers: IntervalSet) -> Losses:
    """Return the losses with more of one run's numbers."""
    return {**losses, run: losses.get(run, NEVER) | numbers} if numbers else dict(losses)


def told(kept: Iterable[Kept]) -> Losses:
    """Return the numbers that these records stand for: those of gaps, and of merged bulletins."""
    losses: Losses = {}
    for item in kept:
        if _GAP in item.raw or _MERGED in item.raw:
            match _read(item.raw):
                case Gap(run=run, lost=ranges) | Bulletin(key=Key(run=run), replaces=ranges):
                    numbers = IntervalSet.of((first, last + 1) for first, last in ranges)
                    losses = added(losses, run, numbers)
    return losses


def _read(raw: bytes) -> Record | None:
    """Return a record; None for one of a clock that was never set."""
    try:
        return decode_record(raw)
    except WireError:
        return None


def holes(segments: Iterable[Segment]) -> Losses:
    """Return what is missing between the first and the last number held of each run."""
    held: Losses = {}
    for segment in segments:
        held = added(held, segment.run, segment.numbers)
    return {
        run: numbers.complement(numbers.spans[0][0], numbers.spans[-1][1])
        for run, numbers in held.items()
        if len(numbers.spans) > 1
    }


def ranges(numbers: IntervalSet) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield the ranges ``[first, last]`` of a set, as many at a time as one record should list."""
    spans = [(first, end - 1) for first, end in numbers]
    for at in range(0, len(spans), MOST_RANGES):
        yield tuple(spans[at : at + MOST_RANGES])
