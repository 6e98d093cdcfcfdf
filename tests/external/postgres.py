"""A private PostgreSQL, and databases in it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy.engine import make_url

from numlycee.adapters.sql.postgresql.link import PostgresqlLink
from tests.external.servers import HOST, Server, binary, free_port, running

ACCOUNT = "postgres"  # Debian's: the server refuses to run as root
USER = "numlycee"
SETTINGS = """
listen_addresses = '{host}'
unix_socket_directories = ''
port = {port}
fsync = off
max_connections = 60
shared_buffers = 32MB
logging_collector = off
"""
"""What is killed here are processes, never the machine: the disk need not be waited for."""
_numbers = count(1)


@dataclass
class PostgreSql(Server):
    """A server that trusts its user, on loopback."""

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://{USER}@{HOST}:{self.port}/{database}"

    def ready(self) -> bool:
        """Tell whether it takes connections."""
        try:
            PostgresqlLink(make_url(self.url())).close()
        except Exception:  # noqa: BLE001 (whatever is wrong, it is not ready)
            return False
        return True

    def new_database(self) -> str:
        """Make an empty database, and return its address."""
        name = f"account_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement, and return its rows."""
        with PostgresqlLink(make_url(self.url(database))) as link:
            return [tuple(row) for row in link.execute(sql)]


@contextmanager
def postgresql_server(folder: Path, port: int | None = None) -> Iterator[PostgreSql]:
    """Run a server whose data is in a folder of its own."""
    postgres, initdb = _program("postgres"), _program("initdb")
    home, data = folder / "postgresql", folder / "postgresql/data"
    port = port or free_port()
    data.mkdir(parents=True)
    _reach(folder)
    for owned in (home, data):
        _give(owned)
    order = (*_as_account(), initdb, "--no-sync", "--auth=trust", f"--username={USER}", "-D")
    subprocess.run([*order, str(data)], check=True, capture_output=True, cwd=home, timeout=120)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(host=HOST, port=port))
    command = (*_as_account(), postgres, "-D", str(data))
    with running(PostgreSql("postgresql", command, home, port)) as server:
        yield server


def _program(name: str) -> str:
    """Debian keeps the programs of each version apart."""
    beside = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    found = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), *beside)))
    return found or binary(name, "postgresql")


def _reach(folder: Path) -> None:
    """Let the server's account pass through the folders of pytest."""
    if os.geteuid() == 0:
        for parent in (folder, *folder.parents):
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)


def _give(folder: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)


def _as_account() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    return ("setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups", "--")
