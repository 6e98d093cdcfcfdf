import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.quorum import Ballot, quorum, verdict
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, Timeline
from tests.domain.generated import AXIS, timelines
from tests.proof import examples

WHOLE = IntervalSet.of([(0, AXIS)])
WELL = Timeline(WHOLE)
FAILING = Timeline(WHOLE, (Spell(10, 20, State.DOWN, Cause.HTTP_STATUS),))
DARK = Timeline()


@pytest.mark.parametrize(
    ("voters", "failing", "state"),
    [
        (0, 0, None),
        (2, 2, None),
        (3, 0, State.UP),
        (3, 1, State.UP),
        (3, 2, State.DOWN),
        (4, 2, State.DOWN),
        (5, 2, State.DEGRADED),
        (40, 2, State.DEGRADED),
        (41, 2, State.UP),
        (225, 11, State.UP),
        (225, 12, State.DEGRADED),
        (225, 112, State.DEGRADED),
        (225, 113, State.DOWN),
    ],
)
def test_the_rule(voters: int, failing: int, state: State | None) -> None:
    assert verdict(voters, failing) is state


def test_a_site_whose_own_link_is_cut_does_not_accuse_the_service() -> None:
    cut = Timeline(WHOLE, (Spell(5, 25, State.DOWN, Cause.TIMEOUT),))
    ballots = [Ballot(FAILING, cut)] * 3 + [Ballot(WELL, WELL)] * 3
    assert quorum(ballots, DARK, 0, AXIS) == WELL


def test_half_of_the_voters_decide() -> None:
    ballots = [Ballot(FAILING, WELL)] * 2 + [Ballot(WELL, WELL)] * 2
    assert quorum(ballots, DARK, 0, AXIS).spells == (Spell(10, 20, State.DOWN, Cause.OTHER),)


def test_two_of_many_are_partial() -> None:
    ballots = [Ballot(FAILING, WELL)] * 2 + [Ballot(WELL, WELL)] * 8
    assert quorum(ballots, DARK, 0, AXIS).spells == (Spell(10, 20, State.DEGRADED, Cause.PARTIAL),)


def test_below_three_voters_the_centre_decides_alone() -> None:
    centre = Timeline(IntervalSet.of([(0, 15)]), (Spell(2, 30, State.DOWN, Cause.DNS),))
    known = Timeline(centre.coverage, (Spell(2, 15, State.DOWN, Cause.DNS),))
    assert quorum([Ballot(FAILING, WELL)] * 2, known, 0, AXIS) == known
    assert quorum([Ballot(FAILING, WELL)] * 2, DARK, 0, AXIS) == DARK


def test_a_blind_centre_beside_time_it_does_not_cover_stays_inside_its_coverage() -> None:
    blind = Timeline(IntervalSet.of([(0, 10)]), (Spell(5, 10, State.UNOBSERVED, Cause.AGENT),))
    assert quorum([], blind, 0, AXIS) == blind


@given(st.lists(st.builds(Ballot, timelines(), timelines()), max_size=6), timelines())
@settings(max_examples=examples(30))
def test_instant_by_instant(ballots: list[Ballot], centre: Timeline) -> None:
    decided = quorum(ballots, centre, 0, AXIS)
    for at in range(AXIS):
        seen = [
            ballot.service.at(at).state
            for ballot in ballots
            if ballot.link.at(at).state.available
            and ballot.service.at(at).state not in {State.UNOBSERVED, State.UNREACHABLE}
        ]
        expected = verdict(len(seen), seen.count(State.DOWN))
        assert decided.at(at).state is (expected or centre.at(at).state)
