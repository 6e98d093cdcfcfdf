"""The tests of every rule of the wire catch every deliberate bug: `make mutants` says which."""

import subprocess
import sys

import pytest

from tests.rules.table import ROOT


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_deliberate_bug_is_caught_by_the_tests_of_its_rule() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.rules"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=870,
    )
    assert done.returncode == 0, done.stdout
