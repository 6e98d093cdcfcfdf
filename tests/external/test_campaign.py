"""kill -9 of everything, at random: what is left is what there would be without it."""

from pathlib import Path

import pytest

from tests.campaign.__main__ import STORES, play
from tests.campaign.mutants import MUTANTS
from tests.campaign.storm import Plan

KILLS = {"sqlite": 180, "postgresql": 120}
FEW = 40
"""Kills after which a deliberate bug has shown itself."""
WRONG = {
    "a receipt comes before the commit": "confirmed and not stored",
    "a batch is committed in two": "not what a run without faults gives",
    "the broker's word confirms": "confirmed",
    "a receipt confirms one more": "confirmed and not stored",
    "a run is continued": "has changed",
}


def silent(kills: int) -> None:
    """Show no progress."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("store", STORES)
def test_whatever_is_killed_the_account_is_that_of_a_run_without_faults(
    tmp_path: Path, store: str
) -> None:
    tally = play(tmp_path, store, Plan(KILLS[store], seed=len(store)), silent)
    print(f"\n{store}: {tally}")
    victims = {"broker", "collector", "agent"} | ({"database"} if store == "postgresql" else set())
    assert tally.kills.total() == KILLS[store]
    assert set(tally.kills) == victims
    assert tally.looks > 0
    assert tally.runs > tally.kills["agent"] / 2, "agents hardly lived"
    assert tally.records > KILLS[store], "hardly anything was said"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_deliberate_bug_is_caught(tmp_path: Path, mutant: str) -> None:
    plan = Plan(FEW, seed=7, mutant=mutant)
    with pytest.raises(AssertionError, match=WRONG[mutant]):
        play(tmp_path, "sqlite", plan, silent)
