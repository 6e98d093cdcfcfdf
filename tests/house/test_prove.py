"""`make prove` stops at a counter-example and says how to see it again."""

import random
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from numlycee.clock import SystemClock
from tests.prove import DISPROVED, HOLDS, MISUSED, ROOT, prove

PROPERTY = """
from hypothesis import given, strategies as st

@given(st.integers(0, 10_000))
def test_small(number):
    assert number < {limit}
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A folder with a configuration of its own: the profiles of the house, and nothing else."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p tests.conftest\n")
    return tmp_path


def proved(path: Path, seconds: float) -> tuple[int, str]:
    written = StringIO()
    console = Console(file=written, width=200)
    options = ["-c", str(path.parent / "pytest.ini"), str(path)]
    code = prove(options, seconds, random.Random(1), SystemClock(), console)
    return code, written.getvalue()


def test_it_stops_at_a_counter_example_and_says_how_to_replay_it(folder: Path) -> None:
    path = folder / "test_wrong.py"
    path.write_text(PROPERTY.format(limit=5_000))
    code, said = proved(path, 50)
    assert code == DISPROVED
    assert "number=5000" in said
    assert "replay with: pytest --hypothesis-profile=prove --hypothesis-seed=" in said
    assert "test_wrong.py::test_small" in said.splitlines()[-1]
    assert "no counter-example" not in said


class Striding(SystemClock):
    """A clock on which a minute passes between two looks."""

    def __init__(self) -> None:
        self.minutes = 0

    def monotonic(self) -> float:
        self.minutes += 1
        return 60.0 * self.minutes


def test_it_plays_the_properties_of_the_house_until_its_time_is_over() -> None:
    written = StringIO()
    console = Console(file=written, width=200)
    paths = ["tests/properties/test_01_durations_sum.py", "-k", "bounds_hold"]
    assert prove(paths, 110, random.Random(1), Striding(), console) == HOLDS
    first, last = written.getvalue().splitlines()
    assert first == "round 1, seed 3280387012: 500 examples tried in 120 s"
    assert last == "no counter-example found"


ENDLESS = """
import time
from hypothesis import given, strategies as st

@given(st.integers())
def test_slow(number):
    time.sleep(5)
"""


def test_it_stops_in_time_in_the_background_too(folder: Path) -> None:
    path = folder / "test_endless.py"
    path.write_text(ENDLESS)
    asked = ["--minutes", "0.05", "--", "-c", str(folder / "pytest.ini"), str(path)]
    ignoring = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
    done = subprocess.run(
        [*ignoring, sys.executable, "-m", "tests.prove", *asked],
        cwd=ROOT, timeout=50, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == HOLDS, done.stderr
    assert "(stopped)" in done.stdout


def test_what_is_not_a_property_is_an_error(folder: Path) -> None:
    code, said = proved(folder / "test_absent.py", 50)
    assert code == MISUSED
    assert "test_absent.py" in said
