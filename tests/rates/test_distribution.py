"""Figures beside a total: exact ranks, pupils as weights, the unmeasured counted apart."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Verdict
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.distribution import (
    Distribution,
    Standing,
    distribution,
    spread,
    weighted,
)
from numlycee.rates.model import NOTHING, Figures
from tests.rates.histories import site

LINK = ResourceClass.LINK
UNMEASURED = Rate(0, 0)


def figures(up: int, down: int, unobserved: int = 0, outages: int = 0) -> Figures:
    tally = Tally(up + down + unobserved, up, 0, down, 0, unobserved)
    return Figures(1, tally, tally, outages)


def exact(rate: Rate) -> Fraction:
    return Fraction(rate.numerator, rate.denominator)


def test_ranks_of_twenty_lycees() -> None:
    rates = [Rate(n, 100) for n in range(81, 101)]
    found = distribution(reversed(rates))
    assert found == Distribution(20, Rate(81, 100), Rate(90, 100), Rate(99, 100))
    assert exact(found.spread) == Fraction(18, 100)


def test_what_was_not_measured_is_left_out_and_counted() -> None:
    assert distribution([UNMEASURED, Rate(1, 2), UNMEASURED]).unmeasured == 2
    nothing = distribution([UNMEASURED])
    assert (nothing.measured, nothing.unmeasured, nothing.spread.value) == (0, 1, None)
    assert distribution([]).median.value is None


rates = st.builds(
    lambda one, other: Rate(min(one, other), max(one, other)),
    st.integers(0, 50),
    st.integers(1, 50),
)


@given(st.lists(rates, min_size=1, max_size=60), st.sampled_from([5, 50, 95]))
def test_a_percentile_is_the_least_rate_that_so_many_do_not_exceed(
    told: list[Rate], percent: int
) -> None:
    found = distribution(told)
    rank = {5: found.lowest, 50: found.median, 95: found.highest}[percent]
    share = [candidate for candidate in told if _reached(told, candidate, percent)]
    assert exact(rank) == min(map(exact, share))


def _reached(told: list[Rate], candidate: Rate, percent: int) -> bool:
    return 100 * sum(exact(rate) <= exact(candidate) for rate in told) >= percent * len(told)


@given(st.lists(st.tuples(st.integers(0, 6), rates), max_size=8))
def test_weighing_pupils_is_adding_up_pupil_by_pupil(pairs: list[tuple[int, Rate]]) -> None:
    pupils = [rate for weight, rate in pairs for _ in range(weight)]
    whole = Rate(sum(r.numerator for r in pupils), sum(r.denominator for r in pupils))
    assert weighted(pairs) == whole


def test_lycees_beside_one_another() -> None:
    lycees = [
        Standing(site("A", pupils=100), figures(90, 10, outages=1), Verdict.MISSED),
        Standing(site("B", pupils=900), figures(200, 0), Verdict.MET),
        Standing(site("C", pupils=500), figures(90, 0, unobserved=10), Verdict.UNDECIDED),
        Standing(site("D", pupils=300), NOTHING, Verdict.NOT_MEASURED),
    ]
    found = spread(lycees)
    assert (found.distribution.measured, found.distribution.unmeasured) == (3, 1)
    assert found.by_time == Rate(2 * 380, 2 * 390)
    assert exact(found.by_pupils) == Fraction(9_000 + 180_000 + 45_000, 10_000 + 180_000 + 45_000)
    assert found.by_pupils_low == Rate(234_000, 240_000)
    assert found.by_pupils_high == Rate(239_000, 240_000)
    assert found.clear == 2
    assert found.verdicts == {
        Verdict.MET: 1,
        Verdict.MISSED: 1,
        Verdict.UNDECIDED: 1,
        Verdict.NOT_MEASURED: 1,
    }


def test_without_lycees_or_promises_there_is_no_share() -> None:
    none = spread([])
    assert (none.by_time.value, none.clear) == (None, 0)
    alone = spread([Standing(site("A"), figures(1, 0), None)])
    assert not alone.verdicts
