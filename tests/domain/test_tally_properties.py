"""What must always hold of tallies among themselves; whether they are right: `tests/properties`."""

from hypothesis import given

from numlycee.domain.tallies import NOTHING, Rate, Tally, total
from tests.properties.tallies import rates, tallies


@given(tallies(), tallies(), tallies())
def test_tallies_are_a_commutative_monoid(a: Tally, b: Tally, c: Tally) -> None:
    assert a + b == b + a
    assert (a + b) + c == a + (b + c) == total([c, a, b])
    assert a + NOTHING == a
    assert a + b - b == a


def test_a_zero_denominator_is_not_measured() -> None:
    assert [rate.value for rate in rates(NOTHING)] == [None] * 6
    assert NOTHING.coverage.value is None
    assert NOTHING.known.truncated(2) is None


def test_figures_are_truncated_never_rounded_up() -> None:
    assert Rate(99_999, 100_000).truncated(2) == 9999
    assert Rate(1, 1).truncated(2) == 10_000
    assert Rate(2, 3).truncated(0) == 66
