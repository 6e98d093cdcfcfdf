"""Tallies that hypothesis makes up, and how rates compare."""

from collections.abc import Iterator

from hypothesis import strategies as st

from numlycee.domain.tallies import Rate, Tally

durations = st.integers(0, 10_000)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    up, degraded, down, unreachable, unobserved = (draw(durations) for _ in range(5))
    edge = draw(st.integers(0, unobserved))
    required = up + degraded + down + unreachable + unobserved
    return Tally(required, up, degraded, down, unreachable, unobserved, edge)


def rates(one: Tally) -> Iterator[Rate]:
    yield from (one.known, one.low, one.high, one.felt, one.felt_low, one.felt_high)


def below(left: Rate, right: Rate) -> bool:
    """Tell exactly whether one rate is at most another; what is not measured is not compared."""
    if not (left.denominator and right.denominator):
        return True
    return right.reaches(left)


def widths(one: Tally) -> tuple[Rate, Rate]:
    """Return how far apart the bounds are, by contract and as felt."""
    return _width(one.low, one.high), _width(one.felt_low, one.felt_high)


def _width(low: Rate, high: Rate) -> Rate:
    return Rate(high.numerator - low.numerator, high.denominator)
