"""snmp_exporter: asked for one poll after the other over HTTP, as Prometheus does."""

import http.client
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.peers.peer import cpu_seconds, installed
from tests.benchmarks.peers.polling_switch import COLUMNS, COMMUNITY, HOST, NUMBERS, ROWS, Port
from tests.external.servers import WebServer, free_port, running

NAME = "snmp_exporter"
PROGRAM, PACKAGE = "prometheus-snmp-exporter", "prometheus-snmp-exporter"
_POLLS = 40


@contextmanager
def exporter(port: Port) -> Iterator[Callable[[], float]]:
    """Run it; what is yielded polls the switch and returns the seconds of CPU of one poll."""
    program = installed(PROGRAM, PACKAGE)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "snmp.yml"
        settings.write_text(json.dumps({"switch": _module()}))  # JSON is YAML
        number = free_port()
        command = (program, f"--config.file={settings}", f"--web.listen-address={HOST}:{number}")
        server = WebServer("exporter", command, Path(folder), number, health="/metrics")
        with running(server):
            yield lambda: _polled(server, port)


def _polled(server: WebServer, port: Port) -> float:
    before = cpu_seconds(server.pid)
    connection = http.client.HTTPConnection(HOST, server.port)
    for _ in range(_POLLS):
        connection.request("GET", f"/snmp?target={HOST}:{port.number}&module=switch")
        body = connection.getresponse().read()
        if body.count(b"ifIndex=") != len(COLUMNS) * len(ROWS):
            raise AssertionError(f"{NAME} does not read every cell")
    connection.close()
    return (cpu_seconds(server.pid) - before) / _POLLS


def _module() -> dict[str, object]:
    return {
        "walk": COLUMNS,
        "metrics": [
            {
                "name": f"column_{number}",
                "oid": column,
                "type": "counter" if column in NUMBERS else "DisplayString",
                "help": column,
                "indexes": [{"labelname": "ifIndex", "type": "gauge"}],
            }
            for number, column in enumerate(COLUMNS)
        ],
        "max_repetitions": 25,
        "version": 2,
        "auth": {"community": COMMUNITY},
    }
