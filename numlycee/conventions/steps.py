"""From numlycee's count to another, step by step, closing to the millisecond."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from numlycee.conventions.model import Account, Case
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, Tally


class Part(StrEnum):
    """A part of the period; together they are the whole of it, and no two meet."""

    BEFORE = "before-birth"
    TO_COME = "to-come"
    OFF_HOURS = "off-hours"
    HOLIDAYS = "holidays"
    MAINTENANCE = "maintenance"
    AVAILABLE = "available"
    DEGRADED = "degraded"
    DOWN = "down"
    UNREACHABLE = "unreachable"
    UNMEASURED = "unmeasured"
    EDGE = "edge"
    CREDIT = "credit"
    """No part: service that a rule grants at no instant."""


_OWN_WEIGHT = {
    Part.AVAILABLE: (2, 2),
    Part.DEGRADED: (2, 2),
    Part.EDGE: (1, 2),
    Part.DOWN: (0, 2),
}
"""Half-milliseconds that the known rate counts per millisecond: as service, and at all."""

Parts = Sequence[tuple[Part, IntervalSet]]


@dataclass(frozen=True, slots=True)
class Step:
    """What a convention makes of one part, in milliseconds: service, failure, or left out."""

    part: Part
    good: int
    bad: int
    left: int

    def __add__(self, other: "Step") -> "Step":
        """Return both, of the same part."""
        return Step(self.part, self.good + other.good, self.bad + other.bad, self.left + other.left)

    @property
    def shift(self) -> tuple[int, int]:
        """Return by how many half-milliseconds it moves numerator and denominator."""
        good, counted = _OWN_WEIGHT.get(self.part, (0, 0))
        length = self.good + self.bad + self.left
        return 2 * self.good - good * length, 2 * (self.good + self.bad) - counted * length


def parts(case: Case) -> Parts:
    """Divide the period of a case as numlycee sees it."""
    whole = IntervalSet.of([(case.start, case.end)])
    before = whole.clip(case.start, min(case.born, case.until))
    open_hours = case.service.owed & case.life
    closed = case.life - case.service.owed
    owed = open_hours - case.maintenance
    return [
        (Part.BEFORE, before),
        (Part.TO_COME, whole.clip(case.until, case.end)),
        (Part.OFF_HOURS, closed - case.service.weekly),
        (Part.HOLIDAYS, closed & case.service.weekly),
        (Part.MAINTENANCE, open_hours & case.maintenance),
        *_by_state(case, owed),
    ]


def _by_state(case: Case, owed: IntervalSet) -> Iterator[tuple[Part, IntervalSet]]:
    rest = owed
    for part, spans in _stored(case).items():
        yield part, owed & spans
        rest = rest - spans
    yield Part.UNMEASURED, rest - case.timeline.coverage
    yield Part.AVAILABLE, rest & case.timeline.coverage


def _stored(case: Case) -> dict[Part, IntervalSet]:
    spells = case.timeline.spells
    edges = [s for s in spells if s.state is State.UNOBSERVED and s.cause is Cause.EDGE]
    unable = [s for s in spells if s.state is State.UNOBSERVED and s.cause is not Cause.EDGE]
    found = {
        Part.DEGRADED: [s for s in spells if s.state is State.DEGRADED],
        Part.DOWN: [s for s in spells if s.state is State.DOWN],
        Part.UNREACHABLE: [s for s in spells if s.state is State.UNREACHABLE],
        Part.EDGE: edges,
        Part.UNMEASURED: unable,
    }
    return {part: IntervalSet.of((s.start, s.end) for s in seen) for part, seen in found.items()}


def steps(account: Account, divided: Parts) -> tuple[Step, ...]:
    """Return what an account makes of each part, those that move nothing left out."""
    bad = account.counted - account.good
    taken = (
        Step(part, _shared(account.good, span), _shared(bad, span), _outside(span, account.counted))
        for part, span in divided
    )
    return merged([*taken, *_credits(account)])


def _shared(one: IntervalSet, other: IntervalSet) -> int:
    """Return how many milliseconds two sets share, without building what they share."""
    left, right = one.spans, other.spans
    i = j = total = 0
    while i < len(left) and j < len(right):
        (a, b), (c, d) = left[i], right[j]
        total += max(min(b, d) - max(a, c), 0)
        if b < d:
            i += 1
        else:
            j += 1
    return total


def _outside(span: IntervalSet, counted: IntervalSet) -> int:
    return span.measure - _shared(span, counted)


def _credits(account: Account) -> Iterator[Step]:
    if account.credit:
        yield Step(Part.CREDIT, account.credit, -account.credit, 0)


def merged(taken: Iterable[Step]) -> tuple[Step, ...]:
    """Add the steps of the same part together; those that move nothing vanish."""
    sums: dict[Part, Step] = {}
    for step in taken:
        known = sums.get(step.part)
        sums[step.part] = step if known is None else known + step
    return tuple(step for step in sums.values() if step.shift != (0, 0))


def reconciled(own: Tally, taken: Iterable[Step]) -> Rate:
    """Return the rate to which the steps lead from numlycee's known rate."""
    good, counted = own.known.numerator, own.known.denominator
    for step in taken:
        good, counted = good + step.shift[0], counted + step.shift[1]
    return Rate(good, counted)


def heaviest(own: Tally, taken: Iterable[Step]) -> list[tuple[float, Step]]:
    """Return the steps with the move of the rate that each alone would cause, greatest first."""
    known = own.known.value
    weighed = [(_moved(own, step, known), step) for step in taken]
    return sorted(weighed, key=lambda pair: (-pair[0], pair[1].part))


def _moved(own: Tally, step: Step, known: float | None) -> float:
    value = reconciled(own, [step]).value
    if known is None or value is None:
        return 1.0
    return abs(value - known)
