"""An explanation adds up to the figure that it explains, to the millisecond."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.composites import NUMERIQUE_PEDAGOGIQUE, Composite, Part, Selector
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.register import Register
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate, total
from numlycee.rates.explanation import Explanation, Question, UnknownSubjectError, explain
from numlycee.rates.explanation.model import Due, Rule, Vote
from numlycee.rates.figures import Rates
from numlycee.rates.model import REGION, Figures, Hours, Level, Scope, Table, Window
from tests.proof import examples
from tests.rates.evidence import ListEvidence
from tests.rates.histories import CALENDARS, ListHistory
from tests.rates.worlds import instant, statements, world

pytestmark = pytest.mark.slow

CLASSES = (
    ResourceClass.LINK,
    ResourceClass.SERVICE,
    ResourceClass.LAN,
    ResourceClass.COMPOSITE,
)
SEEDS = st.integers(0, 1 << 32)
NAMES = ("link", "ent", "sw", "ap", "whole", "half")
COMPOSITES = (
    replace(NUMERIQUE_PEDAGOGIQUE, id="whole"),
    Composite("half", "Une moitié", (Part("tout", Selector(), Rate(1, 2)),)),
)


def some_window(dice: Random) -> Window:
    start, end, as_of = instant(dice), instant(dice), instant(dice)
    return Window("some", min(start, end), max(start, end) + 1, as_of)


def explained(
    history: ListHistory, sites: dict[str, Site], register: Register, window: Window, hours: Hours
) -> Iterator[Explanation]:
    """Every resource of every site, and the service that they share."""
    evidence = ListEvidence(history)
    for uai, name in [(uai, name) for uai in sites for name in NAMES] + [("", "ent")]:
        question = Question(uai, name, window, hours)
        try:
            yield explain(evidence, sites, CALENDARS, register, question, COMPOSITES)
        except UnknownSubjectError:
            continue


def living(one: Explanation, window: Window) -> bool:
    born, retired = one.life.born, one.life.retired
    end = window.until if retired is None else min(retired, window.until)
    return born < end and (retired is None or window.start < retired)


def added(explanations: list[Explanation], window: Window) -> dict[str, object]:
    losses = [loss for one in explanations for loss in one.losses]
    counted = [
        loss.outage
        for loss in losses
        if loss.counted is not None and window.start <= loss.counted < window.until
    ]
    return {
        "resources": sum(living(one, window) for one in explanations),
        "contract": total(one.contract for one in explanations),
        "felt": total(one.felt for one in explanations),
        "outages": len(counted),
        "outage_ms": sum(outage.duration for outage in counted),
        "longest": max((outage.duration for outage in counted), default=0),
    }


def told(figures: Figures) -> dict[str, object]:
    return {
        "resources": figures.resources,
        "contract": figures.contract,
        "felt": figures.felt,
        "outages": figures.outages,
        "outage_ms": figures.outage_ms,
        "longest": figures.longest_outage_ms,
    }


def of_table(table: Table, scope: Scope, name: ResourceClass) -> dict[str, object]:
    return told(table[scope, name]) if (scope, name) in table else added([], Window("", 0, 0, 0))


@pytest.mark.parametrize("hours", list(Hours))
@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_the_explanations_of_a_class_add_up_to_its_figures(hours: Hours, seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    register = statements(dice, sites)
    window = some_window(dice)
    table = Rates(history, sites, CALENDARS, register, COMPOSITES).table(window, hours)
    found = list(explained(history, sites, register, window, hours))
    for uai in ("", *sites):
        for name in CLASSES:
            scope = Scope(Level.SITE, uai) if uai else REGION
            if uai or name is ResourceClass.SERVICE:
                mine = [
                    one
                    for one in found
                    if (one.question.uai, one.resource.resource_class) == (uai, name)
                ]
                assert added(mine, window) == of_table(table, scope, name)


@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_the_outages_explained_are_those_known(seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    register = statements(dice, sites)
    window = some_window(dice)
    rates = Rates(history, sites, CALENDARS, register, COMPOSITES)
    known = [
        *(((one.site.uai, one.resource.id), one.outage) for one in rates.outages(window)),
        *((("", one.service.id), one.outage) for one in rates.shared_outages(window)),
    ]
    told = [
        ((one.question.uai, one.resource.id), loss.outage)
        for one in explained(history, sites, register, window, Hours.SERVICE)
        for loss in one.losses
        if loss.counted is not None and window.start <= loss.counted < window.until
    ]
    assert sorted(known, key=str) == sorted(told, key=str)


@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_the_stretches_follow_one_another_over_the_whole_window(seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    window = some_window(dice)
    for one in explained(history, sites, Register(), window, Hours.SERVICE):
        if window.start >= window.until:
            assert one.stretches == ()
            continue
        assert (one.stretches[0].start, one.stretches[-1].end) == (window.start, window.until)
        for before, after in pairwise(one.stretches):
            assert before.end == after.start
            assert (before.state, before.cause, before.due, before.reading) != (
                (after.state, after.cause, after.due, after.reading)
            )
        due = [stretch for stretch in one.stretches if stretch.due is Due.DUE]
        assert sum(stretch.length for stretch in due) == one.contract.required


@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_a_stretch_without_a_reader_is_unobserved_and_no_other(seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    blind = {Rule.NOBODY, Rule.NOT_LISTED, Rule.FEW_VOTERS}
    for one in explained(history, sites, Register(), some_window(dice), Hours.ALWAYS):
        for stretch in one.stretches:
            if stretch.reading.rule in blind:
                assert (stretch.state, stretch.cause) == ("unobserved", "agent")


@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_the_votes_told_are_those_counted(seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    window = some_window(dice)
    at = instant(dice)
    question = Question("", "ent", window, at=at)
    try:
        one = explain(ListEvidence(history), sites, CALENDARS, Register(), question)
    except UnknownSubjectError:
        return
    assert one.ballots is not None
    votes = [voter.vote for voter in one.ballots.voters]
    here = [poll for poll in one.polls if poll.start <= at < poll.end]
    for poll in here:
        assert poll.failing == votes.count(Vote.FAILS)
        assert poll.voters == votes.count(Vote.FAILS) + votes.count(Vote.WORKS)
