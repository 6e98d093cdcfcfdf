"""The power of a centre fails at any instant: what was confirmed is there, once, and all of it."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.cuts.life import FOUND, Life
from tests.proof import examples

CUTS = 12


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(16)))
def test_a_cut_at_any_instant_loses_nothing_that_was_confirmed(tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path / "store", Random(seed))
    life.endure(CUTS)
    assert life.commits > CUTS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(8)))
def test_nor_does_a_disk_whose_syncs_fail_before_it(tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path / "store", Random(seed), sickness=0.04)
    life.endure(CUTS)
    assert life.failed, "no sync has failed"


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_store_that_does_not_sync_every_commit_is_found_out(
    tmp_path: Path, synchronous: str
) -> None:
    with pytest.raises(FOUND):
        several(tmp_path, synchronous=synchronous)


def test_a_disk_that_says_it_has_synced_is_found_out(tmp_path: Path) -> None:
    with pytest.raises(FOUND):
        several(tmp_path, honest=False)


def several(folder: Path, **ill: Any) -> None:
    """Let many stores live."""
    for seed in range(100):
        Life(folder / str(seed), Random(seed), **ill).endure(3)
