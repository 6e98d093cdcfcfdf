"""Milliseconds per state over a required time, and the rates with their bounds."""

from collections.abc import Iterable
from dataclasses import dataclass

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Tally:
    """Durations in milliseconds; a commutative monoid. `edge` is a part of `unobserved`.

    ``required = up + degraded + down + unreachable + unobserved``, exactly.
    """

    required: int = 0
    up: int = 0
    degraded: int = 0
    down: int = 0
    unreachable: int = 0
    unobserved: int = 0
    edge: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return the tally of both."""
        return Tally(*(a + b for a, b in zip(self.columns, other.columns, strict=True)))

    def __sub__(self, other: "Tally") -> "Tally":
        """Return this tally without a part of it."""
        return Tally(*(a - b for a, b in zip(self.columns, other.columns, strict=True)))

    @property
    def columns(self) -> tuple[int, int, int, int, int, int, int]:
        """Return the seven durations in the order of the fields."""
        return (
            self.required,
            self.up,
            self.degraded,
            self.down,
            self.unreachable,
            self.unobserved,
            self.edge,
        )

    @property
    def known(self) -> "Rate":
        """What was seen of the resource itself, edges shared evenly: the contract's figure."""
        seen = self.up + self.degraded
        return Rate(2 * seen + self.edge, 2 * (seen + self.down + self.edge))

    @property
    def low(self) -> "Rate":
        """Lower bound: unobserved counted as failure."""
        return Rate(self.up + self.degraded, self.required - self.unreachable)

    @property
    def high(self) -> "Rate":
        """Upper bound: unobserved counted as service."""
        return Rate(self.up + self.degraded + self.unobserved, self.required - self.unreachable)

    @property
    def felt(self) -> "Rate":
        """What the pupil lived: unreachable counts as failure; take it over the felt tally."""
        seen = self.up + self.degraded
        return Rate(2 * seen + self.edge, 2 * (seen + self.down + self.edge + self.unreachable))

    @property
    def felt_low(self) -> "Rate":
        """Lower bound of the felt rate."""
        return Rate(self.up + self.degraded, self.required)

    @property
    def felt_high(self) -> "Rate":
        """Upper bound of the felt rate."""
        return Rate(self.up + self.degraded + self.unobserved, self.required)

    @property
    def coverage(self) -> "Rate":
        """Share of the required time that was observed: a service of its own."""
        return Rate(self.required - self.unobserved, self.required)


@dataclass(frozen=True, slots=True)
class Rate:
    """A ratio of two integers; a zero denominator is *not measured*, never 100 %."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """Return the ratio 0–1, or None when nothing was measured."""
        return self.numerator / self.denominator if self.denominator else None

    def truncated(self, decimals: int) -> int | None:
        """Return the percentage times ``10**decimals``, rounded down from the integers."""
        if not self.denominator:
            return None
        scale: int = 10 ** (decimals + 2)
        return scale * self.numerator // self.denominator

    def reaches(self, target: "Rate") -> bool:
        """Tell exactly whether this measured rate is at least the target."""
        return self.numerator * target.denominator >= target.numerator * self.denominator


NOTHING = Tally()


def tally(timeline: Timeline, required: IntervalSet) -> Tally:
    """Return the tally of one resource over a set of required instants: the readable reference.

    `required` is calendar ∩ life ∩ period, minus maintenance for the contractual view.
    """
    lengths = dict.fromkeys(State, 0)
    edge = 0
    for spell in timeline.spells:
        inside = required.clip(spell.start, spell.end).measure
        lengths[spell.state] += inside
        if spell.state is State.UNOBSERVED and spell.cause is Cause.EDGE:
            edge += inside
    total = required.measure
    covered = (required & timeline.coverage).measure
    return Tally(
        required=total,
        up=covered - sum(lengths.values()),
        degraded=lengths[State.DEGRADED],
        down=lengths[State.DOWN],
        unreachable=lengths[State.UNREACHABLE],
        unobserved=lengths[State.UNOBSERVED] + total - covered,
        edge=edge,
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum: a roll-up is the ratio of sums, never a mean of rates."""
    result = NOTHING
    for item in tallies:
        result += item
    return result


@dataclass(frozen=True, slots=True)
class Maintenance:
    """An intervention over ``[start, end)``; it excludes time only if announced before it began."""

    start: int
    end: int
    announced: int
    author: str = ""
    reason: str = ""

    @property
    def counts(self) -> bool:
        """Tell whether it was announced in time."""
        return self.announced <= self.start


def excluded(windows: Iterable[Maintenance]) -> IntervalSet:
    """Return the instants that announced maintenance takes out of the required time."""
    return IntervalSet.of((w.start, w.end) for w in windows if w.counts)
