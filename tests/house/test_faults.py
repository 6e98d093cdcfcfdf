"""The table of faults names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")


def test_every_test_that_the_architecture_names_is_there() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = NAMED.findall(text)
    assert len(named) > 30
    for file, test in named:
        code = ROOT / file
        assert code.is_file(), file
        assert not test or f"def {test}(" in code.read_text(encoding="utf-8"), f"{file}: {test}"


def test_every_fault_has_its_line() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| F(\d+) \|", text, re.MULTILINE) == [str(n) for n in range(1, 31)]
