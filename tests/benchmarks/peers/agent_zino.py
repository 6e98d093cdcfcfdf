"""Zino, in an environment of its own: it asks what it always asks, once a minute, and not by v3."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks._lycee import COMMUNITY, Places, devices
from tests.benchmarks.peers.peer import NotInstalledError
from tests.external.servers import Server, running

PROGRAM = Path(__file__).parents[3] / "build" / "zino" / "bin" / "zino"
HOW = "not measured: python3 -m venv build/zino && build/zino/bin/pip install zino"
ASKED = [device for device in devices() if not device.secured]
ZINO_POLLS = float(len(ASKED))


class Zino(Server):
    """A Zino without its port for traps: it is ready when it writes its log."""

    def ready(self) -> bool:
        """Tell whether it has said something."""
        return bool(self.log)


@contextmanager
def zino(folder: Path, places: Places) -> Iterator[int]:
    """Run a Zino that asks every device of v2c, and yield its process."""
    if not PROGRAM.exists():
        raise NotInstalledError(HOW)
    text = f"default interval: 1\ndefault community: {COMMUNITY}\n"
    for device in ASKED:
        text += f"\nname: {device.id}\naddress: {device.address}\nport: {places.snmp}\n"
    (folder / "polldevs.cf").write_text(text)
    (folder / "secrets").touch()
    command = (str(PROGRAM), "--polldevs", "polldevs.cf", "--trap-port", "0")
    with running(Zino("zino", command, folder, 0)) as server:
        yield server.pid
