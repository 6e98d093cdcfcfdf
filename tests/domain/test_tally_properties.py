"""What must always hold of a tally, whatever was observed."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.tallies import NOTHING, Rate, Tally, tally, total
from numlycee.domain.timeline import Timeline, merge_spells, restrict
from tests.domain.generated import AXIS, sets, timelines

durations = st.integers(0, 10_000)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    up, degraded, down, unreachable, unobserved = (draw(durations) for _ in range(5))
    edge = draw(st.integers(0, unobserved))
    required = up + degraded + down + unreachable + unobserved
    return Tally(required, up, degraded, down, unreachable, unobserved, edge)


def below(left: Rate, right: Rate) -> bool:
    """Tell exactly whether one rate is at most another; what is not measured is not compared."""
    if not (left.denominator and right.denominator):
        return True
    return right.reaches(left)


@given(timelines(), sets)
def test_the_five_durations_sum_to_the_required_time(seen: Timeline, owed: IntervalSet) -> None:
    result = tally(seen, owed)
    parts = result.up, result.degraded, result.down, result.unreachable, result.unobserved
    assert sum(parts) == result.required == owed.measure
    assert min(parts) >= 0
    assert 0 <= result.edge <= result.unobserved


@given(tallies())
def test_bounds_hold_the_rate_between_them(one: Tally) -> None:
    assert below(one.low, one.known)
    assert below(one.known, one.high)
    assert below(one.felt_low, one.felt)
    assert below(one.felt, one.felt_high)


@given(timelines(), sets, st.integers(0, AXIS))
def test_halves_add_up_to_the_whole(seen: Timeline, owed: IntervalSet, cut: int) -> None:
    halves = tally(seen, owed.clip(0, cut)) + tally(seen, owed.clip(cut, AXIS))
    assert halves == tally(seen, owed)
    assert halves - tally(seen, owed.clip(0, cut)) == tally(seen, owed.clip(cut, AXIS))


@given(tallies(), tallies(), tallies())
def test_tallies_are_a_commutative_monoid(a: Tally, b: Tally, c: Tally) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c) == total([c, a, b])
    assert a + NOTHING == a


def rates(one: Tally) -> Iterator[Rate]:
    yield from (one.known, one.low, one.high, one.felt, one.felt_low, one.felt_high)


@given(tallies(), durations)
def test_more_failure_raises_no_rate(before: Tally, moved: int) -> None:
    assume(moved <= before.up)
    after = replace(before, up=before.up - moved, down=before.down + moved)
    assert all(below(now, then) for now, then in zip(rates(after), rates(before), strict=True))


def width(low: Rate, high: Rate) -> Rate:
    return Rate(high.numerator - low.numerator, high.denominator)


@given(timelines(), sets, sets, st.sampled_from([State.UP, State.DEGRADED, State.DOWN]))
def test_an_observation_never_widens_the_bounds(
    seen: Timeline, owed: IntervalSet, revealed: IntervalSet, state: State
) -> None:
    blind = IntervalSet.of((s.start, s.end) for s in seen.spells if s.state is State.UNOBSERVED)
    learnt = revealed & (blind | (IntervalSet.of([(0, AXIS)]) - seen.coverage))
    kept = restrict(seen.spells, seen.coverage - learnt)
    shown = () if state is State.UP else Timeline(learnt).segments(0, AXIS)
    told = (replace(s, state=state) for s in shown if s.state is State.UP)
    after = tally(Timeline(seen.coverage | learnt, merge_spells((*kept, *told))), owed)
    before = tally(seen, owed)
    assert below(width(after.low, after.high), width(before.low, before.high))
    assert below(width(after.felt_low, after.felt_high), width(before.felt_low, before.felt_high))


def test_a_zero_denominator_is_not_measured() -> None:
    assert [rate.value for rate in rates(NOTHING)] == [None] * 6
    assert NOTHING.coverage.value is None
    assert NOTHING.known.truncated(2) is None


def test_figures_are_truncated_never_rounded_up() -> None:
    assert Rate(99_999, 100_000).truncated(2) == 9999
    assert Rate(1, 1).truncated(2) == 10_000
    assert Rate(2, 3).truncated(0) == 66
