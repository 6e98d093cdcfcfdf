"""The programs around an agent that is measured: broker, simulated lycée, and the agent itself."""

import multiprocessing
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from numlycee.clock import SystemClock
from tests.agent.centre import KEY
from tests.benchmarks import _devices
from tests.benchmarks._lycee import SITES, Places, configuration, issued
from tests.benchmarks.peers.peer import installed
from tests.external.servers import HOST, Server, free_port, running

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


@contextmanager
def lycee(folder: Path) -> Iterator[Places]:
    """Run a broker, the simulated equipment, the ENT and the centre."""
    certificates = folder / "certificates"
    script = ROOT / "deploy/mosquitto/make-certificates"
    subprocess.run([script, certificates, HOST, *SITES], check=True, timeout=60)
    with running(_broker(folder, certificates)) as broker:
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe()
        arguments = (theirs, broker.port, certificates)
        process = context.Process(target=_devices.serve, args=arguments, daemon=True)
        process.start()
        try:
            snmp, portal = mine.recv()
            yield Places(snmp, portal, broker.port, certificates)
        finally:
            mine.send("enough")
            process.join(10)


def _broker(folder: Path, certificates: Path) -> Server:
    port = free_port()
    (certificates / "acl").write_bytes((ROOT / "deploy/mosquitto/acl").read_bytes())
    settings = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text()
    settings = settings.replace("listener 8883", f"listener {port} {HOST}")
    settings = settings.replace("/etc/numlycee/mosquitto", str(certificates))
    if os.geteuid() == 0:  # otherwise it becomes « mosquitto », who may not read this folder
        settings += "\nuser root\n"
    path = folder / "mosquitto.conf"
    path.write_text(settings)
    program = installed("mosquitto", "mosquitto")
    return Server("mosquitto", (program, "-c", str(path)), folder, port)


@dataclass(frozen=True, slots=True)
class Running:
    """An agent that runs: its process, and the seconds from its execution to its readiness."""

    pid: int
    start: float


@contextmanager
def agent(folder: Path, places: Places, *, alone: bool = False) -> Iterator[Running]:
    """Run `numlycee-agent run` as its unit does: its environment, and a socket to notify."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agent.toml").write_text(configuration(places, alone=alone))
    (folder / "receipt.key").write_text(KEY.hex())
    if not alone:
        _hand_out(folder)
    with ExitStack() as opened:
        told = opened.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        (folder / "notify").unlink(missing_ok=True)
        told.bind(str(folder / "notify"))
        told.settimeout(PATIENCE)
        clock, log = SystemClock(), opened.enter_context((folder / "agent.log").open("ab"))
        began = clock.monotonic()
        command = [sys.executable, "-m", "numlycee_agent", "run", "-c", str(folder / "agent.toml")]
        process = subprocess.Popen(
            command, env=_environment(folder), stdout=log, stderr=log, cwd=folder
        )
        try:
            while told.recv(100) != b"READY=1":
                pass
            yield Running(process.pid, clock.monotonic() - began)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _hand_out(folder: Path) -> None:
    """Import the list of the pupils' devices, as one does once."""
    export = folder / "parc.csv"
    export.write_text(issued())
    imported = ("mobile", "import", str(export), "-c", str(folder / "agent.toml"))
    command = [sys.executable, "-m", "numlycee_agent", *imported]
    environment = _environment(folder)
    subprocess.run(
        command, env=environment, cwd=folder, check=True, capture_output=True, timeout=60
    )


def _environment(folder: Path) -> dict[str, str]:
    """Return about what systemd would give, and no more of this one."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "agents"))),
        "NOTIFY_SOCKET": str(folder / "notify"),
    }
