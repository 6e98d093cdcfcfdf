import random

from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.timeline import RunAccount, Spell, Timeline, merge_spells, prefer, resolve
from tests.domain.generated import AXIS, timelines

runs = st.lists(timelines(), max_size=4).map(
    lambda seen: [RunAccount(n // 2, f"r{n}", t.coverage, t.spells) for n, t in enumerate(seen)]
)


def state(seen: Timeline, at: int) -> State | None:
    return seen.at(at).state if at in seen.coverage else None


@given(timelines())
def test_segments_tile_any_stretch(seen: Timeline) -> None:
    segments = list(seen.segments(0, AXIS))
    assert [s.start for s in segments] + [AXIS] == [0] + [s.end for s in segments]
    assert all(s.start < s.end for s in segments)


@given(timelines(), st.integers(0, AXIS - 1))
def test_outside_coverage_all_is_unobserved(seen: Timeline, at: int) -> None:
    spells = [s for s in seen.spells if s.start <= at < s.end]
    if at not in seen.coverage:
        assert seen.at(at) == Spell(at, at + 1, State.UNOBSERVED, Cause.AGENT)
    else:
        assert seen.at(at).state is (spells[0].state if spells else State.UP)


@given(runs, st.integers(0, AXIS - 1))
def test_the_greatest_run_is_read(accounts: list[RunAccount], at: int) -> None:
    holding = [run for run in accounts if at in run.coverage]
    resolved = resolve(accounts)
    if not holding:
        assert at not in resolved.coverage
        return
    best = max(holding, key=lambda run: (run.began, run.run))
    assert resolved.at(at) == Timeline(best.coverage, best.spells).at(at)


@given(runs, st.integers(0, 99))
def test_the_order_of_arrival_does_not_matter(accounts: list[RunAccount], seed: int) -> None:
    shuffled = [*accounts, *accounts[:1]]
    random.Random(seed).shuffle(shuffled)
    assert resolve(shuffled) == resolve(accounts)


@given(timelines(), timelines(), st.integers(0, AXIS - 1))
def test_the_centre_is_heard_only_where_the_site_is_blind(
    site: Timeline, centre: Timeline, at: int
) -> None:
    own, outside = state(site, at), state(centre, at)
    judged = prefer(site, centre, Cause.SITE_DARK)
    blind = own is None or own is State.UNOBSERVED
    assert state(judged, at) == (outside if blind and outside else own)
    if blind and outside is State.DOWN:
        assert judged.at(at).cause is Cause.SITE_DARK


def test_touching_spells_that_say_the_same_are_one() -> None:
    pieces = [Spell(0, 5, State.DOWN, Cause.DNS), Spell(5, 9, State.DOWN, Cause.DNS)]
    assert merge_spells(reversed(pieces)) == (Spell(0, 9, State.DOWN, Cause.DNS),)
    other = [pieces[0], Spell(5, 9, State.DOWN, Cause.TLS)]
    assert merge_spells(other) == tuple(other)


def test_a_lent_outage_replaces_an_edge() -> None:
    site = Timeline(IntervalSet.of([(0, 9)]), (Spell(3, 6, State.UNOBSERVED, Cause.EDGE),))
    centre = Timeline(IntervalSet.of([(4, 20)]), (Spell(4, 20, State.DOWN, Cause.TIMEOUT),))
    assert prefer(site, centre, Cause.SITE_DARK) == Timeline(
        IntervalSet.of([(0, 20)]),
        (
            Spell(3, 4, State.UNOBSERVED, Cause.EDGE),
            Spell(4, 6, State.DOWN, Cause.SITE_DARK),
            Spell(9, 20, State.DOWN, Cause.SITE_DARK),
        ),
    )
