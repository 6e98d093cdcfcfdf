"""Property 4: more failure raises no rate, and an observation never widens the bounds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Vantage
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.states import State
from numlycee.domain.tallies import Tally, tally
from numlycee.domain.timeline import Timeline, merge_spells, restrict
from numlycee.rates.figures import Rates
from numlycee.rates.model import Figures, Hours, Scope, Table, Window
from numlycee.rates.ports import CoverageRow, SpellRow
from numlycee.wire.records import inventory_of
from tests.domain.generated import AXIS, sets, timelines
from tests.proof import examples
from tests.properties.tallies import below, durations, rates, tallies, widths
from tests.properties.years import Year, some_window, years
from tests.rates.histories import ENT, LINK, SWITCH, ListHistory
from tests.reading import quickly

SEEDS = st.integers(0, 2**32)
OBSERVED = (State.UP, State.DEGRADED, State.DOWN)
WATCHED = {resource.id: resource for resource in (LINK, ENT, SWITCH)}


def assert_no_rate_rises(before: Tally, after: Tally) -> None:
    assert all(below(now, then) for now, then in zip(rates(after), rates(before), strict=True))


def assert_no_width_grows(before: Tally, after: Tally) -> None:
    assert all(below(now, then) for now, then in zip(widths(after), widths(before), strict=True))


@settings(max_examples=examples(1000))
@given(tallies(), durations)
def test_more_failure_raises_no_rate(before: Tally, some: int) -> None:
    moved = some % (before.up + 1)
    assert_no_rate_rises(before, replace(before, up=before.up - moved, down=before.down + moved))


@settings(max_examples=examples(500))
@given(timelines(), sets, sets, st.sampled_from(OBSERVED))
def test_an_observation_never_widens_the_bounds(
    seen: Timeline, owed: IntervalSet, revealed: IntervalSet, state: State
) -> None:
    blind = IntervalSet.of((s.start, s.end) for s in seen.spells if s.state is State.UNOBSERVED)
    learnt = revealed & (blind | (IntervalSet.of([(0, AXIS)]) - seen.coverage))
    kept = restrict(seen.spells, seen.coverage - learnt)
    shown = () if state is State.UP else Timeline(learnt).segments(0, AXIS)
    told = (replace(s, state=state) for s in shown if s.state is State.UP)
    after = tally(Timeline(seen.coverage | learnt, merge_spells((*kept, *told))), owed)
    assert_no_width_grows(tally(seen, owed), after)


def read(year: Year, history: ListHistory) -> Rates:
    return quickly(history, year.sites, year.calendars, year.register)


def pairs(before: Table, after: Table, of: ResourceClass) -> Iterable[tuple[Figures, Figures]]:
    """Yield the figures of one class before and after, at every level."""
    concerned: Mapping[tuple[Scope, ResourceClass], Figures] = before
    return [(then, after[key]) for key, then in concerned.items() if key[1] is of]


def instants(timeline: Timeline, state: State, window: Window) -> IntervalSet:
    stretches = timeline.segments(window.start, max(window.start, window.end))
    return IntervalSet.of((s.start, s.end) for s in stretches if s.state is state)


def failed(history: ListHistory, uai: str, name: str, when: IntervalSet) -> ListHistory:
    """Return a history in which every run that said `up` over these instants says `down`."""
    listing = {i.digest for of, i in history.lists if of == uai and name in i}
    runs: dict[tuple[Vantage, str, int], list[tuple[int, int]]] = {}
    for row in history.covered:
        if row.uai == uai and row.inventory in listing:
            runs.setdefault((row.vantage, row.run, row.began), []).append((row.start, row.end))
    told = [
        SpellRow(uai, name, *run, State.DOWN, Cause.REFUSED, start, end)
        for run, spans in runs.items()
        for start, end in (IntervalSet.of(spans) & when) - _spelt(history, uai, name, run)
    ]
    return ListHistory(history.lists, history.covered, history.spelt + told)


def _spelt(history: ListHistory, uai: str, name: str, run: tuple[Vantage, str, int]) -> IntervalSet:
    return IntervalSet.of(
        (row.start, row.end)
        for row in history.spelt
        if (row.uai, row.resource) == (uai, name) and (row.vantage, row.run, row.began) == run
    )


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(year=years, hours=st.sampled_from(Hours), seed=SEEDS)
def test_a_failure_raises_no_rate_of_its_class_at_any_level(
    year: Year, hours: Hours, seed: int
) -> None:
    dice = Random(seed)
    uai, name = dice.choice(list(year.sites)), dice.choice(list(WATCHED))
    before = read(year, year.history)
    when = instants(before.timeline(uai, name), State.UP, some_window(dice, year))
    after = read(year, failed(year.history, uai, name, when))
    assert not instants(after.timeline(uai, name), State.UP, year.window) & when
    for window in (year.window, some_window(dice, year)):
        tables = before.table(window, hours), after.table(window, hours)
        for then, now in pairs(*tables, WATCHED[name].resource_class):
            assert_no_rate_rises(then.contract, now.contract)
            assert_no_rate_rises(then.felt, now.felt)
            assert then.lost_pupil_ms <= now.lost_pupil_ms


def watched(history: ListHistory, uai: str, name: str, dice: Random, to: Window) -> ListHistory:
    """Return a history with one more run, of that resource alone, where nobody had spoken."""
    born = min(
        (
            row.start
            for row in history.covered
            if row.uai == uai
            and any(i.digest == row.inventory and name in i for of, i in history.lists if of == uai)
        ),
        default=to.end,
    )
    silent = IntervalSet.of([(max(born, to.start), to.end)]) - IntervalSet.of(
        (row.start, row.end) for row in history.covered if row.uai == uai
    )
    alone, state = inventory_of([WATCHED[name]]), dice.choice(OBSERVED)
    run = (Vantage.SITE, "one more", to.end)
    covered = [CoverageRow(uai, *run, alone.digest, *span) for span in silent]
    told = [SpellRow(uai, name, *run, state, Cause.LOSS, *span) for span in silent]
    return ListHistory(
        [*history.lists, (uai, alone)],
        history.covered + covered,
        history.spelt + (told if state is not State.UP else []),
    )


def learnt(history: ListHistory, uai: str, name: str, dice: Random) -> ListHistory:
    """Return a history in which some spells of a resource say what was unobserved before."""
    told = []
    for row in history.spelt:
        mine = (row.uai, row.resource, row.state) == (uai, name, State.UNOBSERVED)
        state = dice.choice(OBSERVED) if mine else row.state
        if state is not State.UP:
            told.append(replace(row, state=state))
    return ListHistory(history.lists, history.covered, told)


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(year=years, hours=st.sampled_from(Hours), seed=SEEDS)
def test_an_observation_widens_no_bounds_of_its_class_at_any_level(
    year: Year, hours: Hours, seed: int
) -> None:
    dice = Random(seed)
    uai, name = dice.choice(list(year.sites)), dice.choice(list(WATCHED))
    period = some_window(dice, year)
    histories = (
        watched(year.history, uai, name, dice, period),
        learnt(year.history, uai, name, dice),
    )
    before = read(year, year.history)
    for after in (read(year, history) for history in histories):
        for window in (year.window, period):
            tables = before.table(window, hours), after.table(window, hours)
            for then, now in pairs(*tables, WATCHED[name].resource_class):
                assert_no_width_grows(then.contract, now.contract)
                assert_no_width_grows(then.felt, now.felt)
