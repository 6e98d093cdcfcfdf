import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.benchmarks.runner import Outcome, keep, load, main, names, show

OUTCOME: Outcome = {
    "figures": {"bulletins a second": 12_345.0, "machine": "two cores"},
    "ratios": {"beside sqlite3 alone": 0.8},
    "goals": {"bulletins a second": "≥ 10 000", "memory": "≤ 100 MiB"},
    "met": {"bulletins a second": True, "memory": False},
}


def test_an_outcome_is_kept_as_json(tmp_path: Path) -> None:
    path = keep("example", OUTCOME, tmp_path / "bench")
    assert json.loads(path.read_text(encoding="utf-8")) == OUTCOME


def test_the_table_says_what_is_missed() -> None:
    written = StringIO()
    show("example", OUTCOME, Console(file=written, width=100))
    assert "12,345" in written.getvalue()
    assert "MISSED" in written.getvalue()


def test_an_unknown_benchmark_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-thing"]) == 2
    assert "no-such-thing" in capsys.readouterr().out


@pytest.mark.parametrize("name", names())
def test_every_benchmark_has_a_run(name: str) -> None:
    assert callable(load(name))
