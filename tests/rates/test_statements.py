"""What people state of resources: their lives, interventions, and who answers for an outage."""

from dataclasses import replace

import pytest

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.inventory import Vantage
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.register import Lifetime, Overrule, Register, Trace
from numlycee.domain.states import State
from numlycee.domain.tallies import Maintenance
from numlycee.rates.figures import Rates
from numlycee.rates.model import Figures, Hours, Level, Scope, Window
from numlycee.rates.ports import SpellRow
from tests.rates.histories import (
    CALENDARS,
    DAY,
    ENT,
    HOUR,
    LINK,
    MONDAY,
    SWITCH,
    ListHistory,
    site,
)

UAI = "0310036W"
TUESDAY = MONDAY + DAY
SITES = {UAI: site(UAI)}
HERE = Scope(Level.SITE, UAI)


@pytest.fixture
def history() -> ListHistory:
    """A link down on Monday from 9 h on, and to the end of what is known."""
    past = ListHistory()
    past.watched(UAI, (LINK, ENT, SWITCH), MONDAY, TUESDAY)
    past.spelt.append(
        SpellRow(
            UAI,
            "link",
            Vantage.SITE,
            "r1",
            0,
            State.DOWN,
            Cause.TIMEOUT,
            MONDAY + 9 * HOUR,
            TUESDAY,
        )
    )
    return past


def link(history: ListHistory, register: Register, window: Window) -> Figures:
    rates = Rates(history, SITES, CALENDARS, register)
    return rates.table(window, Hours.ALWAYS)[HERE, ResourceClass.LINK]


EVER = Window("ever", MONDAY - 2 * DAY, TUESDAY, TUESDAY)


def test_an_earlier_beginning_is_required_and_unobserved(history: ListHistory) -> None:
    begun = Register(lifetimes={(UAI, "link"): Lifetime(begun=MONDAY - DAY)})
    tally = link(history, begun, EVER).contract
    assert (tally.required, tally.unobserved) == (2 * DAY, DAY)
    late = Register(lifetimes={(UAI, "link"): Lifetime(begun=MONDAY + HOUR)})
    assert link(history, late, EVER).contract.required == DAY


def test_from_its_retirement_on_nothing_is_required_and_nothing_counts(
    history: ListHistory,
) -> None:
    gone = Register(lifetimes={(UAI, ""): Lifetime(retired=MONDAY + 12 * HOUR)})
    tally = link(history, gone, EVER).contract
    assert (tally.required, tally.up, tally.down) == (12 * HOUR, 9 * HOUR, 3 * HOUR)
    rates = Rates(history, SITES, CALENDARS, gone)
    (outage,) = (one.outage for one in rates.outages(EVER, Hours.ALWAYS))
    assert (outage.end, outage.latest, outage.ongoing) == (MONDAY + 12 * HOUR,) * 2 + (False,)
    assert {life.retired for life in rates.lives() if life.uai} == {MONDAY + 12 * HOUR}
    afterwards = Window("afternoon", MONDAY + 12 * HOUR, TUESDAY, TUESDAY)
    assert (HERE, ResourceClass.LINK) not in rates.table(afterwards, Hours.ALWAYS)
    assert rates.timeline(UAI, "link").coverage.measure == 12 * HOUR


def test_the_verdict_on_a_shared_service_ends_with_the_service(history: ListHistory) -> None:
    gone = Register(lifetimes={("", "ent"): Lifetime(retired=MONDAY + HOUR)})
    rates = Rates(history, SITES, CALENDARS, gone)
    (verdict,) = (life for life in rates.lives() if not life.uai)
    assert (verdict.born, verdict.retired) == (MONDAY, MONDAY + HOUR)


def test_maintenance_of_a_whole_lycee_leaves_the_contract_and_is_felt(
    history: ListHistory,
) -> None:
    announced = Maintenance(MONDAY + 9 * HOUR, MONDAY + 11 * HOUR, announced=MONDAY)
    untold = Maintenance(MONDAY + 11 * HOUR, MONDAY + 12 * HOUR, announced=MONDAY + 11 * HOUR + 1)
    works = Register(maintenance={(UAI, ""): [announced, untold]})
    figures = link(history, works, EVER)
    assert (figures.felt.down, figures.contract.down) == (15 * HOUR, 13 * HOUR)
    assert figures.contract.required == DAY - 2 * HOUR
    rates = Rates(history, SITES, CALENDARS, works)
    switches = rates.table(EVER, Hours.SERVICE)[HERE, ResourceClass.LAN]
    assert (switches.felt.required, switches.contract.required) == (11 * HOUR, 9 * HOUR)


def test_an_outage_counts_where_maintenance_first_left_it_required(history: ListHistory) -> None:
    night = Maintenance(MONDAY, MONDAY + 20 * HOUR, announced=MONDAY - 1)
    works = Register(maintenance={(UAI, "link"): [night]})
    rates = Rates(history, SITES, CALENDARS, works)
    assert rates.outages(EVER, Hours.SERVICE) == []
    morning = replace(EVER, end=MONDAY + 20 * HOUR)
    evening = replace(EVER, start=MONDAY + 20 * HOUR)
    assert rates.outages(morning, Hours.ALWAYS) == []
    (outage,) = rates.outages(evening, Hours.ALWAYS)
    assert outage.outage.start == MONDAY + 9 * HOUR


def test_a_person_may_ascribe_an_outage_to_another(history: ListHistory) -> None:
    trace = Trace(TUESDAY, "M. Durand", "coupure EDF")
    found = Overrule(MONDAY + 10 * HOUR, Owner.ENERGY, trace)
    stated = Register(overrules={(UAI, "link"): [found]})
    (outage,) = Rates(history, SITES, CALENDARS, stated).outages(EVER, Hours.ALWAYS)
    assert (outage.owner, outage.proposed) == (Owner.ENERGY, Owner.OPERATOR)
    assert outage.overrule == found
    (silent,) = Rates(history, SITES, CALENDARS).outages(EVER, Hours.ALWAYS)
    assert (silent.owner, silent.overrule) == (Owner.OPERATOR, None)


def test_mean_times_to_restore_and_between_failures(history: ListHistory) -> None:
    figures = link(history, Register(), EVER)
    assert figures.mean_time_to_restore.value == 15 * HOUR
    assert figures.mean_time_between_failures.value == 9 * HOUR
    before = link(history, Register(), replace(EVER, as_of=MONDAY + 9 * HOUR))
    assert before.mean_time_between_failures.value is None


def test_a_resource_is_what_its_agent_said_last() -> None:
    past = ListHistory()
    roof = replace(SWITCH, kind=Kind.ACCESS_POINT)
    past.watched(UAI, (SWITCH,), MONDAY, MONDAY + HOUR, digest="a")
    past.watched(UAI, (roof,), MONDAY + HOUR, MONDAY + 2 * HOUR, digest="b")
    (described,) = Rates(past, SITES, CALENDARS).subjects
    assert described.resource == roof
    past.watched(UAI, (SWITCH,), MONDAY + 2 * HOUR, TUESDAY, digest="a")
    past.watched(UAI, (roof,), TUESDAY, TUESDAY + HOUR, digest="c", vantage=Vantage.CENTRE)
    (described,) = Rates(past, SITES, CALENDARS).subjects
    assert described.resource == SWITCH
