"""The whole house in real processes: a collector and a site agent around a real broker."""

import asyncio
import contextlib
import os
import re
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from prometheus_client.parser import text_string_to_metric_families

from numlycee.adapters.portal import Portal
from numlycee.adapters.sql import open_reader
from numlycee.clock import SystemClock
from numlycee.collector.model import LedgerLine
from numlycee.config import DAYS
from numlycee_agent.probes.icmp import Pinger
from tests.external.conftest import Certificates
from tests.external.servers import HOST, Server, WebServer, free_port, running

ROOT = Path(__file__).resolve().parents[2]
SITE = "0310036W"
PATHS = {"PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"}
SITES = """\
uai;nom;commune;code_departement;departement;academie;latitude;longitude;effectif;operateur
0310036W;Lycée d'Essai;Exempleville;31;Haute-Garonne;Toulouse;43.60;1.44;1450;Opérateur A
"""
CENTRE = """\
region = "Région d'essai"
sites = "sites.csv"
secret_file = "master.secret"
store = "{store}"
rates_seconds = 2
[mqtt]
host = "{host}"
port = {broker}
client_id = "collector"
{tls}
[http]
port = {http}
[alerting]
alertmanagers = {alertmanagers}
external_url = "http://{host}:{http}"
[service.hours]
{hours}
"""
AGENT = """\
uai = "{site}"
data = "agent"
receipt_key_file = "receipt.key"
[mqtt]
host = "{host}"
port = {broker}
{tls}
[periods]
link = 0.5
core = 0.5
equipment = 1
service = 1
snmp = 1
bulletin = 1
"""

Found = TypeVar("Found")


def until(look: Callable[[], Found], what: str, seconds: float = 30.0) -> Found:
    """Return the first answer that is true; fail with the last one when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {what} (last seen: {found!r})")
        time.sleep(0.1)
    return found


def need_ping() -> None:
    """Skip the test where this machine lets nobody ping."""
    with contextlib.closing(Pinger(SystemClock())) as pinger:
        if not pinger.can_ping():
            pytest.skip("net.ipv4.ping_group_range is closed and this process has no CAP_NET_RAW")


class Collector(WebServer):
    """The centre, ready once it is connected to the broker and its store takes what comes."""

    def text(self, path: str) -> str:
        """Return the text of one page."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def metric(self, name: str, **labels: str) -> float | None:
        """Return one sample of `/metrics`, None when it is not there."""
        for family in text_string_to_metric_families(self.text("/metrics")):
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items():
                    return float(sample.value)
        return None

    def state(self, resource: str) -> float | None:
        """Return the present state of a resource of the site, as `/metrics` tells it."""
        return self.metric("numlycee_resource_state", uai=SITE, resource=resource)

    def is_in(self, resource: str, state: float) -> bool:
        """Tell whether a resource of the site is in a state now."""
        return self.state(resource) == state


class Agent(Server):
    """A site's agent; it listens nowhere, its log tells that it watches."""

    lives = 0

    def start(self) -> None:
        """Start a life more."""
        self.lives += 1
        super().start()

    def ready(self) -> bool:
        """Tell whether this life of the agent has begun to watch."""
        return self.log.count("resources watched, run") >= self.lives


@dataclass
class House:
    """A folder with both configurations, and the processes that read them."""

    folder: Path
    broker: int
    certificates: Certificates | None = None
    alertmanagers: tuple[str, ...] = ()
    store: str = "numlycee.db"
    collector: Collector = field(init=False)
    agent: Agent = field(init=False)

    def __post_init__(self) -> None:
        """Write the centre's configuration; no process is started."""
        http = free_port()
        (self.folder / "sites.csv").write_text(SITES, encoding="utf-8")
        (self.folder / "master.secret").write_text("0123456789abcdef" * 4)
        self._write(
            "numlycee.toml",
            CENTRE.format(
                store=self.store, host=HOST, broker=self.broker, http=http,
                tls=self._tls("collector"), alertmanagers=list(self.alertmanagers),
                hours="\n".join(f'{day} = [["00:00", "24:00"]]' for day in DAYS),
            ),
        )  # fmt: skip
        run = (sys.executable, "-m", "numlycee", "run", "-c", "numlycee.toml")
        self.collector = Collector("collector", run, self.folder, http, PATHS)
        run = (sys.executable, "-m", "numlycee_agent", "run", "-c", "agent.toml")
        self.agent = Agent("agent", run, self.folder, 0, PATHS)

    def install_agent(self, watched: str) -> None:
        """Write the agent's configuration and its key, as the centre's command line gives it."""
        (self.folder / "receipt.key").write_text(self.numlycee("key", SITE))
        head = AGENT.format(site=SITE, host=HOST, broker=self.broker, tls=self._tls(SITE))
        self._write("agent.toml", head + watched)

    def numlycee(self, *arguments: str) -> str:
        """Run one command of the centre and return what it prints; fail unless it succeeds."""
        return self._command("numlycee", *arguments, "-c", "numlycee.toml")

    def numlycee_agent(self, *arguments: str) -> str:
        """Run one command of the agent and return what it prints; fail unless it succeeds."""
        return self._command("numlycee_agent", *arguments)

    @property
    def database(self) -> str:
        """The address of the store."""
        return f"sqlite:///{self.folder / self.store}"

    def ledger(self) -> LedgerLine:
        """Return how complete the account of the site is, read beside the collector."""
        lines = {line.uai: line for line in open_reader(self.database).completeness()[1]}
        return lines.get(SITE, LedgerLine(SITE))

    def accounts_beyond(self, instant: int) -> bool:
        """Tell whether what the site has seen up to an instant is settled and stored."""
        with open_reader(self.database).history() as history:
            return any(row.end > instant for row in history.coverage(instant, instant + 1))

    def is_complete(self) -> bool:
        """Tell whether everything that the site has numbered is stored, and nothing waits."""
        line = self.ledger()
        whole = line.stored == line.expected > 0
        status = self.numlycee_agent("status", "-c", "agent.toml")
        return whole and re.search(r"^en attente +0\D", status, re.MULTILINE) is not None

    @contextlib.contextmanager
    def inhabited(self) -> Iterator[None]:
        """Run collector and agent; stop both by their process ids whatever happens."""
        with running(self.collector), running(self.agent):
            yield

    def _command(self, module: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env={**os.environ, **PATHS},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _tls(self, name: str) -> str:
        if self.certificates is None:
            return ""
        certificate, key = self.certificates.of(name)
        files = {"ca": self.certificates.authority, "certificate": certificate, "key": key}
        return "[mqtt.tls]\n" + "".join(f'{key} = "{path}"\n' for key, path in files.items())

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")


class _Hang(socketserver.BaseRequestHandler):
    """Takes a connection and lets it go."""


class _Listening(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class Listener:
    """A TCP port of loopback that can be closed and opened again."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: _Listening | None = None

    def open(self) -> None:
        """Accept connections."""
        self._server = _Listening((HOST, self.port), _Hang)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Refuse connections; again is no error."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@contextlib.contextmanager
def listening() -> Iterator[Listener]:
    """Open a port while the context lasts."""
    listener = Listener()
    listener.open()
    try:
        yield listener
    finally:
        listener.close()


@contextlib.contextmanager
def playing() -> Iterator[tuple[Portal, str]]:
    """Play the ENT in a thread while the context lasts; yields it with its address."""
    portal, loop = Portal(SystemClock()), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield portal, asyncio.run_coroutine_threadsafe(portal.start(HOST), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(portal.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
