"""The lines of a link, read from a live net-snmp agent by every version."""

import asyncio
from pathlib import Path

import pytest

from numlycee.clock import SystemClock
from numlycee_agent.build import Means, watched
from numlycee_agent.config import read
from numlycee_agent.probes.wan_port import WanPort
from numlycee_agent.snmp.credentials import Community, Credentials, Target, Usm
from numlycee_agent.snmp.engines import Engines
from tests.external.servers import HOST, Snmpd

V3 = Usm(Snmpd.USER, Snmpd.AUTH_PASSWORD, Snmpd.PRIV_PASSWORD)

LYCEE = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
[mqtt]
host = "mqtt.example"
[snmp.default]
version = "2c"
community = "{community}"
port = {port}
[link]
outside = ["tcp:{host}:{port}"]
lan = ["tcp:{host}:{port}"]
[link.wan]
equipment = "routeur"
interface = "lo"
down_megabits = 300
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur"
address = "{host}"
"""


@pytest.mark.parametrize(
    ("credentials", "bits"),
    [(Community(Snmpd.COMMUNITY), 64), (Community(Snmpd.COMMUNITY, "1"), 32), (V3, 64)],
    ids=["v2c", "v1", "v3"],
)
async def test_an_interface_of_a_real_agent(
    snmpd: Snmpd, credentials: Credentials, bits: int
) -> None:
    async with Engines() as engines:
        client = engines.open_client(Target(HOST, snmpd.port, (1.0, 2.0)), credentials)
        port = WanPort(lambda: client, SystemClock(), name="lo")
        assert await port.is_up() is True
        reading = await port.count()
    assert reading is not None
    assert (reading.bits, reading.received > 0) == (bits, True)
    assert reading.uptime is not None
    assert reading.speed is not None


async def test_the_lines_of_a_link_are_read_beside_it(snmpd: Snmpd, tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(LYCEE.format(community=Snmpd.COMMUNITY, host=HOST, port=snmpd.port))
    clock = SystemClock()
    means = Means(clock)
    link = next(item for item in watched(read(path), means) if item.resource.id == "link")
    async with asyncio.TaskGroup() as group:
        (chore,) = [group.create_task(chore()) for chore in means.chores]
        async with asyncio.timeout(60):
            while "main_line_up" not in (seen := await link.probe.observe()).gauges:
                await clock.sleep(0.05)
        chore.cancel()
    means.close()
    assert seen.gauges["main_line_up"] == 1
    assert seen.gauges["receive_capacity_bits_per_second"] == 300e6
