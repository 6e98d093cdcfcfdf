"""The clock of a site is held against the centre's at every word it says of now."""

import pytest

from numlycee.collector.board import Board
from numlycee.wire.messages import Now
from tests.collector.centre import FLEET, INVENTORY, SITE, T0, HandClock


@pytest.mark.parametrize("wrong", [-86_400_000, -61_000, 0, 61_000])
def test_the_clock_of_a_site_is_held_against_ours(clock: HandClock, wrong: int) -> None:
    board = Board(FLEET, clock)
    board.show(SITE, Now("00000000000000aa", T0, 1, T0 + wrong, INVENTORY.digest))
    assert board.snapshot(T0).sites[SITE].clock_offset == wrong
