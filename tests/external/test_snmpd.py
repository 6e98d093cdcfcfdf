"""A live net-snmp agent, by every version and every engine."""

import time
from collections.abc import Callable

import pytest

from numlycee.clock import SystemClock
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.credentials import Community, Credentials, Target, Usm
from numlycee_agent.snmp.engines import Engines, installed
from numlycee_agent.snmp.identity import identify
from numlycee_agent.snmp.values import SnmpRefused
from tests.external.servers import HOST, Snmpd

V2C = Community(Snmpd.COMMUNITY)
V3 = Usm(Snmpd.USER, Snmpd.AUTH_PASSWORD, Snmpd.PRIV_PASSWORD)
LIBRARIES: dict[str, Callable[[str], bool]] = {
    "gufo": installed,
    "pysnmp": lambda library: library == "pysnmp",
}
IF_DESCR = "1.3.6.1.2.1.2.2.1.2"


def target(snmpd: Snmpd) -> Target:
    return Target(HOST, snmpd.port, (1.0, 2.0))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("credentials", [V2C, Community(Snmpd.COMMUNITY, "1"), V3], ids=repr)
async def test_a_real_agent_is_identified_and_judged(
    snmpd: Snmpd, credentials: Credentials, library: str
) -> None:
    async with Engines(LIBRARIES[library]) as engines:
        client = engines.open_client(target(snmpd), credentials)
        identity = await identify(client)
        assert identity.name == "net-snmp.lycee.example"
        assert identity.kind is Kind.SERVER
        rows = await client.walk([IF_DESCR])
        assert b"lo" in rows[IF_DESCR].values()
        seen = await SnmpStateProbe(client, Kind.SERVER, SystemClock()).observe()
        assert seen.health in (Health.OK, Health.DEGRADED)
        assert seen.gauges["uptime_seconds"] > 0


@pytest.mark.parametrize("library", LIBRARIES)
async def test_a_wrong_key_is_refused(snmpd: Snmpd, library: str) -> None:
    async with Engines(LIBRARIES[library]) as engines:
        wrong = Usm(Snmpd.USER, "not the password", Snmpd.PRIV_PASSWORD)
        with pytest.raises(SnmpRefused):
            await engines.open_client(target(snmpd), wrong).get(["1.3.6.1.2.1.1.1.0"])


async def test_a_stopped_agent_is_silent_and_heard_again_after_a_restart(snmpd: Snmpd) -> None:
    quick = Target(HOST, snmpd.port, (0.5,))
    async with Engines() as engines:
        probe = SnmpStateProbe(engines.open_client(quick, V3), Kind.SERVER, SystemClock())
        assert (await probe.observe()).health is not Health.FAILED
        snmpd.stop()
        began = time.monotonic()
        assert (await probe.observe()).health is Health.FAILED
        assert time.monotonic() - began < 2
        snmpd.start()
        assert (await probe.observe()).health is not Health.FAILED
