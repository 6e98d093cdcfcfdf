"""One process at a time writes a store, whichever comes first, and however it ends."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from numlycee.adapters.sql import open_store
from numlycee.adapters.sql.copies import back_up
from tests.collector.centre import Agent, Centre, HandClock, dump

ROOT = Path(__file__).resolve().parents[2]
CLOCK = HandClock()
pytestmark = pytest.mark.slow


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/account.db"
    with closing(open_store(url, CLOCK)) as store:
        agent = Agent()
        Centre(store).takes(agent.hello(), agent.sends(agent.listing(), agent.bulletin()))
    back_up(url, tmp_path / "copy.db", lambda _done, _of: None)
    return url


def process(*words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 (its own interpreter)
        [sys.executable, "-m", "tests.cuts.holder", *words],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@contextmanager
def held(*words: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process holds a store meanwhile; it ends when it is let go."""
    with process(*words) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        yield other
        other.communicate("\n")


def refused(*words: str) -> str:
    """Return what a process is told that may not have the store."""
    with process(*words) as other:
        _, said = other.communicate()
    assert other.returncode == 1
    return said


@pytest.mark.parametrize("holder", ["collect", "restore"])
def test_no_other_process_writes_meanwhile(tmp_path: Path, url: str, holder: str) -> None:
    copy = str(tmp_path / "copy.db")
    with held(holder, url, copy) as other:
        for contender in ("collect", "restore"):
            assert "in use by another collector" in refused(contender, url, copy)
    assert other.returncode == 0
    with held("collect", url):
        pass


def test_a_holder_that_is_killed_holds_nothing(tmp_path: Path, url: str) -> None:
    copy = tmp_path / "copy.db"
    with held("collect", url) as collector:
        collector.kill()
    with held("restore", url, str(copy)) as restoring:
        restoring.kill()
    with closing(open_store(f"sqlite:///{copy}", CLOCK)) as kept:
        before = dump(kept)
    with closing(open_store(url, CLOCK)) as store:
        assert dump(store) == before
