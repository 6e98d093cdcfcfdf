"""A Zabbix proxy whose server is away: its database is written as the server would have it."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from random import sample

from numlycee.domain.kinds import Kind
from tests.benchmarks._devices import port_count
from tests.benchmarks._lycee import AUTH_KEY, COMMUNITY, PRIV_KEY, USER, Device, Places, devices
from tests.benchmarks.peers.agent_peer import (
    COLUMNS,
    PORTS_EVERY,
    STATE_EVERY,
    UPTIME,
    has_ports,
)
from tests.benchmarks.peers.peer import NotInstalledError, installed
from tests.external.servers import HOST, Server, running, tcp_answers

SCHEMA = Path("/usr/share/zabbix-proxy-sqlite3/schema.sql.gz")
SNMP, UNSIGNED, INTERFACE_SNMP = 20, 3, 2
SETTINGS = """
AllowRoot=1
Server={host}:{away}
Hostname=lycee
ListenIP={host}
ListenPort={port}
LogType=console
PidFile={folder}/zabbix_proxy.pid
SocketDir={folder}
DBName={folder}/proxy.db
CacheSize=32M
StartPollers=5
"""


@contextmanager
def zabbix(folder: Path, places: Places) -> Iterator[int]:
    """Run a proxy that asks every device, and yield its process."""
    program = installed("zabbix_proxy", "zabbix-proxy-sqlite3")
    if not SCHEMA.exists():
        raise NotInstalledError("not measured: zabbix-proxy-sqlite3 is not installed")
    with closing(sqlite3.connect(folder / "proxy.db")) as database:
        database.executescript(gzip.decompress(SCHEMA.read_bytes()).decode())
        database.execute("INSERT OR IGNORE INTO config (configid) VALUES (1)")
        _fill(database, places)
        database.commit()
    port = _port()
    path = folder / "zabbix_proxy.conf"
    path.write_text(SETTINGS.format(host=HOST, away=_port(), port=port, folder=folder))
    command = (program, "-f", "-c", str(path))
    with running(Server("zabbix_proxy", command, folder, port)) as server:
        yield server.pid


def _port() -> int:
    """Return a free port among those that Zabbix takes, below 32768."""
    return next(port for port in sample(range(20_000, 32_000), 100) if not tcp_answers(port))


def _fill(database: sqlite3.Connection, places: Places) -> None:
    item = count(100_000)
    for number, device in enumerate(devices(), start=1):
        database.execute(
            "INSERT INTO hosts (hostid, host, name) VALUES (?, ?, ?)",
            (number, device.id, device.id),
        )
        database.execute(
            "INSERT INTO interface (interfaceid, hostid, main, type, ip, port)"
            " VALUES (?, ?, 1, ?, ?, ?)",
            (number, number, INTERFACE_SNMP, device.address, str(places.snmp)),
        )
        database.execute(
            "INSERT INTO interface_snmp (interfaceid, version, community, securityname,"
            " securitylevel, authpassphrase, privpassphrase, authprotocol, privprotocol)"
            " VALUES (?, ?, ?, ?, 2, ?, ?, 1, 1)",
            (number, 3 if device.secured else 2, COMMUNITY, USER, AUTH_KEY, PRIV_KEY),
        )
        database.executemany(
            "INSERT INTO items (itemid, type, snmp_oid, hostid, name, key_, delay, value_type,"
            " interfaceid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (next(item), SNMP, oid, number, oid, oid, f"{every}s", UNSIGNED, number)
                for oid, every in _asked(device)
            ],
        )
    database.execute("INSERT INTO item_rtdata (itemid) SELECT itemid FROM items")


def _asked(device: Device) -> Iterator[tuple[str, int]]:
    yield UPTIME, STATE_EVERY
    if has_ports(device):
        for port in range(1, port_count(Kind(device.kind)) + 1):
            for column in COLUMNS.values():
                yield f"{column}.{port}", PORTS_EVERY
