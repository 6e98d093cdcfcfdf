"""The real servers of a campaign, which are killed and started again where they stood."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom

from tests.external.postgres import PostgreSql, postgresql_server
from tests.external.servers import HOST, Server, binary

_PATIENCE = 60.0
_CHANCE = SystemRandom()
_SETTINGS = """
listener {port} {host}
allow_anonymous true
max_queued_messages 100000
max_packet_size 262144
persistence false
"""
"""What the broker holds dies with it: nothing may depend on it."""


def steady_port() -> int:
    """Return a free port that stays free while its server is dead.

    The kernel draws the ports of those who connect from a range: one of it might be taken by
    somebody, or by who tries to connect to it and then finds himself.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = _CHANCE.randrange(10_000, lowest)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def a_broker(folder: Path) -> Server:
    """Return a Mosquitto that is not started."""
    settings, port = folder / "mosquitto.conf", steady_port()
    user = "user root\n" if os.geteuid() == 0 else ""  # else it may not read this folder
    settings.write_text(_SETTINGS.format(port=port, host=HOST) + user)
    command = (binary("mosquitto", "mosquitto"), "-c", str(settings))
    return Server("broker", command, folder, port)


class Database:
    """A PostgreSQL whose postmaster is killed: its orphans let go of its memory by and by."""

    name = "database"

    def __init__(self, server: PostgreSql) -> None:
        self._server = server
        self._data = server.folder / "data"

    def start(self) -> None:
        """Start it once no process of its last life is left; it then repairs itself."""
        until = time.monotonic() + _PATIENCE
        while any(_works_in(process, self._data) for process in Path("/proc").glob("[0-9]*")):
            assert time.monotonic() < until, "processes of a dead PostgreSQL live on"
            time.sleep(0.01)
        self._server.start()

    def kill(self) -> None:
        """Kill the postmaster, and it alone."""
        self._server.kill()


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


@contextmanager
def a_database(folder: Path) -> Iterator[tuple[Database, str]]:
    """Run a PostgreSQL; yields it with the address of an empty database."""
    with postgresql_server(folder, steady_port()) as server:
        yield Database(server), server.new_database()
