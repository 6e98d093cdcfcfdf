"""Which objective holds where, and the coverage that a verdict would have needed."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.causes import Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Needed, Objective, Period, Promises, Verdict, verdict_on
from numlycee.domain.sites import Department, Site
from numlycee.domain.tallies import Rate, Tally
from tests.proof import examples

LINK = ResourceClass.LINK
NEAR = Site("0310036W", "A", "Toulouse", Department("31", "Haute-Garonne", "Toulouse"), 43, 1, 900)
FAR = Site("0340038G", "B", "Sète", Department("34", "Hérault", "Montpellier"), 43, 3, 800)


def promise(
    percent: int, academy: str = "", uai: str = "", period: Period = Period.YEAR
) -> Objective:
    return Objective(LINK, Rate(percent, 100), "service", Owner.OPERATOR, academy, uai, period)


EVERYWHERE, TOULOUSE, OWN = promise(95), promise(97, academy="Toulouse"), promise(99, uai=NEAR.uai)


def test_the_objective_made_most_closely_to_a_lycee_holds() -> None:
    assert Promises.of([EVERYWHERE, TOULOUSE, OWN]).for_site(LINK, NEAR) == OWN
    assert Promises.of([EVERYWHERE, TOULOUSE]).for_site(LINK, NEAR) == TOULOUSE
    assert Promises.of([EVERYWHERE, TOULOUSE, OWN]).for_site(LINK, FAR) == EVERYWHERE
    assert Promises.of([TOULOUSE, OWN]).for_site(LINK, FAR) is None


def test_what_is_promised_to_a_lycee_binds_neither_its_academy_nor_the_region() -> None:
    promises = Promises.of([OWN, TOULOUSE])
    assert promises.for_academy(LINK, "Toulouse") == TOULOUSE
    assert promises.for_academy(LINK, "Montpellier") is None
    assert promises.for_region(LINK) is None
    assert Promises.of([EVERYWHERE]).for_academy(LINK, "") == EVERYWHERE


def test_a_month_has_its_own_promise() -> None:
    monthly = promise(90, period=Period.MONTH)
    promises = Promises.of([EVERYWHERE, monthly])
    assert promises.for_region(LINK) == EVERYWHERE
    assert promises.for_site(LINK, NEAR, Period.MONTH) == monthly
    assert promises.for_region(ResourceClass.WIFI) is None


def test_two_promises_of_one_thing_are_refused() -> None:
    with pytest.raises(ValueError, match="two objectives of class link for Toulouse, each year"):
        Promises.of([TOULOUSE, promise(98, academy="Toulouse")])
    with pytest.raises(ValueError, match="for academy Toulouse or for lycée 0310036W"):
        promise(98, academy="Toulouse", uai=NEAR.uai)


def test_the_coverage_that_a_verdict_would_have_needed() -> None:
    tally = Tally(required=1000, up=900, down=10, unobserved=90)
    assert promise(95).needed(tally) == Needed(Rate(960, 1000), Rate(961, 1000), Verdict.MET)
    # Nine in ten were seen available, and the hundred others would bring just what is missing.
    worse = Tally(required=1000, up=810, down=90, unobserved=100)
    assert promise(90).needed(worse) == Needed(Rate(990, 1000), Rate(1000, 1000), Verdict.MET)
    assert promise(91).needed(worse) == Needed(Rate(1000, 1000), Rate(901, 1000), Verdict.MISSED)


def test_nothing_is_needed_once_the_verdict_stands() -> None:
    assert promise(90).needed(Tally(required=1000, up=900, unobserved=100)) is None
    assert promise(90).needed(Tally(required=1000, up=800, down=200)) is None
    assert promise(90).needed(Tally()) is None


def test_without_a_single_observation_no_rate_is_known() -> None:
    blind = Tally(required=1000, unreachable=500, unobserved=500)
    assert promise(90).needed(blind) == Needed(Rate(950, 1000), Rate(0, 0), Verdict.NOT_MEASURED)


milliseconds = st.integers(0, 30)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    up, degraded, down, unreachable, unobserved = (draw(milliseconds) for _ in range(5))
    edge = draw(st.integers(0, unobserved))
    required = up + degraded + down + unreachable + unobserved
    return Tally(required, up, degraded, down, unreachable, unobserved, edge)


@given(tallies(), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=examples(400))
def test_no_lesser_coverage_would_have_done(tally: Tally, one: int, other: int) -> None:
    """Observe one millisecond more at a time until there is a verdict."""
    target = Rate(min(one, other), max(one, other))
    found = Objective(LINK, target, "service", Owner.OPERATOR).needed(tally)
    if found is None:
        assert verdict_on(target, tally) is not Verdict.UNDECIDED
        return
    assert found.at_best == _first(tally, target, Fraction(1))[0]
    if tally.known.denominator:
        rate = Fraction(tally.known.numerator, tally.known.denominator)
        assert (found.as_known, found.then) == _first(tally, target, rate)


def _first(tally: Tally, target: Rate, rate: Fraction) -> tuple[Rate, Verdict]:
    goal = Fraction(target.numerator, target.denominator)
    owed = tally.required - tally.unreachable
    for more in range(tally.unobserved + 1):
        low = (tally.up + tally.degraded + rate * more) / owed
        high = low + Fraction(tally.unobserved - more, owed)
        if low >= goal or high < goal:
            coverage = Rate(tally.required - tally.unobserved + more, tally.required)
            return coverage, Verdict.MET if low >= goal else Verdict.MISSED
    raise AssertionError("at full coverage there is a verdict")
