"""The sixteen situations that Icinga DB publishes for its SLA function, for host and service."""

import json
from pathlib import Path
from typing import Any

import pytest

from numlycee.conventions.icinga import Checkable, HardState, SlaHistory, ok_account

VECTORS = Path(__file__).resolve().parents[3] / "shared/design/vectors/icinga.json"


@pytest.fixture(scope="module")
def published() -> list[dict[str, Any]]:
    if not VECTORS.exists():
        pytest.skip("Icinga's published situations are not beside the repository (../shared)")
    cases: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
    return cases


@pytest.mark.parametrize("checkable", Checkable)
def test_the_sixteen_answers_are_icinga_s(
    published: list[dict[str, Any]], checkable: Checkable
) -> None:
    found = {case["name"]: percent(case, checkable) for case in published}
    assert found == {case["name"]: case["expected_percent"] for case in published}
    assert len(found) == 16


def percent(case: dict[str, Any], checkable: Checkable) -> float:
    """Icinga's decimal(7, 4)."""
    states = [
        HardState(row["at"], row["hard_state"], row["previous_hard_state"])
        for row in case["states"]
    ]
    downtimes = [(row["start"], row["end"]) for row in case["downtimes"]]
    history = SlaHistory(states, downtimes, case["current_state"])
    start, end = case["period"]
    rate = ok_account(history, start, end, checkable).rate
    return round(100 * rate.numerator / rate.denominator, 4)


def test_overlapping_downtimes_are_counted_in_and_out() -> None:
    """Rebuilt by hand: 200 s of a problem under two downtimes that overlap, 100 s bare."""
    history = SlaHistory([HardState(0, 2, 0), HardState(300, 0, 2)], [(0, 150), (100, 200)])
    assert ok_account(history, 0, 1000, Checkable.SERVICE).rate.value == 0.9


def test_a_warning_is_a_problem_of_a_host_only() -> None:
    history = SlaHistory([HardState(500, 1, 0)])
    assert ok_account(history, 0, 1000, Checkable.HOST).rate.value == 0.5
    assert ok_account(history, 0, 1000, Checkable.SERVICE).rate.value == 1


def test_a_period_that_does_not_end_after_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="must end after"):
        ok_account(SlaHistory([]), 1000, 1000, Checkable.HOST)
