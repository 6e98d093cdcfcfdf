"""Real servers, each a private instance that lives for one test."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.external.postgres import PostgreSql, postgresql_server
from tests.external.servers import (
    HOST,
    Alertmanager,
    Browser,
    Prometheus,
    Server,
    Snmpd,
    binary,
    free_port,
    running,
)

ROOT = Path(__file__).resolve().parents[2]
SITES = ("0310036W", "0310044E", "0340038G")
"""The lycées that have a certificate in the tests."""


@dataclass(frozen=True)
class Certificates:
    """A folder written by deploy/mosquitto/make-certificates."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The certificate of the authority."""
        return self.folder / "ca.pem"

    def of(self, name: str) -> tuple[Path, Path]:
        """Return (certificate, key) of `broker`, `collector` or a UAI code."""
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, a broker on 127.0.0.1, a collector and the lycées of `SITES`."""
    binary("openssl", "openssl")
    folder = tmp_path_factory.mktemp("certificates")
    script = ROOT / "deploy/mosquitto/make-certificates"
    subprocess.run([script, folder, HOST, *SITES], check=True, timeout=60)
    return Certificates(folder)


def _mosquitto(folder: Path, settings: str, port: int) -> Server:
    if os.geteuid() == 0:  # otherwise it becomes « mosquitto », who may not read the test's folder
        settings += "\nuser root\n"
    (folder / "mosquitto.conf").write_text(settings)
    command = (binary("mosquitto", "mosquitto"), "-c", str(folder / "mosquitto.conf"))
    return Server("mosquitto", command, folder, port)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSql]:
    """A PostgreSQL that the tests share, each in a database of its own."""
    with postgresql_server(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Server]:
    """A Mosquitto without TLS, open to everybody, with the limits of the deployed one."""
    port = free_port()
    settings = (
        f"listener {port} {HOST}\nallow_anonymous true\nmax_queued_messages 100000\n"
        "max_packet_size 262144\nmax_inflight_messages 100\n"
    )
    with running(_mosquitto(tmp_path, settings, port)) as server:
        yield server


@pytest.fixture
def mosquitto_tls(tmp_path: Path, certificates: Certificates) -> Iterator[Server]:
    """A Mosquitto with the deployed configuration: only its port and its folders are replaced."""
    port = free_port()
    folder = tmp_path / "etc"
    folder.mkdir()
    for name in ("ca.pem", "broker.pem", "broker.key"):
        (folder / name).write_bytes((certificates.folder / name).read_bytes())
    (folder / "acl").write_bytes((ROOT / "deploy/mosquitto/acl").read_bytes())
    settings = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
    settings = settings.replace("listener 8883", f"listener {port} {HOST}")
    settings = settings.replace("/etc/numlycee/mosquitto", str(folder))
    with running(_mosquitto(tmp_path, settings, port)) as server:
        yield server


@pytest.fixture
def snmpd(tmp_path: Path) -> Iterator[Snmpd]:
    """A net-snmp agent: v2c with a community, v3 authPriv with a SHA and AES user."""
    port = free_port(socket.SOCK_DGRAM)
    folder = tmp_path / "snmpd"
    folder.mkdir()
    (folder / "snmpd.conf").write_text(
        f"agentAddress udp:{HOST}:{port}\n"
        f"rocommunity {Snmpd.COMMUNITY} {HOST}\n"
        f"createUser {Snmpd.USER} SHA {Snmpd.AUTH_PASSWORD} AES {Snmpd.PRIV_PASSWORD}\n"
        f"rouser {Snmpd.USER} authpriv\n"
        "sysName net-snmp.lycee.example\n"
        "sysLocation salle technique\n"
        "sysServices 2\n"
    )
    command = (
        *(binary("snmpd", "snmpd"), "-f", "-Lo", "-C", "-c", str(folder / "snmpd.conf")),
        *("-p", str(folder / "pid"), "-I", "-smux"),
    )
    # Elsewhere than its configuration, which the agent would overwrite with its state at its end.
    kept = folder / "kept"
    environment = {"SNMP_PERSISTENT_DIR": str(kept), "SNMPCONFPATH": str(folder)}
    with running(Snmpd("snmpd", command, folder, port, environment)) as server:
        yield server


NOBODY = "route: {receiver: nobody, group_wait: 0s}\nreceivers: [{name: nobody}]\n"


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Alertmanager]:
    """An Alertmanager that keeps what it is told and notifies nobody."""
    with running(an_alertmanager(tmp_path, NOBODY)) as server:
        yield server


def an_alertmanager(folder: Path, content: str) -> Alertmanager:
    """Return an Alertmanager with this configuration, not yet started."""
    port = free_port()
    folder = folder / "alertmanager"
    folder.mkdir()
    settings = folder / "alertmanager.yml"
    settings.write_text(content)
    command = (
        binary("prometheus-alertmanager", "prometheus-alertmanager"),
        f"--config.file={settings}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{port}",
        "--cluster.listen-address=",
        "--log.level=warn",
    )
    return Alertmanager("alertmanager", command, folder, port)


StartPrometheus = Callable[..., Prometheus]


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[StartPrometheus]:
    """Start a Prometheus: `prometheus("127.0.0.1:9810", rules=path, alertmanager="host:port")`."""
    with ExitStack() as started:

        def start(
            *targets: str, rules: Path | None = None, alertmanager: str | None = None
        ) -> Prometheus:
            port = free_port()
            folder = tmp_path / f"prometheus-{port}"
            folder.mkdir()
            settings = folder / "prometheus.yml"
            settings.write_text(_prometheus_settings(targets, rules, alertmanager))
            command = (
                binary("prometheus", "prometheus"),
                f"--config.file={settings}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={HOST}:{port}",
                "--log.level=warn",
            )
            server = Prometheus("prometheus", command, folder, port)
            return started.enter_context(running(server))

        yield start


def _prometheus_settings(
    targets: tuple[str, ...], rules: Path | None, alertmanager: str | None
) -> str:
    text = (
        "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
        "scrape_configs:\n"
        f"  - {{job_name: numlycee, static_configs: [{{targets: {list(targets)}}}]}}\n"
    )
    if rules:
        text += f"rule_files: ['{rules}']\n"
    if alertmanager:
        text += (
            "alerting: {alertmanagers: [{static_configs: [{targets: ['" + alertmanager + "']}]}]}\n"
        )
    return text


@pytest.fixture
def chromium(tmp_path: Path) -> Browser:
    """A Chromium without a head: `chromium.screenshot(url, picture)`, `chromium.text(url)`."""
    return Browser(binary("chromium", "chromium"), tmp_path)
