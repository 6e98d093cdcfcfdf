from collections import Counter
from dataclasses import replace

import pytest

from numlycee.adapters.web.conditions import class_states, condition, site_state
from numlycee.adapters.web.summary import summarise
from numlycee.collector.model import LiveResource
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.states import State
from tests.adapters.web.pictures import (
    BAD_DAY,
    MINUTE,
    NOW,
    bad_day,
    empty,
    healthy,
    live,
    no_sites,
    one_silent,
    picture,
    regional,
    silent,
    sites,
)

SITE = next(iter(sites().values()))


def printers(*states: State) -> list[LiveResource]:
    return [
        LiveResource(SITE.uai, Resource(f"p{rank}", Kind.PRINTER, "p"), state, None, NOW)
        for rank, state in enumerate(states)
    ]


def test_a_lycee_never_heard_of_is_not_measured() -> None:
    assert site_state(None) is State.UNOBSERVED
    assert class_states(None) == {}


def test_a_silent_agent_makes_everything_unmeasured() -> None:
    view = silent(SITE)
    assert site_state(view) is State.UNOBSERVED
    assert set(class_states(view).values()) == {State.UNOBSERVED}


@pytest.mark.parametrize(
    ("resource", "state", "expected"),
    [
        ("link", State.DOWN, State.DOWN),
        ("ent", State.DOWN, State.DOWN),
        ("sw-coeur", State.DOWN, State.DOWN),
        ("ap-1", State.DOWN, State.DEGRADED),
        ("ap-1", State.DEGRADED, State.DEGRADED),
        ("ap-1", State.UNOBSERVED, State.UP),
        ("link", State.UNOBSERVED, State.UNOBSERVED),
        ("link", State.DEGRADED, State.DEGRADED),
    ],
)
def test_what_all_depend_on_decides(resource: str, state: State, expected: State) -> None:
    assert site_state(live(SITE, (resource, state, Cause.OTHER, MINUTE))) is expected


def test_children_hidden_by_a_dead_switch_are_unreachable_not_down() -> None:
    classes = class_states(live(SITE, ("sw-coeur", State.DOWN, Cause.SNMP_SILENT, MINUTE)))
    assert classes[ResourceClass.LAN] is State.DOWN
    assert classes[ResourceClass.WIFI] is State.UNREACHABLE
    assert classes[ResourceClass.LINK] is State.UP


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((State.UP, State.DOWN), State.DEGRADED),
        ((State.DOWN, State.DOWN), State.DOWN),
        ((State.DOWN, State.UNREACHABLE), State.DOWN),
        ((State.UNOBSERVED, State.UNOBSERVED), State.UNOBSERVED),
        ((State.UNOBSERVED, State.UP), State.UP),
    ],
)
def test_without_anything_essential_all_must_fail(
    states: tuple[State, ...], expected: State
) -> None:
    assert condition(printers(*states), frozenset()) is expected


def test_every_lycee_is_counted_once() -> None:
    summary = summarise(bad_day())
    assert sum(summary.region.counts.values()) == 225
    added: Counter[State] = Counter()
    for group in summary.departments:
        added.update(group.counts)
    assert added == Counter(summary.region.counts)


def test_departements_come_worst_first() -> None:
    codes = [group.scope.key for group in summarise(bad_day()).departments]
    assert codes[:3] == ["31", "34", "09"]
    assert len(codes) == 13


def test_the_sentence_counts_and_three_lycees_are_amber() -> None:
    banner = summarise(bad_day()).region.banner
    assert banner.sentence == "3 lycées en panne, 4 dégradés sur 225"
    assert banner.tone is State.DEGRADED


def test_one_in_twenty_is_red() -> None:
    cut = BAD_DAY[3]
    assert summarise(picture(dict.fromkeys(range(11), cut))).region.banner.tone is State.DEGRADED
    assert summarise(picture(dict.fromkeys(range(12), cut))).region.banner.tone is State.DOWN


def test_a_service_failing_everywhere_is_red() -> None:
    assert summarise(regional()).region.banner.tone is State.DOWN


def test_lycees_whose_link_is_cut_have_no_vote_on_the_ent() -> None:
    troubles = dict.fromkeys(range(4), BAD_DAY[3])
    assert summarise(picture(troubles)).region.banner.tone is State.DEGRADED


@pytest.mark.parametrize(
    ("shown", "tone", "sentence"),
    [
        (healthy, State.UP, "Tout fonctionne dans les 225 lycées"),
        (one_silent, State.UP, "Aucune panne constatée, 1 non mesuré sur 225"),
        (empty, State.UNOBSERVED, "Aucune mesure : aucun agent ne répond"),
        (no_sites, State.UNOBSERVED, "Aucun lycée n’est encore suivi"),
    ],
)
def test_what_is_not_seen_is_never_green(shown: object, tone: State, sentence: str) -> None:
    assert callable(shown)
    banner = summarise(shown()).region.banner
    assert (banner.tone, banner.sentence) == (tone, sentence)


def test_many_silent_agents_are_grey() -> None:
    base = healthy()
    board = {
        uai: silent(base.sites[uai]) if rank < 12 else view
        for rank, (uai, view) in enumerate(base.board.sites.items())
    }
    banner = summarise(replace(base, board=replace(base.board, sites=board))).region.banner
    assert banner.tone is State.UNOBSERVED


def test_one_degraded_lycee_is_said_in_the_singular() -> None:
    banner = summarise(picture({90: BAD_DAY[90]})).region.banner
    assert banner.sentence == "1 lycée dégradé sur 225"


def test_answering_agents_are_counted() -> None:
    summary = summarise(one_silent())
    assert summary.region.answering == 224
    assert summarise(empty()).region.answering == 0
    assert summarise(empty()).region.last_seen is None
