"""The vectorised figures equal those of the readable reference, to the millisecond."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.register import SILENT
from numlycee.rates.figures import Rates
from numlycee.rates.model import Hours, Window
from tests.proof import examples
from tests.rates.histories import CALENDARS, DAY
from tests.rates.slowly import Slow
from tests.rates.worlds import instant, statements, world

SEEDS = st.integers(0, 1 << 32)


def some_window(dice: Random) -> Window:
    """Days or hours of a world; sometimes a window that began long before it."""
    start, end, as_of = instant(dice), instant(dice), instant(dice)
    before = dice.choice([0, 0, 0, 60 * DAY])
    return Window("some", min(start, end) - before, max(start, end) + 1, as_of)


@pytest.mark.parametrize("hours", list(Hours))
@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_tables_of_any_window(hours: Hours, seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    register = statements(dice, sites) if seed % 2 else SILENT
    rates = Rates(history, sites, CALENDARS, register)
    slow = Slow(history, sites, CALENDARS, register)
    for _ in range(2):
        window = some_window(dice)
        assert rates.table(window, hours) == slow.table(window, hours)


@pytest.mark.parametrize("hours", list(Hours))
@given(seed=SEEDS)
@settings(max_examples=examples(20))
def test_every_resource_alone(hours: Hours, seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    register, window = statements(dice, sites), some_window(dice)
    rates = Rates(history, sites, CALENDARS, register)
    totals = rates.each(window, hours)
    found = {(s.uai, s.resource.id): totals.figures(n) for n, s in enumerate(rates.subjects)}
    assert found == Slow(history, sites, CALENDARS, register).each(window, hours)


@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_timelines_and_verdicts(seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    register = statements(dice, sites)
    rates = Rates(history, sites, CALENDARS, register)
    slow = Slow(history, sites, CALENDARS, register)
    for uai, name in slow.resources:
        assert rates.timeline(uai, name) == slow.timeline(uai, name)
    for name in slow.shared():
        assert rates.timeline("", name) == slow.verdict(name)


@given(seed=SEEDS)
@settings(max_examples=examples(40))
def test_outages_whole_with_their_bounds(seed: int) -> None:
    dice = Random(seed)
    history, sites = world(dice)
    as_of, register = instant(dice), replace(statements(dice, sites), maintenance={})
    rates = Rates(history, sites, CALENDARS, register)
    slow = Slow(history, sites, CALENDARS, register)
    found = rates.outages(Window("ever", 0, as_of, as_of), Hours.ALWAYS)
    expected = [
        (uai, name, outage)
        for uai, name in slow.resources
        for outage in slow.outages(uai, name, as_of)
    ]
    listed = [(one.site.uai, one.resource.id, one.outage) for one in found]
    assert sorted(listed, key=str) == sorted(expected, key=str)
    assert [one.outage.start for one in found] == sorted(one.outage.start for one in found)
