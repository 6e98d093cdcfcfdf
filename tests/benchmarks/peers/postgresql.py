"""A private PostgreSQL, reached through a socket in its own folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.peers.past import Past
from tests.benchmarks.peers.peer import Answer, Shares, cost, installed, say
from tests.benchmarks.peers.sql import SHARES, TABLE
from tests.external.servers import Server, free_port, running

PACKAGE = "postgresql"
ACCOUNT = "postgres"  # Debian's: the server refuses to run as root
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
port = {port}
shared_buffers = 512MB
work_mem = 64MB
max_wal_size = 4GB
fsync = off
autovacuum = off
"""


@dataclass
class PostgreSql(Server):
    """A server whose only user is trusted, for nobody else sees its folder."""

    psql: tuple[str, ...] = field(default=())

    def ready(self) -> bool:
        """Tell whether it answers."""
        return self.run("SELECT 1", check=False).returncode == 0

    def run(self, script: str, *, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Give a script to psql, whose output is one line a row, with commas."""
        return subprocess.run(
            self.psql, input=script, capture_output=True, text=True, check=check, timeout=600
        )


@dataclass(frozen=True, slots=True)
class PostgreSqlPeer:
    """A server asked by a connection that is new each time."""

    server: PostgreSql
    past: Past

    @property
    def pid(self) -> int:
        """The process of the postmaster."""
        return self.server.pid

    def ask(self) -> Answer:
        """Return the share of every resource."""
        return cost(self.pid, self._shares)

    def _shares(self) -> Shares:
        window = f"\\set start {self.past.start}\n\\set until {self.past.until}\n"
        rows = (line.split(",") for line in self.server.run(f"{window}{SHARES};").stdout.split())
        return {self.past.names[int(resource)]: float(share) for resource, share in rows}


@contextmanager
def postgresql(past: Past) -> Iterator[PostgreSqlPeer]:
    """Run a PostgreSQL that holds the changes."""
    programs = [installed(name, PACKAGE) for name in ("postgres", "initdb", "psql")]
    say(f"PostgreSQL: {len(past.names)} resources, {len(past.subject)} spells")
    with tempfile.TemporaryDirectory() as name, running(_server(Path(name), *programs)) as server:
        load(server, past, Path(name))
        yield PostgreSqlPeer(server, past)


def load(server: PostgreSql, past: Past, folder: Path) -> None:
    """Copy the changes in, then index them so that no query has to visit the table."""
    changes = folder / "events.csv"
    with changes.open("w") as file:
        file.writelines(f"{who},{at},{state}\n" for who, at, state in past.events())
    server.run(
        f"{TABLE});\n\\copy event FROM '{changes}' CSV\n"
        "CREATE UNIQUE INDEX by_resource ON event (resource, at) INCLUDE (state);\n"
        "VACUUM ANALYZE event;\n"
    )


def _server(folder: Path, postgres: str, initdb: str, psql: str) -> PostgreSql:
    data, port = folder / "data", free_port()
    data.mkdir()
    for owned in (folder, data):
        _give(owned)
    order = (*_as_account(), initdb, "--no-sync", "--auth=trust", "--username=bench", "-D")
    subprocess.run([*order, data], check=True, capture_output=True, cwd=folder)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(folder=folder, port=port))
    asked = (psql, "-XqAt", "-F,", "-v", "ON_ERROR_STOP=1", f"-h{folder}", f"-p{port}")
    return PostgreSql(
        "postgresql",
        (*_as_account(), postgres, "-D", str(data)),
        folder,
        port,
        psql=(*asked, "-Ubench", "postgres"),
    )


def _give(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)


def _as_account() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    return ("setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups", "--")
