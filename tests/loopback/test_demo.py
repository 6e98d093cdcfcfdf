"""The demonstration as its command line runs it: it ends, resumes, survives kills and says why."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from numlycee.adapters.sql import StoreError, open_reader
from tests.external.servers import HOST, free_port

ROOT = Path(__file__).resolve().parents[2]
SITES = 12
EVENTS = (
    "lien THD coupé",
    "commutateur A en panne",
    "panne de l'opérateur",
    "momentanément indisponible",
    "ENT rétabli",
    "revient avec son arriéré",
)


@dataclass
class Demo:
    """A demonstration in a process of its own, on a free port, in a folder."""

    folder: Path
    process: subprocess.Popen[str]
    port: int
    output: str = ""

    def page(self, path: str = "/") -> str:
        """Return a page, empty while nothing answers."""
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://{HOST}:{self.port}{path}", timeout=5) as answer,
        ):
            return str(answer.read().decode())
        return ""

    def until(self, look: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Return the first answer that is true; fail when none comes, or the process ends."""
        deadline = time.monotonic() + seconds
        while not (found := look()):
            assert self.process.poll() is None, self.end()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return found

    def observed(self) -> bool:
        """Tell whether the agents are heard, but the one that the script silences."""
        status = json.loads(self.page("/api/v1/status") or "{}")
        return bool(status) and status["agents"]["answering"] >= SITES - 1

    def stored(self) -> int:
        """Return how many records the store holds, 0 before there is a store."""
        with suppress(StoreError):
            store = open_reader(f"sqlite:///{self.folder / 'numlycee.db'}")
            return sum(line.stored for line in store.completeness()[1])
        return 0

    def whole(self) -> bool:
        """Tell whether nothing is missing between the records stored: every agent told again."""
        store = open_reader(f"sqlite:///{self.folder / 'numlycee.db'}")
        return not any(line.missing for line in store.completeness()[1])

    def kill_collector(self) -> None:
        """Kill the one child process, the collector, as a power cut would."""
        (collector,) = psutil.Process(self.process.pid).children()
        assert "run" in collector.cmdline()
        collector.send_signal(signal.SIGKILL)

    def end(self, seconds: float = 60.0) -> int:
        """Wait for the end and return the exit code."""
        self.output += self.process.communicate(timeout=seconds)[0]
        return self.process.returncode

    def summary(self) -> dict[str, Any]:
        """Return what the demonstration says of itself."""
        said: dict[str, Any] = json.loads((self.folder / "summary.json").read_text("utf-8"))
        return said


@contextmanager
def demo(folder: Path, *arguments: str, seed: int = 3, port: int = 0) -> Iterator[Demo]:
    """Start a demonstration, and see to it that it ends with all its children."""
    port = port or free_port()
    command = [sys.executable, "-m", "numlycee", "demo", "--headless", "--sites", str(SITES)]
    command += ["--seed", str(seed), "--port", str(port), "--keep", str(folder), *arguments]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
    )
    with process:
        try:
            yield Demo(folder, process, port)
        finally:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                process.kill()


def report(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in (folder / "rapport").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@dataclass(frozen=True)
class Played:
    """What one whole demonstration left."""

    folder: Path
    code: int
    output: str
    page: str
    summary: dict[str, Any]
    report: dict[str, bytes]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("demo")
    with demo(folder, "--duration", "25", "--speed", "120") as one:
        page = one.until(one.page)
        code = one.end()
        return Played(folder, code, one.output, page, one.summary(), report(folder))


@pytest.mark.timeout(120)
def test_it_ends_with_a_summary_of_a_lively_day(played: Played) -> None:
    assert played.code == 0, played.output
    assert "données simulées" in played.page.lower()
    said = played.summary
    assert said["simulated"] is True
    assert said["sites"] == said["agents"]["total"] == SITES
    assert set(said["records"]) == {
        "expected", "stored", "late", "duplicate", "refused", "missing", "declared_lost",
    }  # fmt: skip
    assert said["records"]["stored"] == said["records"]["expected"] > SITES * 300
    assert said["records"]["missing"] == said["records"]["declared_lost"] == 0
    assert set(said["resources"]) == {"up", "degraded", "down", "unreachable", "unobserved"}
    assert said["outages"]["opened"] >= said["outages"]["closed"] > 0
    assert set(said["addresses"]) == {"page", "metrics", "api"}
    assert Path(said["report"]).is_file()
    assert "données simulées" in Path(said["report"]).read_text(encoding="utf-8").lower()


@pytest.mark.timeout(120)
def test_it_announces_what_breaks_and_what_is_mended(played: Played) -> None:
    for event in EVENTS:
        assert event in played.output
    assert not re.search(r"Traceback|Error", played.output)


@pytest.mark.timeout(120)
def test_a_killed_collector_and_an_interruption_change_nothing(played: Played) -> None:
    with demo(played.folder) as again:
        again.until(again.observed)
        again.kill_collector()
        again.until(lambda: not again.page("/-/healthy"))
        again.until(again.observed)
        again.until(again.whole)
        everybody = psutil.Process(again.process.pid).children(recursive=True)
        interrupted = time.monotonic()
        again.process.send_signal(signal.SIGINT)
        assert again.end() == 0, again.output
        assert time.monotonic() - interrupted < 15
        assert not [child for child in everybody if child.is_running()]
        assert again.summary()["collector_starts"] == 2
        assert again.summary()["records"]["missing"] == 0
        assert again.summary()["records"]["declared_lost"] == 0
        assert "année passée" not in again.output, "the past is told once"
    assert report(played.folder) == played.report


@pytest.mark.timeout(120)
def test_a_collector_killed_while_the_past_is_told_gives_the_same_report(
    played: Played, tmp_path: Path
) -> None:
    shutil.copy(played.folder / "region.json", tmp_path)
    with demo(tmp_path, "--duration", "2") as another:
        another.until(another.stored)
        another.kill_collector()
        assert another.stored() < played.summary["records"]["stored"] - 1000, "killed too late"
        assert another.end() == 0, another.output
        assert another.summary()["collector_starts"] == 2
        assert another.summary()["records"]["missing"] == 0
    assert report(tmp_path) == played.report


@pytest.mark.timeout(120)
def test_another_region_in_the_same_folder_is_refused(played: Played) -> None:
    with demo(played.folder, "--duration", "1", seed=4) as other:
        assert other.end() == 1
        assert "garde une autre Région (--seed 3 --sites 12)" in other.output


def test_a_busy_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as busy:
        port = busy.getsockname()[1]
        with demo(tmp_path, "--duration", "1", port=port) as refused:
            assert refused.end() == 1
    assert refused.output == (
        f"numlycee demo : le port {port} est pris (Address already in use) ; "
        "choisissez-en un avec --port\n"
    )
