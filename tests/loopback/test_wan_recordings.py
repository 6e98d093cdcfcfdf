"""Lines of recorded devices, whose counters grow at rates that are known."""

import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from numlycee.clock import SystemClock
from numlycee_agent.probes.wan_port import IF_HC_IN, IF_HC_OUT, IF_IN, IF_OUT, WanPort
from numlycee_agent.probes.wan_rate import Rate, rate
from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import Community
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.ports import SnmpClient
from tests.loopback.snmp_responder import RECORDINGS, responding

CLOCK = SystemClock()
LINES = {
    "oneaccess_lbb350": ("GigabitEthernet0/0", 524288, 64),
    "routeros_rb750gr3": ("wan: STCable (eth1)", 2, 64),
    "pfsense": ("em1", 2, 64),
    "ns-bsd_sn710": ("ix0", 3, 64),
    "ios_2960x": ("Po1", 5001, 64),
    "procurve": ("3", 3, 64),
    "brother": ("NC-9300h", 1, 32),
}
"""The recording, the name of an interface that is up, its index, and the width of its counters."""


def line(client: SnmpClient, name: str) -> WanPort:
    return WanPort(lambda: client, CLOCK, name=name)


def growth(column: str, index: int) -> float:
    """How many bits a second the responder adds to a counter."""
    return zlib.crc32(ber.oid(f"{column}.{index}")) % 100_000 * 8


async def measured(ports: Mapping[str, WanPort]) -> dict[str, Rate]:
    """The rates between two readings a second apart, or more where that was too doubtful."""
    before = {name: await port.count() for name, port in ports.items()}
    found: dict[str, Rate] = {}
    for _ in range(30):
        await CLOCK.sleep(1)
        for name, port in ports.items():
            first, second = before[name], await port.count()
            if first and second and (one := rate(first, second)):
                found[name] = one
        if len(found) == len(ports):
            break
    return found


async def test_the_rates_of_recorded_devices_are_those_that_they_are_given(tmp_path: Path) -> None:
    files = [RECORDINGS / f"{name}.snmprec" for name in LINES]
    with responding(tmp_path, files) as target:
        async with Engines() as engines:
            ports = {}
            for name, (interface, _, _) in LINES.items():
                client = engines.open_client(target, Community(name))
                ports[name] = line(client, interface)
                assert await ports[name].is_up() is True
            found = await measured(ports)
    for name, (_, index, bits) in LINES.items():
        received, sent = (IF_HC_IN, IF_HC_OUT) if bits == 64 else (IF_IN, IF_OUT)
        assert found[name].received == pytest.approx(growth(received, index), rel=0.05), name
        assert found[name].sent == pytest.approx(growth(sent, index), rel=0.05), name
