"""A spool on a real disk of two mebibytes that fills, and that becomes read-only."""

import json
import os
import shutil
import subprocess
import sys
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = ("unshare", "--user", "--map-root-user", "--mount")


def test_a_disk_that_fills_and_a_disk_that_is_read_only_lose_nothing(tmp_path: Path) -> None:
    told = _lived(tmp_path)
    lives = [list(life) for _, life in groupby(told["bulletins"], key=itemgetter(0))]
    assert len(lives) == 2
    for life, seconds in zip(lives, (2_700, 2_100), strict=True):
        began = life[0][0]
        assert life[0][1] == began
        assert all(before[2] == after[1] for before, after in pairwise(life)), "a second is missing"
        assert life[-1][2] > began + (seconds - 30) * 1000
    assert told["before"]["kept"] <= told["full"]["kept"] < told["freed"]["kept"]
    assert told["read-only"]["kept"] == 0 < told["again"]["kept"]
    assert told["full"]["nows"] >= told["before"]["nows"] + 170, "the present is told all the same"
    assert told["read-only"]["nows"] >= told["freed"]["nows"] + 170


def _lived(disk: Path) -> dict[str, Any]:
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed (package util-linux): no disk of its own")
    probe = subprocess.run(
        [*OWN, "mount", "-t", "tmpfs", "none", str(disk)], capture_output=True, check=False
    )
    if probe.returncode:
        pytest.skip("this machine lets nobody have a mount namespace: no disk of its own")
    done = subprocess.run(
        [*OWN, sys.executable, "-m", "tests.external.filling", str(disk)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
