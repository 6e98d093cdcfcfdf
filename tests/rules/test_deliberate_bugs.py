"""The tests of every rule of the wire catch every deliberate bug: `make mutants` says which."""

import os
import subprocess
import sys

import pytest

from tests.rules.table import ROOT


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_deliberate_bug_is_caught_by_the_tests_of_its_rule() -> None:
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.rules"],
        cwd=ROOT,
        env=unmeasured,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=870,
    )
    assert done.returncode == 0, done.stdout
