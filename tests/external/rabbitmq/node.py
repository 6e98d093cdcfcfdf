"""A private RabbitMQ with the deployed configuration: own folder, own epmd, loopback only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.external.conftest import ROOT, SITES, Certificates
from tests.external.servers import HOST, Server, binary, free_port, running, tcp_answers

DEPLOY = ROOT / "deploy/rabbitmq"
LIBRARY = Path("/usr/lib/rabbitmq/bin")
"""Debian's own scripts: those in the path refuse to run as anybody but root or rabbitmq."""


@dataclass
class RabbitMQ(Server):
    """A RabbitMQ node: `port` is the one of MQTT, `amqp` the one of collectors."""

    amqp: int = 0
    start_seconds: float = 90.0

    def ready(self) -> bool:
        """Tell whether all has started; listeners open last, one by one."""
        return tcp_answers(self.amqp) and tcp_answers(self.port)

    def control(self, *arguments: str, given: str | None = None) -> str:
        """Run one command of `rabbitmqctl`."""
        done = subprocess.run(
            [str(LIBRARY / "rabbitmqctl"), *arguments],
            input=given,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
            cwd=self.folder,
            env={**os.environ, **self.environment},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _settings(folder: Path, certificates: Certificates, amqp: int, mqtt: int) -> str:
    """The deployed settings: only ports and folders are replaced."""
    pki = folder / "pki"
    pki.mkdir()
    for name in ("ca.pem", "broker.pem", "broker.key"):
        (pki / name).write_bytes((certificates.folder / name).read_bytes())
    settings = (DEPLOY / "rabbitmq.conf").read_text()
    for deployed, here in (
        ("ssl.default = 5671", f"ssl.default = {HOST}:{amqp}"),
        ("ssl.default = 8883", f"ssl.default = {HOST}:{mqtt}"),
        ("/etc/numlycee/rabbitmq", str(pki)),
        ("/etc/rabbitmq/numlycee.json", str(folder / "numlycee.json")),
        ("disk_free_limit.absolute = 2GB", "disk_free_limit.absolute = 50MB"),
    ):
        assert deployed in settings
        settings = settings.replace(deployed, here)
    return settings


def _environment(folder: Path, epmd: int, node: str) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "RUNNING_UNDER_SYSTEMD": "yes",  # the node replaces its script: one process, one pid
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": HOST,
        "RABBITMQ_NODENAME": f"{node}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }


@contextmanager
def rabbitmq(folder: Path, certificates: Certificates) -> Iterator[RabbitMQ]:
    """Start a node, and the name server that Erlang needs, each to be stopped by its own pid."""
    binary("rabbitmq-server", "rabbitmq-server")
    epmd, amqp, mqtt = free_port(), free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(_settings(folder, certificates, amqp, mqtt))
    (folder / "numlycee.json").write_text((DEPLOY / "definitions.json").read_text())
    (folder / "enabled_plugins").write_text((DEPLOY / "enabled_plugins").read_text())
    names = (binary("epmd", "erlang-base"), "-port", str(epmd), "-address", HOST)
    environment = _environment(folder, epmd, f"numlycee-{os.getpid()}-{mqtt}")
    command = (str(LIBRARY / "rabbitmq-server"),)
    with (
        running(Server("epmd", names, folder, epmd)),
        running(RabbitMQ("rabbitmq", command, folder, mqtt, environment, amqp=amqp)) as node,
    ):
        users = subprocess.run(
            [DEPLOY / "make-users", *SITES], capture_output=True, text=True, timeout=20, check=True
        ).stdout
        node.control("import_definitions", given=users)
        yield node
