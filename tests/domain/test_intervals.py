from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.intervals import NEVER, IntervalSet
from tests.domain.generated import AXIS, instants, sets, span_lists


@given(span_lists)
def test_a_union_in_any_order_is_sorted_disjoint_and_untouching(
    pieces: list[tuple[int, int]],
) -> None:
    union = IntervalSet.of(pieces)
    assert union == IntervalSet.of(reversed(pieces))
    assert instants(union) == {at for a, b in pieces for at in range(a, b)}
    edges = [edge for span in union for edge in span]
    assert edges == sorted(set(edges))


@given(sets, sets)
def test_algebra(left: IntervalSet, right: IntervalSet) -> None:
    assert instants(left | right) == instants(left) | instants(right)
    assert instants(left & right) == instants(left) & instants(right)
    assert instants(left - right) == instants(left) - instants(right)
    assert (left - right) | (left & right) == left


@given(sets, st.integers(-5, AXIS + 5), st.integers(-5, AXIS + 5))
def test_clip_and_complement_share_a_stretch(some: IntervalSet, start: int, end: int) -> None:
    inside, outside = some.clip(start, end), some.complement(start, end)
    assert instants(inside) == instants(some) & set(range(start, end))
    assert instants(outside) == set(range(start, end)) - instants(some)
    assert inside.measure + outside.measure == max(0, end - start)


@given(sets, st.integers(-1, AXIS))
def test_membership(some: IntervalSet, at: int) -> None:
    assert (at in some) == (at in instants(some))


def test_what_is_no_instant_is_in_no_set() -> None:
    assert "noon" not in IntervalSet.of([(0, 9)])


def test_nothing() -> None:
    assert not NEVER
    assert IntervalSet.of([(3, 3), (5, 2)]) == NEVER
