"""What an agent no longer holds and must declare: sets of sequence numbers, run by run."""

from collections.abc import Iterable, Iterator, Mapping

from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.wire.errors import WireError
from numlycee.wire.records import Gap, decode_record
from numlycee_agent.segments import Kept, Segment

Losses = dict[str, IntervalSet]
MOST_RANGES = 500
_GAP = b'"type":"gap"'


def added(losses: Mapping[str, IntervalSet], run: str, numbers: IntervalSet) -> Losses:
    """Return the losses with more of one run's numbers."""
    return {**losses, run: losses.get(run, NEVER) | numbers} if numbers else dict(losses)


def declared(kept: Iterable[Kept]) -> Losses:
    """Return what the gaps among these records declare."""
    losses: Losses = {}
    for item in kept:
        if (record := _gap(item.raw)) is not None:
            numbers = IntervalSet.of((first, last + 1) for first, last in record.lost)
            losses = added(losses, record.run, numbers)
    return losses


def _gap(raw: bytes) -> Gap | None:
    """Return a gap; None for another record, and for one of a clock that was never set."""
    try:
        record = decode_record(raw) if _GAP in raw else None
    except WireError:
        return None
    return record if isinstance(record, Gap) else None


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
