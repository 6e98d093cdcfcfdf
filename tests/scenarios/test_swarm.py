"""Hours in which everything fails, in virtual time: the end is that of a run without faults."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaign.swarm.seed import play
from tests.proof import examples

HOURS, LYCEES = 0.6, 2


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of lines would tell of the faults."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(examples(3)))
def test_everything_fails_and_the_end_is_that_of_a_run_without_faults(
    tmp_path: Path, seed: int
) -> None:
    outcome = asyncio.run(play(tmp_path, seed, HOURS, LYCEES))
    assert outcome.records > 100
    assert outcome.faults["agent killed"] + outcome.faults["collector killed"] > 1


@pytest.mark.slow
def test_a_seed_always_tells_the_same_story(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        digests.add(asyncio.run(play(folder, 5, HOURS, LYCEES)).digest)
    assert len(digests) == 1
