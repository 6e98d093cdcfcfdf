"""`python -m tests.campaign.swarm`: the same code without processes, in virtual time, by seeds.

A seed always gives the same digest. With `--bug`, a deliberate bug of `tests/rules` is planted
first, and every seed ought to fail.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.rules.planting import plant
from tests.rules.registry import RULES

HOLDS, DISPROVED = 0, 1


def one(seed: int, hours: float, lycees: int) -> tuple[str, int, Counter[str]]:
    """Play one seed; return its digest, how many records there were, and its faults."""
    from tests.campaign.swarm.seed import play  # noqa: PLC0415 (once the bug is planted)

    with tempfile.TemporaryDirectory(prefix="numlycee-swarm-") as folder:
        outcome = asyncio.run(play(Path(folder), seed, hours, lycees))
    return outcome.digest, outcome.records, outcome.faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Play seeds one after the other; return whether all ended as runs without faults do."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign.swarm", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--lycees", type=int, default=3)
    parser.add_argument("--bug")
    asked = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    if asked.bug:
        plant(next(bug for rule in RULES for bug in rule.bugs if bug.name == asked.bug))
    began, records, faults = time.monotonic(), 0, Counter[str]()
    for seed in range(asked.first, asked.first + asked.seeds):
        try:
            digest, more, met = one(seed, asked.hours, asked.lycees)
        except AssertionError as wrong:
            print(f"seed {seed}: WRONG: {str(wrong).partition(chr(10))[0]}", flush=True)
            return DISPROVED
        records, faults = records + more, faults + met
        print(f"seed {seed}: {digest[:16]}", flush=True)
    told = ", ".join(f"{what} {n}" for what, n in sorted(faults.items()))
    print(f"{asked.seeds} seeds in {time.monotonic() - began:.0f} s, {records} records ({told})")
    return HOLDS


if __name__ == "__main__":
    sys.exit(main())
