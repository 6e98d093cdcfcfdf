"""Budgets of promises, read from the same tables as every other figure."""

from collections.abc import Mapping

import pytest

from numlycee.domain.budgets import Budget
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.durations import HOUR, MINUTE
from numlycee.domain.inventory import Vantage
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate
from numlycee.rates.figures import Rates
from numlycee.rates.model import REGION, Hours, Level, Scope, Table, Window
from numlycee.rates.ports import SpellRow
from numlycee.rates.spending import LENGTHS, Spending, Spendings
from tests.rates.histories import CALENDARS, DAY, LINK, MONDAY, ListHistory, site

WEEKS = MONDAY, MONDAY + 14 * DAY  # ten school days of eleven hours
SITES = {"A": site("A"), "B": site("B", calendar="boarding")}
OPENS = 7 * HOUR + 30 * MINUTE
TUESDAY = MONDAY + DAY + OPENS


def promise(target: Rate, calendar: str = "service") -> Objective:
    return Objective(ResourceClass.LINK, target, calendar, Owner.OPERATOR)


class Counting:
    """Rates that count what they are asked."""

    def __init__(self, rates: Rates) -> None:
        self.rates, self.asked = rates, 0

    def table(self, window: Window, hours: Hours) -> Table:
        self.asked += 1
        return self.rates.table(window, hours)


def cut(start: int, end: int, sites: Mapping[str, Site] = SITES) -> Counting:
    """Two weeks seen without a gap, but for one cut of the first lycée's link."""
    history = ListHistory()
    for uai in sites:
        history.watched(uai, (LINK,), *WEEKS)
    history.spelt.append(
        SpellRow(
            "A", "link", Vantage.SITE, "r1", 0, State.DOWN, Cause.TIMEOUT, start, end
        )
    )  # fmt: skip
    return Counting(Rates(history, sites, CALENDARS))


def spent(rates: Counting, objective: Objective, as_of: int, scope: Scope = REGION) -> Spending:
    return Spendings(rates, SITES, CALENDARS, WEEKS, as_of).of(scope, objective)


ALONE = Scope(Level.SITE, "A")


def test_the_budget_of_a_lycee_is_that_of_its_whole_period() -> None:
    """Ten days of eleven hours at 98 % allow 2 h 12; twelve minutes of them went on Tuesday."""
    rates = cut(TUESDAY, TUESDAY + 12 * MINUTE)
    found = spent(rates, promise(Rate(98, 100)), TUESDAY + HOUR, ALONE)
    assert found.budget == Budget(132 * MINUTE, 12 * MINUTE, 12 * MINUTE)


def test_the_last_two_hours_of_service_reach_back_over_the_night() -> None:
    rates = cut(MONDAY + 17 * HOUR, MONDAY + 18 * HOUR)
    found = spent(rates, promise(Rate(98, 100)), TUESDAY + HOUR, ALONE)
    assert found.burns[HOUR].certain.value == 0
    assert found.burns[2 * HOUR].certain.value == pytest.approx(0.25 / 0.02)


def test_a_cut_that_goes_on_pages_and_one_that_ended_does_not() -> None:
    """A fiftieth of the budget is 2 min 38 of an hour, which any lasting cut spends at once."""
    now = TUESDAY + 4 * HOUR
    goal = promise(Rate(98, 100))
    assert spent(cut(now - 10 * MINUTE, now), goal, now, ALONE).page
    assert not spent(cut(now - 50 * MINUTE, now - 31 * MINUTE), goal, now, ALONE).page


def test_what_smoulders_is_a_ticket_and_pages_nobody() -> None:
    now = TUESDAY + 4 * HOUR
    rates = cut(now - 2 * HOUR, now - 61 * MINUTE)
    found = spent(rates, promise(Rate(98, 100)), now, ALONE)
    assert (found.page, found.ticket) == (False, True)


def test_a_night_spends_the_budget_of_every_hour_only() -> None:
    rates = cut(MONDAY + 20 * HOUR, MONDAY + 23 * HOUR)
    night = MONDAY + 23 * HOUR
    assert spent(rates, promise(Rate(98, 100)), night, ALONE).budget.certain == 0
    always = spent(rates, promise(Rate(98, 100), "always"), night, ALONE)
    assert always.budget == Budget(14 * DAY // 50, 3 * HOUR, 3 * HOUR)
    assert always.burns[HOUR].certain.value == 50


def test_a_lycee_has_the_windows_of_its_own_calendar() -> None:
    rates = cut(MONDAY, MONDAY + HOUR)
    boarding = spent(rates, promise(Rate(98, 100)), MONDAY + 12 * HOUR, Scope(Level.SITE, "B"))
    assert boarding.budget == Budget(14 * DAY // 50, 0, 0)


def test_the_regions_budget_is_that_of_its_lycees_together() -> None:
    rates = cut(TUESDAY, TUESDAY + HOUR)
    found = spent(rates, promise(Rate(98, 100)), TUESDAY + 2 * HOUR)
    assert found.budget.allowed == (110 * HOUR + 14 * DAY) // 50
    assert found.budget.certain == HOUR


def test_each_table_is_asked_for_once() -> None:
    rates = cut(TUESDAY, TUESDAY + HOUR)
    read = Spendings(rates, SITES, CALENDARS, WEEKS, TUESDAY + 4 * HOUR)
    for scope in (REGION, ALONE):
        read.of(scope, promise(Rate(98, 100)))
    assert rates.asked <= 2 + len(LENGTHS)


def test_a_class_that_nobody_has_spends_nothing() -> None:
    rates = cut(TUESDAY, TUESDAY + HOUR)
    objective = Objective(ResourceClass.WIFI, Rate(98, 100), "service", Owner.REGION)
    found = spent(rates, objective, TUESDAY + 2 * HOUR)
    assert (found.budget, found.page, found.ticket) == (Budget(0, 0, 0), False, False)
