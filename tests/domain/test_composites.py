"""Composites by their readable reference: k of n, with everything that nobody saw."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.causes import Cause, Owner, propose_owner
from numlycee.domain.composites import (
    ALL,
    FAILED,
    NUMERIQUE_PEDAGOGIQUE,
    WORKING,
    Member,
    Need,
    Part,
    Parts,
    Selector,
    compose,
    conditions,
    least,
)
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate
from numlycee.domain.timeline import Spell, Timeline
from tests.domain.generated import AXIS, timelines
from tests.proof import examples

LYCEE = (
    Resource("link", Kind.LINK, "Accès THD", period=30_000, confirmation=2_000),
    Resource("fw", Kind.FIREWALL, "Pare-feu", parent="link"),
    Resource("sw-coeur", Kind.SWITCH, "Cœur", parent="fw"),
    Resource("sw-b", Kind.SWITCH, "Bâtiment B", parent="sw-coeur"),
    Resource("ap-1", Kind.ACCESS_POINT, "Borne 1", parent="sw-coeur", period=60_000),
    Resource("ap-2", Kind.ACCESS_POINT, "Borne 2", parent="sw-coeur"),
    Resource("ent", Kind.SERVICE, "ENT", parent="link"),
    Resource("gar", Kind.SERVICE, "GAR", parent="link"),
    Resource("imp", Kind.PRINTER, "CDI", parent="sw-coeur"),
)
DAY = IntervalSet(((0, 100),))


def seen(*spells: tuple[int, int, State, Cause], over: IntervalSet = DAY) -> Timeline:
    return Timeline(over, tuple(Spell(*spell) for spell in spells))


def member(
    *spells: tuple[int, int, State, Cause], born: int = 0, retired: int | None = None
) -> Member:
    return Member(seen(*spells), born, retired)


def down(start: int, end: int) -> tuple[int, int, State, Cause]:
    return start, end, State.DOWN, Cause.TIMEOUT


def unseen(start: int, end: int, cause: Cause = Cause.EDGE) -> tuple[int, int, State, Cause]:
    return start, end, State.UNOBSERVED, cause


def told(timeline: Timeline) -> list[tuple[int, int, State, Cause | None]]:
    return [(s.start, s.end, s.state, s.cause) for s in timeline.spells]


def test_who_is_of_which_part() -> None:
    parts = NUMERIQUE_PEDAGOGIQUE.members(LYCEE)
    named = [[resource.id for resource in part] for part in parts]
    assert named == [["link"], ["fw", "sw-coeur"], ["ap-1", "ap-2"], ["ent"]]


def test_a_composite_is_as_coarse_as_its_coarsest_member() -> None:
    whole = NUMERIQUE_PEDAGOGIQUE.resource(LYCEE)
    assert (whole.id, whole.resolution) == ("numerique-pedagogique", 61_000)
    assert whole.resource_class is ResourceClass.COMPOSITE


def test_four_access_points_in_five_are_enough() -> None:
    assert [least(Rate(4, 5), n) for n in (1, 2, 4, 5, 6, 10)] == [1, 2, 4, 4, 5, 8]
    assert least(ALL, 7) == 7
    assert [least(2, n) for n in (1, 2, 7)] == [1, 2, 2]


def test_with_one_of_five_down_the_wifi_is_enough_and_with_two_it_is_not() -> None:
    points = [member(down(10, 30)), member(down(20, 40)), *[member()] * 3]
    found = compose([(Rate(4, 5), points)])
    assert told(found) == [(20, 30, State.DOWN, Cause.PART)]
    assert found.coverage == DAY


def test_a_lycee_cut_off_by_its_switch_is_down_whoever_is_to_blame() -> None:
    hidden = member((10, 20, State.UNREACHABLE, Cause.PARENT))
    assert told(compose([(1, [hidden])])) == [(10, 20, State.DOWN, Cause.PART)]


def test_it_is_degraded_when_it_holds_by_degraded_members_only() -> None:
    slow = member((10, 20, State.DEGRADED, Cause.SLOW))
    assert told(compose([(1, [slow])])) == [(10, 20, State.DEGRADED, Cause.PART)]
    assert told(compose([(1, [slow, member()])])) == []
    assert told(compose([(2, [slow, member()])])) == [(10, 20, State.DEGRADED, Cause.PART)]


def test_an_edge_is_blamed_when_it_makes_all_of_the_doubt() -> None:
    flickering, quiet = member(unseen(10, 20)), member(unseen(15, 30, Cause.PROBE))
    assert told(compose([(1, [flickering])])) == [(10, 20, State.UNOBSERVED, Cause.EDGE)]
    both = compose([(2, [flickering, quiet])])
    assert told(both) == [(10, 15, State.UNOBSERVED, Cause.EDGE)]
    assert both.coverage == IntervalSet(((0, 15), (30, 100)))


def test_one_part_down_for_certain_settles_it_whatever_nobody_saw_of_the_others() -> None:
    parts = [(ALL, [member(down(10, 20))]), (ALL, [member(unseen(0, 50))])]
    found = told(compose(parts))
    assert found == [
        (0, 10, State.UNOBSERVED, Cause.EDGE),
        (10, 20, State.DOWN, Cause.PART),
        (20, 50, State.UNOBSERVED, Cause.EDGE),
    ]


def test_the_parts_tell_why() -> None:
    parts: Parts = [(ALL, [member(down(10, 20))]), (1, [member()]), (1, [member(born=50)])]
    assert conditions(parts, 15) == [FAILED, WORKING, None]
    assert conditions(parts, 60) == [WORKING, WORKING, WORKING]


def test_a_part_is_owed_while_a_member_of_it_lives() -> None:
    link, point = member(), member(down(0, 100), born=40, retired=60)
    found = compose([(ALL, [link]), (ALL, [point]), (ALL, [])])
    assert told(found) == [(40, 60, State.DOWN, Cause.PART)]


def test_before_its_first_birth_and_where_nobody_looked_it_is_not_covered() -> None:
    late = Member(seen(over=IntervalSet(((50, 100),))), 50)
    assert compose([(ALL, [late])]).coverage == IntervalSet(((50, 100),))
    assert compose([]) == Timeline()


@pytest.mark.parametrize("need", [0, -1, Rate(0, 5), Rate(6, 5), Rate(0, 0)])
def test_a_need_without_sense_is_refused(need: Need) -> None:
    with pytest.raises(ValueError, match="part 'Wi-Fi' needs"):
        Part("Wi-Fi", Selector(), need)


def test_a_composite_answers_for_no_minute_itself() -> None:
    assert propose_owner(Kind.COMPOSITE, Cause.PART) is Owner.UNKNOWN


needs = st.one_of(st.integers(1, 3), st.sampled_from([ALL, Rate(4, 5), Rate(1, 2)]))
lives = st.tuples(st.integers(0, AXIS), st.one_of(st.none(), st.integers(0, AXIS)))
members = st.builds(lambda t, life: Member(t, *life), timelines(), lives)
composites = st.lists(st.tuples(needs, st.lists(members, max_size=3)), max_size=2)


@given(composites)
@settings(max_examples=examples(150))
def test_it_says_what_holds_whatever_the_unobserved_turns_out_to_be(
    parts: list[tuple[Need, list[Member]]],
) -> None:
    found = compose(parts)
    for at in range(AXIS):
        truths = set(_truths(parts, at))
        said = found.at(at)
        if len(truths) == 2 or not any(m.alive(at) for _, living in parts for m in living):
            assert said.state is State.UNOBSERVED
        else:
            assert said.state.available is truths.pop()
            assert said.state is not State.UNOBSERVED


def _truths(parts: list[tuple[Need, list[Member]]], at: int) -> list[bool]:
    """Whether the composite works, for every way in which what is unobserved may have been."""
    lanes = [(need, [_ways(m, at) for m in living if m.alive(at)]) for need, living in parts]
    owed = [(need, ways) for need, ways in lanes if ways]
    outcomes = []
    for one in product(*(product(*ways) for _, ways in owed)):
        works = [sum(p) >= least(need, len(p)) for (need, _), p in zip(owed, one, strict=True)]
        outcomes.append(all(works))
    return outcomes


def _ways(one: Member, at: int) -> tuple[bool, ...]:
    state = one.timeline.at(at).state
    return (True, False) if state is State.UNOBSERVED else (state.available,)


@given(composites)
@settings(max_examples=examples(100))
def test_it_is_a_timeline_like_any_other(parts: list[tuple[Need, list[Member]]]) -> None:
    found = compose(parts)
    assert all(a.end <= b.start for a, b in zip(found.spells, found.spells[1:], strict=False))
    looked = IntervalSet.of(s for _, living in parts for m in living for s in m.timeline.coverage)
    assert not found.coverage - looked
    for spell in found.spells:
        assert (spell.start, spell.end) in found.coverage.clip(spell.start, spell.end).spans
        assert spell.state is not State.UP
