from dataclasses import replace

import pytest

from numlycee.collector.model import BoardSnapshot, LiveSite
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.equipment import Item, parked
from numlycee.domain.kinds import Kind
from numlycee.domain.register import Register
from numlycee.domain.states import State
from numlycee.outages.model import OutagesSnapshot
from numlycee.outages.watch import OutageWatch
from tests.outages.boards import (
    DEGRADED,
    DOWN,
    SECOND,
    SITES,
    T0,
    UAIS,
    UNOBSERVED,
    UNREACHABLE,
    Seen,
    board,
    live,
    mute,
)

A, B, C = UAIS[:3]


@pytest.fixture
def watch() -> OutageWatch:
    return OutageWatch(SITES)


def after(watch: OutageWatch, *looks: list[LiveSite], step: int = SECOND) -> OutagesSnapshot:
    """Return what a watch shows after some looks, a second apart."""
    shown = [watch.step(board(T0 + n * step, sites)) for n, sites in enumerate(looks)]
    return shown[-1]


def test_who_is_listed_as_the_owner_answers_for_an_outage(watch: OutageWatch) -> None:
    item = Item(A, "sw-coeur", Kind.SWITCH, "Cœur", owner=Owner.LYCEE)
    register = Register(equipment=parked((item,)))
    seen = board(T0, [live(A, sw_coeur=DOWN), live(B, sw_coeur=DOWN)])
    owners = {outage.site.uai: outage.owner for outage in watch.step(seen, register).open}
    assert owners == {A: Owner.LYCEE, B: Owner.REGION}


def test_all_is_well(watch: OutageWatch) -> None:
    assert after(watch, []) == OutagesSnapshot(T0, (), 0, 0)


def test_a_cut_link_is_told_at_once_with_its_owner_and_bounds(watch: OutageWatch) -> None:
    (outage,) = after(watch, [live(A, link=DOWN)]).open
    assert (outage.site, outage.resource.id, outage.state) == (SITES[A], "link", State.DOWN)
    assert (outage.since, outage.earliest) == (T0, T0 - 30 * SECOND)
    assert (outage.owner, outage.alerting) == (Owner.OPERATOR, True)
    assert outage.id == f"{A}-link-{T0 // 1000}"


def test_it_closes_when_it_works_again(watch: OutageWatch) -> None:
    shown = after(watch, [live(A, link=DOWN)], [])
    assert (shown.open, shown.opened, shown.closed) == ((), 1, 1)


def test_children_are_swallowed_by_their_parent(watch: OutageWatch) -> None:
    site = live(A, sw_coeur=DOWN, sw_b=UNREACHABLE, impr=UNREACHABLE)
    shown = after(watch, [site])
    assert [outage.resource.id for outage in shown.open] == ["sw-coeur"]
    assert shown.opened == 1


@pytest.mark.parametrize(
    "site",
    [live(A, link=DOWN), live(A, ent=DOWN), live(A, sw_coeur=DOWN), live(A, sw_b=DOWN)],
)
def test_called_for_links_services_and_core(watch: OutageWatch, site: LiveSite) -> None:
    assert [outage.alerting for outage in after(watch, [site]).open] == [True]


@pytest.mark.parametrize("site", [live(A, link=DEGRADED), live(A, impr=DOWN)])
def test_not_called_for_less(watch: OutageWatch, site: LiveSite) -> None:
    assert [outage.alerting for outage in after(watch, [site]).open] == [False]


@pytest.mark.parametrize("blind", [UNOBSERVED, UNREACHABLE])
def test_a_blind_stretch_does_not_end_an_outage(watch: OutageWatch, blind: Seen) -> None:
    later: Seen = (State.DOWN, Cause.DNS, T0 + 2 * SECOND)
    before = after(watch, [live(A, ent=DOWN)], [live(A, ent=blind)]).open
    shown = after(watch, [live(A, ent=later)])
    assert [outage.id for outage in before] == [outage.id for outage in shown.open]
    assert (shown.open[0].cause, shown.open[0].since) == (Cause.DNS, T0)
    assert (shown.opened, shown.closed) == (1, 0)


def test_from_down_to_degraded_one_closes_and_another_opens(watch: OutageWatch) -> None:
    better: Seen = (State.DEGRADED, Cause.LOSS, T0 + SECOND)
    shown = after(watch, [live(A, link=DOWN)], [live(A, link=better)])
    assert [(o.state, o.since) for o in shown.open] == [(State.DEGRADED, T0 + SECOND)]
    assert (shown.opened, shown.closed) == (2, 1)


def test_a_resource_taken_off_the_inventory_is_no_longer_in_trouble(watch: OutageWatch) -> None:
    whole = live(A, impr=DOWN)
    fewer = replace(whole, resources=whole.resources[:-1])
    assert after(watch, [whole], [fewer]).closed == 1


def test_a_trouble_is_held_before_it_is_told() -> None:
    watch = OutageWatch(SITES, hold=2 * SECOND)
    looks = [[live(A, link=DOWN)]] * 3
    assert [bool(watch.step(board(T0 + n * SECOND, s)).open) for n, s in enumerate(looks)] == [
        False,
        False,
        True,
    ]


def test_a_trouble_that_passes_while_held_never_was() -> None:
    watch = OutageWatch(SITES, hold=2 * SECOND)
    shown = after(watch, [live(A, link=DOWN)], [], [live(A, link=DOWN)], [live(A, link=DOWN)])
    assert (shown.open, shown.opened) == ((), 0)


