"""collectd's snmp plugin: twenty switches (all of them ours) every second, and nothing written.

It gathers no text but what names a row, and takes the pairs of its usual types: nine tables of two
columns and the name, which it asks again for each.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.peers import polling_switch
from tests.benchmarks.peers.peer import cpu_seconds, installed
from tests.benchmarks.peers.polling_switch import COMMUNITY, HOST, NUMBERS, Port
from tests.external.servers import Server, running

NAME = "collectd"
PROGRAM, PACKAGE = "collectd", "collectd-core"
_SWITCHES = 20
_WINDOW = 3.0  # seconds


class _Daemon(Server):
    """collectd, which opens no port."""

    def ready(self) -> bool:
        """Tell whether its process runs."""
        return self.process is not None and self.process.poll() is None


@contextmanager
def collectd(port: Port) -> Iterator[Callable[[], float]]:
    """Hold it ready; what is yielded runs it a while and returns the CPU seconds of one poll."""
    program = installed(PROGRAM, PACKAGE)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "collectd.conf"
        settings.write_text(_settings(folder, port.number))
        command = (program, "-f", "-C", str(settings))
        yield lambda: _polled(_Daemon("collectd", command, Path(folder), port.number), port)


def _polled(daemon: Server, port: Port) -> float:
    with running(daemon):
        before = port.polls()
        while port.polls() < before + 2 * _SWITCHES:  # the first questions are not counted
            time.sleep(0.1)
            if not daemon.ready():
                raise AssertionError(f"{NAME} has ended: {daemon.log}")
        cpu, polls = cpu_seconds(daemon.pid), port.polls()
        time.sleep(_WINDOW)
        return (cpu_seconds(daemon.pid) - cpu) / (port.polls() - polls)


def _settings(folder: str, port: int) -> str:
    tables = [NUMBERS[at : at + 2] for at in range(0, len(NUMBERS), 2)]
    names = " ".join(f'"table{number}"' for number in range(len(tables)))
    return f"""\
Hostname "bench"
FQDNLookup false
BaseDir "{folder}"
PIDFile "{folder}/pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
ReadThreads 5
LoadPlugin logfile
LoadPlugin snmp
<Plugin logfile>
    LogLevel "err"
    File stdout
</Plugin>
<Plugin snmp>
{"".join(_table(number, columns) for number, columns in enumerate(tables))}
{"".join(_host(number, port, names) for number in range(_SWITCHES))}
</Plugin>
"""


def _table(number: int, columns: list[str]) -> str:
    values = " ".join(f'"{column}"' for column in columns)
    return f"""
    <Data "table{number}">
        Type "if_octets"
        Table true
        TypeInstanceOID "{polling_switch.NAME}"
        Values {values}
    </Data>"""


def _host(number: int, port: int, names: str) -> str:
    return f"""
    <Host "switch{number}">
        Address "{HOST}:{port}"
        Version 2
        Community "{COMMUNITY}"
        Collect {names}
        Interval 1
        BulkSize 25
    </Host>"""
