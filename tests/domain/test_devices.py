"""Counts of devices: nothing between one and four can be worked out from what leaves."""

from datetime import date
from itertools import chain, repeat

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.devices import PARTS, Cell, Fleet, Headcount, Measure, count, hidden
from numlycee.wire.fleet import read_fleet, spell_fleet
from tests.proof import examples

DAY = date(2026, 11, 23)
LATER = 1_795_600_000_000
COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 900))
WORLDS = st.fixed_dictionaries(dict.fromkeys(Cell, COUNTS))


def _leaves(world: dict[Cell, int]) -> Fleet:
    return count(DAY, chain.from_iterable(repeat(cell, n) for cell, n in world.items()))


@settings(max_examples=examples(300))
@given(WORLDS, st.data())
def test_every_hidden_cell_may_still_be_anything_from_one_to_four(
    world: dict[Cell, int], data: st.DataObject
) -> None:
    """Whatever the hidden cells were, each and all, the very same bytes would have left."""
    small = [cell for cell, number in world.items() if 0 < number < 5]
    other = world | {cell: data.draw(st.integers(1, 4), str(cell)) for cell in small}
    assert spell_fleet(_leaves(other)) == spell_fleet(_leaves(world))


@settings(max_examples=examples(300))
@given(WORLDS)
def test_no_sum_of_cells_between_one_and_four_is_told(world: dict[Cell, int]) -> None:
    fleet = _leaves(world)
    for measure, parts in PARTS.items():
        truth, told = sum(world[cell] for cell in parts), fleet[measure]
        assert told.low <= truth <= told.high
        if 0 < truth < 5:
            assert told.exact is None
            assert told.high - told.low >= 3


@settings(max_examples=examples(200))
@given(WORLDS)
def test_what_leaves_is_read_back(world: dict[Cell, int]) -> None:
    fleet = _leaves(world)
    assert read_fleet(spell_fleet(fleet), LATER) == fleet


def test_measures_are_sums_of_cells_and_ranges_where_one_is_hidden() -> None:
    fleet = _leaves(
        dict.fromkeys(Cell, 0)
        | {Cell.SERVICEABLE_SEEN: 540, Cell.SERVICEABLE_AWAY: 180, Cell.NON_COMPLIANT_SEEN: 3}
    )
    assert fleet[Measure.SERVICEABLE] == Headcount(720, 720)
    assert fleet[Measure.SEEN] == Headcount(541, 544)
    assert fleet[Measure.ISSUED] == Headcount(721, 724)
    assert fleet[Measure.NEVER_SEEN].exact == 0


def test_a_count_is_told_from_five_on_or_when_there_is_nobody() -> None:
    assert [hidden(n) for n in range(7)] == [0, None, None, None, None, 5, 6]
