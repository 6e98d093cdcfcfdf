"""Private instances of real servers: loopback, free ports, own folder, stopped by their own pid."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

HOST = "127.0.0.1"
START_SECONDS = 20.0

ServerT = TypeVar("ServerT", bound="Server")


def binary(name: str, package: str) -> str:
    """Return the path of a server's binary, or skip the test with the package to install."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed (Debian package {package}: `make servers`)")
    return path


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port of the loopback interface that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def tcp_answers(port: int) -> bool:
    """Tell whether a loopback TCP port accepts connections."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def http_answers(url: str) -> bool:
    """Tell whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


@dataclass
class Server:
    """One process of a real server; it may be killed and started again on the same port."""

    name: str
    command: Sequence[str]
    folder: Path
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    start_seconds: float = START_SECONDS

    @property
    def pid(self) -> int:
        """The process, which must have been started."""
        assert self.process
        return self.process.pid

    @property
    def log(self) -> str:
        """What the server has written so far."""
        path = self.folder / f"{self.name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def ready(self) -> bool:
        """Tell whether the server answers."""
        return tcp_answers(self.port)

    def start(self) -> None:
        """Start the process and wait until it answers; fail with its log otherwise."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, **self.environment},
            )
        deadline = time.monotonic() + self.start_seconds
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"{self.name} did not start:\n{self.log}")
            time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to this very process."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self) -> None:
        """Ask the process to end, and see to it that it does."""
        if not self.process:
            return
        self.signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """Kill the process as a power cut would."""
        if self.process:
            self.signal(signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None

    def restart(self) -> None:
        """Stop, then start again with the same folder and port."""
        self.stop()
        self.start()


@dataclass
class WebServer(Server):
    """A server that is asked over HTTP."""

    health: str = "/-/ready"
    patience: float = 10.0  # seconds

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def ready(self) -> bool:
        """Tell whether the server's own health page answers 200."""
        return http_answers(self.url + self.health)

    def get(self, path: str, **query: str) -> Any:
        """Return the JSON of one GET request."""
        address = f"{self.url}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        with urllib.request.urlopen(address, timeout=self.patience) as answer:
            return json.load(answer)


@dataclass
class Prometheus(WebServer):
    """A Prometheus that scrapes every second."""

    def query(self, expression: str) -> list[Any]:
        """Return the result of an instant query."""
        result: list[Any] = self.get("/api/v1/query", query=expression)["data"]["result"]
        return result

    def query_until(self, expression: str, seconds: float = 30.0) -> list[Any]:
        """Return the first result that is not empty; fail when none comes."""
        deadline = time.monotonic() + seconds
        while not (result := self.query(expression)):
            if time.monotonic() > deadline:
                pytest.fail(f"Prometheus has no data for {expression!r} after {seconds:.0f} s")
            time.sleep(0.25)
        return result


@dataclass
class Alertmanager(WebServer):
    """An Alertmanager that notifies nobody."""

    def alerts(self) -> list[Any]:
        """Return the alerts it holds, as its API v2 gives them."""
        alerts: list[Any] = self.get("/api/v2/alerts")
        return alerts


class Snmpd(Server):
    """A net-snmp agent on UDP."""

    COMMUNITY = "public-of-one-test"
    USER = "numlycee"
    AUTH_PASSWORD = "authentication-of-one-test"
    PRIV_PASSWORD = "privacy-of-one-test"

    def ready(self) -> bool:
        """Tell whether the agent has opened its port (it says so in its log)."""
        return "NET-SNMP version" in self.log and udp_is_taken(self.port)


def udp_is_taken(port: int) -> bool:
    """Tell whether somebody holds a loopback UDP port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
        return False


@dataclass(frozen=True)
class Browser:
    """A Chromium without a head, with a profile of its own."""

    command: str
    folder: Path

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        profile = self.folder / "chromium"
        flags = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            f"--user-data-dir={profile}",
        )
        return subprocess.run(
            [self.command, *flags, *arguments],
            capture_output=True,
            text=True,
            timeout=55,
            check=False,
            cwd=self.folder,
            env={**os.environ, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(profile)},
        )

    def screenshot(self, url: str, picture: Path, width: int = 1280, height: int = 1600) -> Path:
        """Write a PNG of a page as it is drawn after two seconds of its own time."""
        picture.parent.mkdir(parents=True, exist_ok=True)
        done = self._run(
            f"--window-size={width},{height}",
            "--virtual-time-budget=2000",
            f"--screenshot={picture}",
            url,
        )
        if not picture.exists():
            pytest.fail(f"Chromium drew nothing:\n{done.stdout}\n{done.stderr}")
        return picture

    def text(self, url: str) -> str:
        """Return the page's document as it stands after its scripts have run."""
        return self._run("--virtual-time-budget=2000", "--dump-dom", url).stdout


@contextlib.contextmanager
def running(server: ServerT) -> Iterator[ServerT]:
    """Start a server, and stop it at the end whatever happened."""
    server.start()
    try:
        yield server
    finally:
        server.stop()
