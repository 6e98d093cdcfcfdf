"""Runs the tests of each rule on each of its bugs: all must be caught, and none by chance.

Every trial is a process of its own, forked from this one, which has loaded the libraries that all
of them need and nothing of ours.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import aiomqtt  # noqa: F401 (loaded once, for every trial)
import hypothesis  # noqa: F401
import pytest
import sqlmodel  # noqa: F401

from numlycee.clock import SystemClock
from tests.rules.planting import plant
from tests.rules.table import Bug, Rule

_OPTIONS = (
    "-x",
    "-q",
    "--assert=plain",
    "-p",
    "no:randomly",
    "-p",
    "no:xdist",
    "--hypothesis-profile=quick",
)
_CLOCK = SystemClock()
PASSED, FAILED = 0, 1
"""Exit codes of pytest; any other one says that the tests could not be run."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The tests of one rule, on one of its bugs or on the code as it is."""

    rule: Rule
    bug: Bug | None = None

    @property
    def wanted(self) -> int:
        """Return the exit code that is right."""
        return PASSED if self.bug is None else FAILED


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a trial ended: the exit code, the seconds, and what pytest said."""

    trial: Trial
    code: int
    seconds: float
    said: str

    @property
    def right(self) -> bool:
        """Tell whether the tests passed without a bug, or failed on one."""
        return self.code == self.trial.wanted


def trials(rules: Iterable[Rule]) -> Iterator[Trial]:
    """Yield what must be tried: every bug, and before them every rule's tests without one.

    Those with real servers are tried without a bug by the room that they live in.
    """
    rules = list(rules)
    for rule in rules:
        plain = tuple(test for test in rule.tests if not test.startswith("tests/external/"))
        if plain:
            yield Trial(replace(rule, tests=plain))
    yield from (Trial(rule, bug) for rule in rules for bug in rule.bugs)


def judge(waiting: Iterable[Trial], tell: Callable[[Verdict], None]) -> list[Verdict]:
    """Try everything, as many at a time as there are processors."""
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory(prefix="rules-") as folder:
        running: dict[int, tuple[Trial, float, Path]] = {}
        for number, trial in enumerate(waiting):
            if len(running) >= (os.cpu_count() or 1):
                verdicts.append(_reap(running))
                tell(verdicts[-1])
            place = Path(folder) / str(number)
            place.mkdir()
            running[_begin(trial, place)] = trial, _CLOCK.monotonic(), place
        while running:
            verdicts.append(_reap(running))
            tell(verdicts[-1])
    return verdicts


def _begin(trial: Trial, place: Path) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = -1
        try:
            code = _try(trial, place)
        except BaseException:  # noqa: BLE001 (the child must end here, and say why)
            traceback.print_exc()
        finally:
            os._exit(code & 0xFF)
    return child


def _try(trial: Trial, place: Path) -> int:
    said = os.open(place / "said", os.O_WRONLY | os.O_CREAT)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(place / "hypothesis")
    if trial.bug:
        plant(trial.bug)
    return int(pytest.main([*_OPTIONS, *_places(place), *trial.rule.tests]))


def _places(place: Path) -> Sequence[str]:
    return f"--basetemp={place / 'tmp'}", "-o", f"cache_dir={place / 'cache'}"


def _reap(running: dict[int, tuple[Trial, float, Path]]) -> Verdict:
    child, status = os.wait()
    trial, began, place = running.pop(child)
    seconds = _CLOCK.monotonic() - began
    said = (place / "said").read_text(encoding="utf-8", errors="replace")
    return Verdict(trial, os.waitstatus_to_exitcode(status), seconds, said)
