"""The agent of a large lycée: 250 equipment, link, ENT, 800 mobile devices, cadence by default.

It runs as its unit starts it, against simulated devices that answer at once (`_devices`), a fifth
of them by SNMP v3; only its own process is counted. Beside it, in the same minutes and on the same
devices, other products read what the agent reads of them by SNMP, as often: the uptime twice a
minute, the state of ports once. They ping nothing, and keep nothing; a second agent does no more
than they: neither link, ENT, neighbours nor mobile devices, one ping for each poll. CPU is user and
system time of a process and its children; memory is resident, and PSS beside it. A product that is
not there is said so. The mobile devices are those that the switch in the middle has learnt of.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
import pytest

from tests.benchmarks._lycee import Places, devices
from tests.benchmarks._site import agent, lycee
from tests.benchmarks.peers.agent_collectd import collectd
from tests.benchmarks.peers.agent_exporter import exporter
from tests.benchmarks.peers.agent_peer import STATE_EVERY, Product
from tests.benchmarks.peers.agent_zabbix import zabbix
from tests.benchmarks.peers.agent_zino import ZINO_POLLS, zino
from tests.benchmarks.peers.peer import NotInstalledError, cpu_seconds, memory, say, version
from tests.benchmarks.runner import Outcome

WARM, WINDOW, WINDOWS = 90.0, 60.0, 3
STARTS, STRETCHES = 5, 5
MEBI = 1 << 20
POLLS = len(devices()) * 60 / STATE_EVERY
PRODUCTS = (
    Product("collectd", "collectd", collectd, POLLS),
    Product("snmp_exporter", "prometheus-snmp-exporter", exporter, POLLS),
    Product("Zabbix proxy", "zabbix_proxy", zabbix, POLLS),
    Product("Zino", "", zino, ZINO_POLLS),
)


@dataclass(slots=True)
class Watched:
    """A process, and the CPU seconds that it spent in each window."""

    pid: int
    spent: list[float] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """Return the CPU seconds of a minute, the median of the windows."""
        return median(self.spent) * 60 / WINDOW

    @property
    def resident(self) -> float:
        """Return the mebibytes that it and its children hold, shared pages counted each time."""
        root = psutil.Process(self.pid)
        family = [root, *root.children(recursive=True)]
        held: int = sum(one.memory_info().rss for one in family)
        return held / MEBI


def run() -> Outcome:
    """Measure everything at the same time, then the growth on an accelerated clock."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as opened:
        folder = Path(place)
        folder.chmod(0o755)  # the products that give up root must reach theirs
        places = opened.enter_context(lycee(folder))
        say("starting the agent")
        start = median(_started(folder / f"start-{number}", places) for number in range(STARTS))
        whole = Watched(opened.enter_context(agent(folder / "whole", places)).pid)
        alone = Watched(opened.enter_context(agent(folder / "alone", places, alone=True)).pid)
        peers: dict[str, Watched | str] = {}
        for product in PRODUCTS:
            try:
                (own := folder / product.name).mkdir(mode=0o777)
                peers[product.name] = Watched(opened.enter_context(product.opening(own, places)))
            except (NotInstalledError, pytest.fail.Exception) as missing:
                peers[product.name] = str(missing).partition("\n")[0]
        _measure([whole, alone, *(peer for peer in peers.values() if isinstance(peer, Watched))])
        figures = _own(whole, alone, start) | _theirs(peers)
        ratios = _ratios(alone, peers)
        share, resident = whole.cpu / 60, whole.resident
    growth, steady = aged()
    figures["growth over a simulated day, kB"] = growth / 1000
    return Outcome(
        figures=figures,
        ratios=ratios,
        goals={
            "CPU": "under 3 % of a core",
            "memory": "under 45 MiB resident",
            "start": "under 1 s",
            "growth": "less than 100 kB a day, and no task more",
            "peers": "less CPU for each poll than every one of them",
        },
        met={
            "CPU": share < 0.03,
            "memory": resident < 45,
            "start": start < 1,
            "growth": growth < 100_000 and steady,
            "peers": all(ratio > 1 for ratio in ratios.values()),
        },
    )


def _started(folder: Path, places: Places) -> float:
    with agent(folder, places) as running:
        return running.start


def _measure(watched: list[Watched]) -> None:
    say(f"warming up for {WARM:.0f} s")
    time.sleep(WARM)
    for number in range(WINDOWS):
        say(f"window {number + 1} of {WINDOWS}, {WINDOW:.0f} s")
        before = [cpu_seconds(one.pid) for one in watched]
        time.sleep(WINDOW)
        for one, then in zip(watched, before, strict=True):
            one.spent.append(cpu_seconds(one.pid) - then)


def _own(whole: Watched, alone: Watched, start: float) -> dict[str, float | str]:
    return {
        "agent, everything watched: share of a core, %": whole.cpu / 60 * 100,
        "agent, everything watched: resident, MiB": whole.resident,
        "agent, everything watched: PSS, MiB": memory(whole.pid) / MEBI,
        "agent: from its execution to its readiness, s": start,
        "agent, by SNMP alone: CPU for each poll, ms": alone.cpu / POLLS * 1e3,
        "agent, by SNMP alone: resident, MiB": alone.resident,
    }


def _theirs(peers: Mapping[str, Watched | str]) -> dict[str, float | str]:
    told: dict[str, float | str] = {}
    for product in PRODUCTS:
        peer = peers[product.name]
        if isinstance(peer, str):
            told[product.name] = peer
            continue
        told[f"{product.name}: version"] = version(product.program) if product.program else "PyPI"
        told[f"{product.name}: CPU for each poll, ms"] = peer.cpu / product.polls * 1e3
        told[f"{product.name}: resident, MiB"] = peer.resident
        told[f"{product.name}: PSS, MiB"] = memory(peer.pid) / MEBI
    return told


def _ratios(alone: Watched, peers: Mapping[str, Watched | str]) -> dict[str, float]:
    own = alone.cpu / POLLS
    return {
        f"{product.name} / agent, CPU for each poll": peer.cpu / product.polls / own
        for product in PRODUCTS
        if isinstance(peer := peers[product.name], Watched)
    }


def aged() -> tuple[float, bool]:
    """Return by how many bytes an agent grows in a day, and whether its tasks are as many."""
    say("growing older")
    command = [sys.executable, "-m", "tests.benchmarks._ageing", str(STRETCHES)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    held, tasks = zip(*map(json.loads, done.stdout.splitlines()), strict=True)
    return (held[-1] - held[0]) / (STRETCHES - 1) * 12, len(set(tasks)) == 1
