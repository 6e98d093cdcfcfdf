"""The exposition before a real promtool."""

import subprocess

import pytest

from numlycee.adapters.prometheus import Metrics
from tests.adapters.web.pictures import PICTURES
from tests.external.servers import binary


@pytest.mark.parametrize("name", ["bad-day", "hostile", "empty"])
def test_promtool_finds_nothing_to_say(name: str) -> None:
    body = Metrics().render(PICTURES[name]())
    done = subprocess.run(
        [binary("promtool", "prometheus"), "check", "metrics"],
        input=body,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
