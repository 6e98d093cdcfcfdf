"""`python -m tests.campaign`: kill real processes many times, and hold what is left to account.

Rounds on SQLite and on PostgreSQL, whose server is killed as well, take turns; each is judged.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.campaign.servers import a_database
from tests.campaign.storm import Plan, Tally, campaign

HOLDS, DISPROVED, MISUSED = 0, 1, 2
STORES = ("sqlite", "postgresql")
ROUND = 500
"""Kills after which all must be there, at most."""


def rounds(kills: int, stores: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the store and the kills of each round."""
    many = max(len(stores), -(-kills // ROUND))
    for number in range(many):
        yield stores[number % len(stores)], (kills * (number + 1)) // many - kills * number // many


def play(folder: Path, store: str, plan: Plan, tell: Callable[[int], None]) -> Tally:
    """Run one round in an empty folder; fails unless all is as it must be."""
    if store == "postgresql":
        with a_database(folder) as (server, url):
            return campaign(folder, plan, url, server, tell)
    return campaign(folder, plan, f"sqlite:///{folder / 'account.db'}", None, tell)


@contextmanager
def _bar(console: Console, kills: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("kills"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("kills", total=kills)
        yield lambda done: progress.update(task, completed=done)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all rounds; return whether nothing was lost, doubled or otherwise than without faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--lycees", type=int, default=3)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1 << 32))
    parser.add_argument("--store", choices=STORES, help="this one only")
    asked = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    stores, done = [asked.store] if asked.store else STORES, 0
    for number, (store, kills) in enumerate(rounds(asked.kills, stores)):
        plan = Plan(kills, asked.seed + number, asked.lycees)
        console.print(f"{store}, {kills} kills, seed {plan.seed}")
        folder = Path(tempfile.mkdtemp(prefix="numlycee-campaign-"))
        try:
            with _bar(console, kills) as tell:
                console.print(str(play(folder, store, plan, tell)))
        except pytest.skip.Exception as missing:
            console.print(str(missing))
            return MISUSED
        except (AssertionError, pytest.fail.Exception) as wrong:
            console.print(f"WRONG: {wrong}\nwhat was found is kept in {folder}", markup=False)
            return DISPROVED
        shutil.rmtree(folder)
        done += kills
    console.print(f"{done} kills: nothing was lost, and every figure is that of a run without them")
    return HOLDS


if __name__ == "__main__":
    sys.exit(main())
