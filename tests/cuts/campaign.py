"""`python -m tests.cuts.campaign`: the power of a centre is cut thousands of times.

Every other store lives on a disk whose syncs fail as well.
"""

import argparse
import logging
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random

from rich.console import Console

from tests.cuts.life import FOUND, Life

HOLDS, DISPROVED = 0, 1
LIVES = 12
"""Cuts that one store lives through; what it holds grows, and so does the time to look at it."""
SICKNESS = 0.04


def campaign(cuts: int, seed: int, console: Console) -> int:
    """Cut so many times, store after store; return whether all held."""
    done = commits = failed = ended = 0
    while done < cuts:
        seed += 1
        folder = Path(tempfile.mkdtemp(prefix="cuts-"))
        life = Life(folder / "store", Random(seed), sickness=SICKNESS * (seed % 2))
        try:
            life.endure(min(LIVES, cuts - done))
        except FOUND:
            console.print_exception()
            console.print(
                f"replay with: --cuts {LIVES} --seed {seed - 1}; its files are in {folder}",
                soft_wrap=True,
            )
            return DISPROVED
        shutil.rmtree(folder)
        done, commits = done + life.cuts, commits + life.commits
        failed, ended = failed + life.failed, ended + life.processes
        if done % 1000 < LIVES:
            _tell(console, done, commits, failed, ended)
    _tell(console, done, commits, failed, ended)
    console.print("everything that was confirmed is there, once")
    return HOLDS


def _tell(console: Console, done: int, commits: int, failed: int, ended: int) -> None:
    console.print(
        f"{done:,} cuts, {commits:,} commits confirmed, {failed:,} syncs failed, "
        f"{ended:,} processes ended",
        highlight=False,
        soft_wrap=True,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut as often as is asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.cuts.campaign", description=__doc__)
    parser.add_argument("--cuts", type=int, default=20_000)
    parser.add_argument("--seed", type=int, help="before that of the first store; fresh each time")
    asked = parser.parse_args(arguments)
    logging.disable()
    seed = Random().randrange(1 << 32) if asked.seed is None else asked.seed
    return campaign(asked.cuts, seed, Console())


if __name__ == "__main__":
    sys.exit(main())
