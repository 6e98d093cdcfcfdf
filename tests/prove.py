"""`python -m tests.prove` looks for counter-examples to the properties, until it is stopped."""

import argparse
import random
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from numlycee.clock import Clock, SystemClock

ROOT = Path(__file__).resolve().parents[1]
PROPERTIES = (
    "tests/properties",
    "tests/collector/test_order.py",
    "tests/agent/test_watch_truth.py",
    "tests/rates/test_figures_equal_reference.py",
    "tests/rates/test_compose_equals_reference.py",
    "tests/rates/test_composite_figures.py",
    "tests/rates/test_explanation_adds_up.py",
)
"""Where the properties of the method are, unless told otherwise."""

HOLDS, DISPROVED, MISUSED = 0, 1, 2
_QUIET = ("-q", "-p", "no:randomly", "--timeout=0")
_FOUND = re.compile(r"^FAILED (\S+)", re.MULTILINE)
_TRIED = re.compile(r"(\d+) passing, (\d+) failing")
_STATISTICS = re.compile(r"^=+ Hypothesis Statistics =+$.*?(?=^=+ )", re.MULTILINE | re.DOTALL)
_FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Round:
    """One run of all properties with one seed: pytest's exit code, None when it was stopped."""

    seed: int
    code: int | None
    output: str

    @property
    def tried(self) -> int:
        """Return how many examples were tried, by the properties that came to their end."""
        return sum(int(passed) + int(failed) for passed, failed in _TRIED.findall(self.output))

    @property
    def found(self) -> list[str]:
        """Return the properties that failed."""
        return sorted(set(_FOUND.findall(self.output)))

    @property
    def replay(self) -> str:
        """Return the command that shows the same again: the example is kept in build/hypothesis."""
        options = ("--hypothesis-profile=prove", f"--hypothesis-seed={self.seed}")
        return shlex.join(["pytest", *options, *self.found])


def play(paths: Sequence[str], seed: int, seconds: float) -> Round:
    """Try every property with a seed, for so many seconds at most."""
    asked = ("--hypothesis-profile=prove", "--hypothesis-show-statistics")
    seeded = f"--hypothesis-seed={seed}"
    command = [sys.executable, "-m", "pytest", *_QUIET, *asked, seeded, *paths]
    with subprocess.Popen(  # noqa: S603 (its own interpreter and its own tests)
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        try:
            output, _ = child.communicate(timeout=None if seconds == _FOREVER else seconds)
        except (subprocess.TimeoutExpired, KeyboardInterrupt) as stop:
            if isinstance(stop, subprocess.TimeoutExpired):
                child.send_signal(signal.SIGINT)
            output, _ = child.communicate()
            return Round(seed, None, output)
    return Round(seed, child.returncode, output)


def prove(
    paths: Sequence[str], seconds: float, dice: random.Random, clock: Clock, console: Console
) -> int:
    """Play round after round until the time is over or a property fails; return the exit code."""
    began, tried, rounds = clock.monotonic(), 0, 0
    while (left := began + seconds - clock.monotonic()) > 0:
        last = play(paths, dice.randrange(1 << 32), left)
        rounds, tried = rounds + 1, tried + last.tried
        elapsed = int(clock.monotonic() - began)
        console.print(
            f"round {rounds}, seed {last.seed}: {tried:,} examples tried in {elapsed:,} s"
            f"{' (stopped)' if last.code is None else ''}",
            highlight=False,
        )
        if last.found:
            return _tell(last, console, DISPROVED)
        if last.code is None:
            break
        if last.code:
            return _tell(last, console, MISUSED)
    console.print("no counter-example found", highlight=False)
    return HOLDS


def _tell(last: Round, console: Console, code: int) -> int:
    console.print(_STATISTICS.sub("", last.output), markup=False, highlight=False)
    if code == DISPROVED:
        console.print(f"replay with: {last.replay}", markup=False, highlight=False, soft_wrap=True)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove until Ctrl-C, or for as long as is asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--minutes", type=float, default=_FOREVER, help="how long; until Ctrl-C")
    parser.add_argument("--seed", type=int, help="of the seeds of the rounds; fresh each time")
    parser.add_argument("paths", nargs="*", help="which properties; all")
    asked = parser.parse_args(arguments)
    # A shell's background job ignores interrupts, and so would the rounds: they are stopped by one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    dice = random.Random(asked.seed)
    paths = asked.paths or PROPERTIES
    try:
        return prove(paths, 60 * asked.minutes, dice, SystemClock(), Console())
    except KeyboardInterrupt:
        return HOLDS


if __name__ == "__main__":
    sys.exit(main())
