"""The workbench says what it can do."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert declared
    return set(declared[1].split())


def test_help_lists_every_target() -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    told = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
    ).stdout
    assert set(re.findall(r"^  make ([\w-]+)", told, re.MULTILINE)) == targets()


def test_documents_name_targets_that_exist() -> None:
    called = re.compile(r"(?:`|« |^    )make ([a-z]+(?:-[a-z]+)*)")
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {
        target
        for document in documents
        for target in called.findall(document.read_text(encoding="utf-8"))
    }
    assert named <= targets()
