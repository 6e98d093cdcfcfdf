"""The units that are handed to administrators leave a service little to do harm with."""

import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
MOST_EXPOSED = 15
"""Tenths of the score of `systemd-analyze security`, from 0 (shut in) to 100."""


@pytest.fixture
def analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("systemd-analyze is not installed")
    return found


def exposure(analyze: str, folder: Path, unit: str, dropins: tuple[str, ...]) -> str:
    """The verdict on a unit with some drop-ins, judged by its file alone."""
    shutil.copy(SYSTEMD / unit, folder)
    (folder / f"{unit}.d").mkdir()
    for name in dropins:
        shutil.copy(SYSTEMD / name, folder / f"{unit}.d")
    arguments = ("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}")
    done = subprocess.run(
        [analyze, *arguments, folder / unit],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    if "offline" in done.stderr:
        pytest.skip(f"systemd-analyze is too old: {done.stderr.strip()}")
    assert "Overall exposure level" in done.stdout, done.stderr
    return "" if done.returncode == 0 else done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("unit", "dropins"),
    [
        ("numlycee.service", ()),
        ("numlycee-agent.service", ()),
        ("numlycee-agent.service", ("numlycee-agent-traps.conf",)),
    ],
)
def test_a_unit_is_shut_in(
    analyze: str, tmp_path: Path, unit: str, dropins: tuple[str, ...]
) -> None:
    assert exposure(analyze, tmp_path, unit, dropins) == ""


def test_the_judge_sees_the_drop_ins(analyze: str, tmp_path: Path) -> None:
    """A drop-in that opens everything must not pass."""
    shutil.copy(SYSTEMD / "numlycee-agent.service", tmp_path)
    opened = tmp_path / "numlycee-agent.service.d"
    opened.mkdir()
    (opened / "open.conf").write_text("[Service]\nCapabilityBoundingSet=~\nProtectSystem=no\n")
    arguments = ("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}")
    judged = subprocess.run(
        [analyze, *arguments, tmp_path / "numlycee-agent.service"],
        capture_output=True,
        check=False,
        timeout=50,
    )
    assert judged.returncode != 0
