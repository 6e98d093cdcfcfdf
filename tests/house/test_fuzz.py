"""The fuzzer runs, learns, and shows what it finds."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.fuzz.campaign import HOLDS, campaign

pytest.importorskip("atheris", reason="atheris is not made for this Python or this machine")
SECONDS = 10


@pytest.mark.timeout(240)
def test_ten_seconds_of_bad_input_find_nothing_and_learn(tmp_path: Path) -> None:
    written = StringIO()
    code = campaign(SECONDS, tmp_path, Console(file=written, width=200))
    assert code == HOLDS, written.getvalue()
    assert "cases tried" in written.getvalue()
    assert any(path.name[0] in "0123456789abcdef" for path in (tmp_path / "corpus").iterdir())
