"""snmp_exporter, scraped for each device as Prometheus would, and its answers thrown away."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

from tests.benchmarks._lycee import AUTH_KEY, COMMUNITY, PRIV_KEY, USER, Places, devices
from tests.benchmarks.peers.agent_peer import (
    COLUMNS,
    PORTS_EVERY,
    STATE_EVERY,
    UPTIME,
    has_ports,
)
from tests.benchmarks.peers.peer import installed
from tests.external.servers import HOST, WebServer, free_port, running

ACCESS: dict[str, dict[str, Any]] = {
    "plain": {"version": 2, "auth": {"community": COMMUNITY}},
    "secured": {
        "version": 3,
        "auth": {
            "username": USER,
            "security_level": "authPriv",
            "password": AUTH_KEY,
            "auth_protocol": "SHA",
            "priv_protocol": "AES",
            "priv_password": PRIV_KEY,
        },
    },
}


@contextmanager
def exporter(folder: Path, places: Places) -> Iterator[int]:
    """Run a snmp_exporter, scrape it at the cadence of the agent, and yield its process."""
    program = installed("prometheus-snmp-exporter", "prometheus-snmp-exporter")
    settings, port, over = folder / "snmp.yml", free_port(), Event()
    settings.write_text(json.dumps(dict(_modules())))  # JSON is YAML
    command = (program, f"--config.file={settings}", f"--web.listen-address={HOST}:{port}")
    with running(WebServer("snmp_exporter", command, folder, port, health="/")) as server:
        arguments = (port, places.snmp, over)
        scrapers = [
            Thread(target=_scrape, args=(every, *arguments)) for every in (STATE_EVERY, PORTS_EVERY)
        ]
        for scraper in scrapers:
            scraper.start()
        try:
            yield server.pid
        finally:
            over.set()
            for scraper in scrapers:
                scraper.join()


def _modules() -> Iterator[tuple[str, dict[str, Any]]]:
    ports = [
        {"name": name, "oid": oid, "type": "gauge", "help": name,
         "indexes": [{"labelname": "port", "type": "gauge"}]}
        for name, oid in COLUMNS.items()
    ]  # fmt: skip
    uptime = {"name": "uptime", "oid": UPTIME.removesuffix(".0"), "type": "gauge", "help": "uptime"}
    for name, access in ACCESS.items():
        usual = {**access, "max_repetitions": 25, "timeout": "5s", "retries": 1}
        yield f"{STATE_EVERY}-{name}", {"get": [UPTIME], "metrics": [uptime], **usual}
        yield f"{PORTS_EVERY}-{name}", {"walk": [*COLUMNS.values()], "metrics": ports, **usual}


def _scrape(every: int, port: int, snmp: int, over: Event) -> None:
    """Scrape one device after the other, spread over the period."""
    asked = [device for device in devices() if every == STATE_EVERY or has_ports(device)]
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    while True:
        for device in asked:
            if over.wait(every / len(asked)):
                connection.close()
                return
            module = f"{every}-{'secured' if device.secured else 'plain'}"
            with suppress(http.client.HTTPException, OSError):
                target = f"{device.address}:{snmp}"
                connection.request("GET", f"/snmp?target={target}&module={module}")
                connection.getresponse().read()
