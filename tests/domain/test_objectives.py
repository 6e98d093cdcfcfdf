from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.causes import Cause, Owner, propose_owner
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Objective, Verdict
from numlycee.domain.tallies import Rate, Tally

GOAL = Objective(ResourceClass.LINK, Rate(995, 1000), "service", Owner.OPERATOR)


def of(up: int, down: int, unobserved: int = 0, unreachable: int = 0) -> Tally:
    required = up + down + unobserved + unreachable
    return Tally(required, up, 0, down, unreachable, unobserved)


def test_three_verdicts_and_a_silence() -> None:
    assert GOAL.verdict(of(995, 5)) is Verdict.MET
    assert GOAL.verdict(of(994, 6)) is Verdict.MISSED
    assert GOAL.verdict(of(990, 0, unobserved=10)) is Verdict.UNDECIDED
    assert GOAL.verdict(of(0, 0)) is Verdict.NOT_MEASURED
    assert GOAL.verdict(of(0, 0, unreachable=50)) is Verdict.NOT_MEASURED


def test_the_budget_is_whole_milliseconds_of_failure() -> None:
    assert GOAL.budget(of(1000, 0)) == 5
    assert GOAL.budget(of(1001, 0)) == 5
    assert GOAL.budget(of(1000, 0, unreachable=500)) == 5
    assert GOAL.remaining(of(997, 3)) == Rate(2, 5)
    assert GOAL.remaining(of(990, 10)) == Rate(-5, 5)


@given(st.integers(0, 10_000), st.integers(0, 100))
def test_met_exactly_when_the_budget_is_not_overspent(up: int, down: int) -> None:
    tally = of(up, down)
    if tally.required:
        met = GOAL.verdict(tally) is Verdict.MET
        assert met == (down <= GOAL.budget(tally))


def test_the_cause_decides_first_then_the_kind() -> None:
    assert propose_owner(Kind.LINK, Cause.TIMEOUT) is Owner.OPERATOR
    assert propose_owner(Kind.LINK, Cause.POWER) is Owner.ENERGY
    assert propose_owner(Kind.LINK, Cause.SITE_DARK) is Owner.UNKNOWN
    assert propose_owner(Kind.SERVICE, Cause.CONTENT) is Owner.PUBLISHER
    assert propose_owner(Kind.PRINTER, Cause.SNMP_SILENT) is Owner.LYCEE
    assert propose_owner(Kind.SWITCH, Cause.SNMP_SILENT) is Owner.REGION


def test_every_loss_has_one_owner() -> None:
    for kind in Kind:
        for cause in Cause:
            assert propose_owner(kind, cause) in Owner
