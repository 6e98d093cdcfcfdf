"""Zino: the walk of several columns by its own session of net-snmp, without its other tasks.

It is looked for in build/zino: `python3 -m venv build/zino && build/zino/bin/pip install zino`.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.peers.peer import NotInstalledError
from tests.benchmarks.peers.polling_switch import COLUMNS, HOST, ROWS, Port

NAME = "Zino"
_POLLS = 40
_PYTHON = Path(__file__).resolve().parents[3] / "build/zino/bin/python"
_OBJECTS = {
    "1.3.6.1.2.1.2.2.1": {
        2: "ifDescr",
        3: "ifType",
        5: "ifSpeed",
        7: "ifAdminStatus",
        8: "ifOperStatus",
        9: "ifLastChange",
        13: "ifInDiscards",
        14: "ifInErrors",
        19: "ifOutDiscards",
        20: "ifOutErrors",
    },
    "1.3.6.1.2.1.31.1.1.1": {
        1: "ifName",
        6: "ifHCInOctets",
        7: "ifHCInUcastPkts",
        8: "ifHCInMulticastPkts",
        9: "ifHCInBroadcastPkts",
        10: "ifHCOutOctets",
        11: "ifHCOutUcastPkts",
        12: "ifHCOutMulticastPkts",
        13: "ifHCOutBroadcastPkts",
        15: "ifHighSpeed",
    },
}
# The first walk, which loads its MIBs, is not counted.
_WALKER = """
import asyncio, json, sys, time
import zino.snmp

host, port, polls, names, cells = json.loads(sys.argv[1])
backend = zino.snmp.import_snmp_backend("netsnmp")
backend.init_backend()
from zino.config.models import PollDevice

device = PollDevice(name="switch", address=host, port=port)

async def walk():
    with backend.SNMP(device) as session:
        table = await session.sparsewalk(*[("IF-MIB", name) for name in names], max_repetitions=10)
    assert sum(map(len, table.values())) == cells, "not every cell is read"

async def main():
    await walk()
    before = time.process_time()
    for _ in range(polls):
        await walk()
    print((time.process_time() - before) / polls)

asyncio.run(main())
"""


@contextmanager
def zino(port: Port) -> Iterator[Callable[[], float]]:
    """Hold it ready; what is yielded polls the switch and returns the CPU seconds of one poll."""
    if not _PYTHON.exists():
        raise NotInstalledError("not measured: there is no zino in build/zino")
    yield lambda: _polled(port)


def _polled(port: Port) -> float:
    names = [_OBJECTS[table][int(end)] for table, _, end in (it.rpartition(".") for it in COLUMNS)]
    told = json.dumps([HOST, port.number, _POLLS, names, len(COLUMNS) * len(ROWS)])
    command = [str(_PYTHON), "-c", _WALKER, told]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        raise AssertionError(f"{NAME} fails: {done.stderr}")
    return float(done.stdout)
