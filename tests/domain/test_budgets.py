"""Error budgets and burn rates, spent in service time only."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.budgets import (
    PAGE,
    TICKET,
    Budget,
    Burn,
    Pair,
    budget,
    burn,
    lookback,
)
from numlycee.domain.calendars import Calendar, ServiceTime
from numlycee.domain.durations import HOUR, MINUTE
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.objectives import Verdict, allowed, verdict_on
from numlycee.domain.tallies import Rate, Tally
from tests.domain.generated import AXIS, sets
from tests.proof import examples

PARIS = ZoneInfo("Europe/Paris")
SCHOOL = Calendar("school", "Europe/Paris", (((450, 1110),),) * 5 + ((), ()))
GOAL = Rate(995, 1000)
MONTH = 30 * 24 * HOUR

milliseconds = st.integers(0, 50)
tallies = st.builds(
    lambda up, degraded, down, unreachable, unobserved: Tally(
        up + degraded + down + unreachable + unobserved, up, degraded, down, unreachable, unobserved
    ),
    *[milliseconds] * 5,
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp()) * 1000


def failing(down: int, owed: int) -> Tally:
    return Tally(required=owed, up=owed - down, down=down)


def test_a_budget_is_known_before_the_period_begins() -> None:
    assert budget(GOAL, 2000, Tally()) == Budget(allowed=10, certain=0, possible=0)
    spent = budget(GOAL, 2000, Tally(required=500, up=488, down=4, unobserved=8))
    assert spent == Budget(allowed=10, certain=4, possible=12)
    assert (spent.remaining, spent.remaining_low) == (Rate(6, 10), Rate(-2, 10))


def test_what_was_out_of_reach_is_not_owed() -> None:
    assert budget(GOAL, 2000, Tally(required=500, up=300, unreachable=200)).allowed == 9


@given(tallies, st.integers(1, 30), st.integers(1, 30))
@settings(max_examples=examples(200))
def test_at_the_end_of_the_period_the_budget_says_what_the_verdict_says(
    tally: Tally, one: int, other: int
) -> None:
    target = Rate(min(one, other), max(one, other))
    spent = budget(target, tally.required, tally)
    verdict = verdict_on(target, tally)
    if verdict is not Verdict.NOT_MEASURED:
        assert (spent.possible <= spent.allowed) is (verdict is Verdict.MET)
        assert (spent.certain > spent.allowed) is (verdict is Verdict.MISSED)


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_the_budget_is_the_greatest_failure_that_still_meets_the_target(
    owed: int, hundredths: int
) -> None:
    target = Rate(hundredths, 100)
    most = allowed(target, owed)
    assert Rate(owed - most, owed).reaches(target)
    assert not Rate(owed - most - 1, owed).reaches(target) or owed == 0


def test_a_burn_of_one_spends_the_budget_exactly_in_time() -> None:
    assert burn(GOAL, failing(5, 1000)).certain.value == 1
    assert burn(GOAL, failing(1000, 1000)).certain.value == 200
    half_seen = Tally(required=1000, up=500, unobserved=500)
    assert burn(GOAL, half_seen) == Burn(Rate(0, 5000), Rate(500_000, 5000))
    assert burn(GOAL, Tally()).certain.value is None


def test_two_hours_of_service_on_a_monday_morning_begin_on_friday() -> None:
    service = ServiceTime(SCHOOL.opening(at("2026-03-02T00:00"), at("2026-03-14T00:00")))
    monday = at("2026-03-09T08:30")
    assert lookback(service, monday, 2 * HOUR) == (at("2026-03-06T17:30"), monday)
    assert lookback(service, monday, HOUR) == (at("2026-03-09T07:30"), monday)
    sunday = at("2026-03-08T12:00")
    assert lookback(service, sunday, HOUR) == (at("2026-03-06T17:30"), sunday)
    assert lookback(service, sunday, 56 * HOUR) == (at("2026-03-02T07:30"), sunday)


def test_an_hour_of_service_across_the_change_of_clocks_is_an_hour() -> None:
    service = ServiceTime(SCHOOL.opening(at("2026-03-23T00:00"), at("2026-04-04T00:00")))
    monday = at("2026-03-30T08:00")
    assert lookback(service, monday, HOUR) == (at("2026-03-27T18:00"), monday)


@given(sets, st.integers(0, AXIS), st.integers(0, AXIS))
@settings(max_examples=examples(300))
def test_a_lookback_holds_the_service_asked_for_and_nothing_idle(
    opening: IntervalSet, as_of: int, length: int
) -> None:
    service = ServiceTime(opening)
    start, end = lookback(service, as_of, length)
    assert end == as_of
    assert service.between(start, end) == min(length, service(as_of))
    assert start == end or start in opening


def test_factors_for_thirty_days_around_the_clock_are_those_of_the_workbook() -> None:
    assert [pair.factor(MONTH).value for pair in (*PAGE, *TICKET)] == [14.4, 6, 3, 1]


def test_both_windows_must_burn() -> None:
    pair = PAGE[0]
    spending = failing(6 * MINUTE, HOUR)  # a tenth of the hour: 20 times too fast
    assert pair.fires(GOAL, MONTH, spending, failing(MINUTE, 5 * MINUTE))
    assert not pair.fires(GOAL, MONTH, spending, failing(0, 5 * MINUTE))
    assert not pair.fires(GOAL, MONTH, failing(2 * MINUTE, HOUR), failing(MINUTE, 5 * MINUTE))


def test_what_nobody_saw_calls_nobody() -> None:
    blind = Tally(required=HOUR, unobserved=HOUR)
    assert not PAGE[0].fires(GOAL, MONTH, blind, blind)
    assert not PAGE[0].fires(GOAL, MONTH, Tally(), Tally())


def test_a_target_without_any_allowance_fires_at_the_first_failure() -> None:
    all_of_it = Rate(1, 1)
    assert PAGE[0].fires(all_of_it, MONTH, failing(1, HOUR), failing(1, 5 * MINUTE))
    assert not PAGE[0].fires(all_of_it, MONTH, failing(0, HOUR), failing(0, 5 * MINUTE))


def test_a_window_too_short_for_its_share_never_fires() -> None:
    """An hour cannot hold a fiftieth of the 87 hours that 99 % of a year allows."""
    all_of_it = failing(HOUR, HOUR)
    assert not PAGE[0].fires(Rate(99, 100), 365 * 24 * HOUR, all_of_it, all_of_it)
    assert PAGE[0].fires(GOAL, 1980 * HOUR, all_of_it, all_of_it)


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 2000), st.integers(0, 60))
def test_it_fires_when_the_share_of_the_budget_is_spent_in_the_window(
    share: int, percent: int, hours: int, minutes: int
) -> None:
    pair = Pair(Rate(share, 100), HOUR, HOUR)
    lost, period, target = minutes * MINUTE, hours * HOUR, Rate(percent, 100)
    spent_in_an_hour = 100 * 100 * lost > share * period * (100 - percent)
    assert pair.fires(target, period, failing(lost, HOUR), failing(lost, HOUR)) is spent_in_an_hour
