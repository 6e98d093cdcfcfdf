"""The published cases with known answers, computed second by second by somebody else."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from numlycee.domain.calendars import Calendar, Hours
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.tallies import Maintenance, Rate, Tally, excluded, tally
from numlycee.domain.timeline import Spell, Timeline

VECTORS = Path(__file__).parents[2].parent / "shared/design/vectors/ours.json"
CASES: list[dict[str, Any]] = (
    json.loads(VECTORS.read_text(encoding="utf-8"))["cases"] if VECTORS.exists() else []
)


def test_the_cases_are_there() -> None:
    if not CASES:
        pytest.skip(f"the cases are not beside the repository: {VECTORS}")
    assert len(CASES) >= 21


def minutes(text: str) -> int:
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def hours(ranges: list[tuple[str, str]]) -> Hours:
    return tuple((minutes(opens), minutes(closes)) for opens, closes in ranges)


def calendar(spelt: Mapping[str, Any]) -> Calendar:
    return Calendar(
        name="case",
        zone=spelt["zone"],
        weekly=tuple(hours(spelt["weekly"].get(str(day), [])) for day in range(7)),
        closed=frozenset(date.fromisoformat(day) for day in spelt["closed"]),
        opened={date.fromisoformat(day): hours(r) for day, r in spelt["open"].items()},
    )


def timeline(case: Mapping[str, Any]) -> Timeline:
    spells = tuple(
        Spell(s["start"], s["end"], State(s["state"]), Cause(s["cause"]) if s["cause"] else None)
        for s in sorted(case["spells"], key=lambda s: s["start"])
    )
    return Timeline(IntervalSet.of(map(tuple, case["coverage"])), spells)


def agrees(rate: Rate, expected: float | None) -> bool:
    if expected is None or rate.value is None:
        return rate.value is expected
    return rate.value == pytest.approx(expected, abs=1e-15)


def compare(result: Tally, expected: Mapping[str, Any], known: Rate, low: Rate, high: Rate) -> None:
    for field in ("required", "up", "degraded", "down", "unreachable", "unobserved", "edge"):
        assert getattr(result, field) == expected[field], field
    assert agrees(known, expected["known"])
    assert agrees(low, expected["low"])
    assert agrees(high, expected["high"])
    assert agrees(result.coverage, expected["coverage"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    start, end = case["period"]
    born, gone = case.get("life", (start, end))
    owed = calendar(case["calendar"]).opening(start, end).clip(born, gone)
    apart = excluded(Maintenance(**window) for window in case.get("maintenance", ()))
    contract = tally(timeline(case), owed - apart)
    compare(contract, case["expected"]["contract"], contract.known, contract.low, contract.high)
    felt = tally(timeline(case), owed)
    compare(felt, case["expected"]["felt"], felt.felt, felt.felt_low, felt.felt_high)