def test_a_silent_lycee_is_one_outage_of_its_link(watch: OutageWatch) -> None:
    speaking, silent = live(A, sw_b=DOWN), mute(A)
    held = after(watch, [speaking], *[[silent]] * 3, step=10 * SECOND)
    assert [o.resource.id for o in held.open] == ["sw-b"]
    shown = watch.step(board(T0 + 40 * SECOND, [silent]))
    (outage,) = shown.open
    assert (outage.resource.kind, outage.cause) == (Kind.LINK, Cause.SITE_DARK)
    assert (outage.since, outage.owner, outage.alerting) == (T0, Owner.UNKNOWN, True)


def test_what_lasted_through_the_silence_is_shown_again(watch: OutageWatch) -> None:
    silent = mute(A)
    after(watch, [live(A, sw_b=DOWN)], *[[silent]] * 5, step=10 * SECOND)
    shown = watch.step(board(T0 + 60 * SECOND, [live(A, sw_b=DOWN)]))
    assert [(o.resource.id, o.since) for o in shown.open] == [("sw-b", T0)]
    assert (shown.opened, shown.closed) == (2, 1)


def test_a_lycee_never_heard_of_is_in_no_trouble(watch: OutageWatch) -> None:
    unheard = replace(mute(A, None), resources=())
    assert not after(watch, *[[unheard]] * 5, step=20 * SECOND).open


def test_after_a_restart_a_lycee_that_stays_silent_is_dark(watch: OutageWatch) -> None:
    (outage,) = after(watch, *[[mute(A, None)]] * 5, step=20 * SECOND).open
    assert (outage.cause, outage.since) == (Cause.SITE_DARK, T0)


def test_a_dark_lycee_without_a_link_in_its_inventory(watch: OutageWatch) -> None:
    bare = replace(mute(A), resources=())
    (outage,) = after(watch, *[[bare]] * 5, step=20 * SECOND).open
    assert outage.resource.kind is Kind.LINK


def test_half_of_the_lycees_dark_call_for_the_centre_not_for_each(watch: OutageWatch) -> None:
    silent = [mute(uai, T0 + n) for n, uai in enumerate(UAIS[:4])]
    shown = after(watch, *[silent] * 5, step=20 * SECOND)
    assert len(shown.open) == 4
    assert not any(outage.alerting for outage in shown.open)
    assert shown.mass_silence is not None
    assert (shown.mass_silence.lycees, shown.mass_silence.since) == (4, T0 + 3)
    assert after(watch, silent[:3]).mass_silence is None


def test_the_ent_down_for_one_lycee_is_its_own_affair(watch: OutageWatch) -> None:
    shown = after(watch, [live(A, ent=DOWN)])
    assert not shown.regional
    assert [(o.resource.id, o.alerting) for o in shown.open] == [("ent", True)]


def ent(since: int) -> Seen:
    return State.DOWN, Cause.HTTP_STATUS, since


def test_the_ent_down_for_half_of_the_voters_is_told_once_for_the_region(
    watch: OutageWatch,
) -> None:
    failing = [live(uai, ent=ent(T0 + n)) for n, uai in enumerate(UAIS[:5])]
    shown = after(watch, failing)
    (regional,) = shown.regional
    assert (regional.state, regional.voters, regional.failing) == (State.DOWN, 8, 5)
    assert (regional.since, regional.owner) == (T0 + 3, Owner.PUBLISHER)
    assert regional.id == f"region-ent-{T0 // 1000}"
    assert len(shown.open) == 5
    assert not any(outage.alerting for outage in shown.open)


def test_a_regional_trouble_keeps_its_date_while_more_lycees_join(watch: OutageWatch) -> None:
    first = [live(uai, ent=ent(T0 + n)) for n, uai in enumerate(UAIS[:4])]
    sooner = [*first, live(UAIS[4], ent=ent(T0 - SECOND))]
    assert after(watch, first, sooner).regional[0].since == T0 + 3


def test_two_of_eight_are_a_partial_trouble(watch: OutageWatch) -> None:
    (regional,) = after(watch, [live(A, ent=DOWN), live(B, ent=DOWN)]).regional
    assert (regional.state, regional.cause) == (State.DEGRADED, Cause.PARTIAL)


def test_who_has_no_link_or_no_voice_does_not_vote(watch: OutageWatch) -> None:
    sites = [
        live(A, link=DOWN, ent=DOWN),
        mute(B),
        live(C, ent=UNOBSERVED),
        *(live(uai, ent=DOWN) for uai in UAIS[3:6]),
    ]
    (regional,) = after(watch, sites).regional
    assert (regional.voters, regional.failing) == (5, 3)


def test_a_site_outside_the_fleet_is_not_shown(watch: OutageWatch) -> None:
    stranger = "0999999Z"
    snapshot = BoardSnapshot(T0, {stranger: live(stranger, link=DOWN)})
    assert not watch.step(snapshot).open


def test_oldest_first(watch: OutageWatch) -> None:
    earlier: Seen = (State.DOWN, Cause.TIMEOUT, T0 - SECOND)
    shown = after(watch, [live(A, link=DOWN, impr=earlier), live(B, link=earlier)])
    assert [(o.site.uai, o.resource.id) for o in shown.open] == [
        (A, "impr"),
        (B, "link"),
        (A, "link"),
    ]
