"""Good and bad states as their projects recorded them: the verdict is the one that they expect."""

from pathlib import Path

import pytest

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.snmp import SnmpStateProbe
from tests.agent.snmp.pretend import PretendClock
from tests.agent.snmp.recorded import RecordedDevice

SNMP = Path(__file__).resolve().parents[4] / "shared" / "snmp"
APC, SYNOLOGY, QNAP = (
    f"recordings/{name}.snmprec" for name in ("apc_smtl1000-nmc3", "dsm_ds214se-dsm7", "qnap")
)


def device(*files: str) -> RecordedDevice:
    paths = [SNMP / file for file in files]
    for path in paths:
        if not path.exists():
            pytest.skip(f"the recorded states are not there: {path} (kept beside the project)")
    return RecordedDevice(*paths)


async def observe(kind: Kind, *files: str) -> Observation:
    return await SnmpStateProbe(device(*files).client(), kind, PretendClock()).observe()


@pytest.mark.parametrize(
    ("kind", "under", "state", "cause"),
    [
        (Kind.UPS, APC, "ups-apc-battery-ok.snmpwalk", None),
        (Kind.UPS, APC, "ups-apc-battery-low.snmpwalk", Cause.BATTERY),
        (Kind.NAS, SYNOLOGY, "synology-disk-ok.snmpwalk", None),
        (Kind.NAS, SYNOLOGY, "synology-disk-warning.snmpwalk", Cause.DISK),
        (Kind.NAS, SYNOLOGY, "synology-disk-critical.snmpwalk", Cause.DISK),
        (Kind.NAS, SYNOLOGY, "synology-disk-failing.snmpwalk", Cause.DISK),
        (Kind.NAS, QNAP, "qnap.snmpwalk", None),
        (Kind.SERVER, None, "system-health-ok.snmpwalk", None),
        (Kind.SERVER, None, "system-health-critical.snmpwalk", Cause.SENSOR),
        (Kind.SERVER, None, "system-health-nonRecoverable.snmpwalk", Cause.SENSOR),
        (Kind.SERVER, None, "services-fr.snmpwalk", None),
        (Kind.ACCESS_POINT, None, "ap-usage.snmpwalk", None),
        (Kind.SWITCH, None, "zino-linksup.snmprec", None),
        (Kind.SWITCH, None, "zino-linksadmindown.snmprec", None),
        (Kind.GENERIC, None, "nav-apc-pdu.snmprec", None),
    ],
)
async def test_the_verdict_is_the_expected_one(
    kind: Kind, under: str | None, state: str, cause: Cause | None
) -> None:
    seen = await observe(kind, *filter(None, [under, f"states/{state}"]))
    assert (seen.health, seen.cause) == (Health.DEGRADED if cause else Health.OK, cause)


async def test_the_access_points_of_a_cluster_are_counted() -> None:
    seen = await observe(Kind.ACCESS_POINT, "states/ap-usage.snmpwalk")
    assert (seen.gauges["access_points"], seen.gauges["access_points_up"]) == (5, 5)


@pytest.mark.parametrize(
    ("state", "cause"),
    [("linksdown", Cause.PORT_DOWN), ("linksadmindown", None), ("linksup", None)],
)
async def test_a_port_long_up_is_missed_unless_people_switched_it_off(
    state: str, cause: Cause | None
) -> None:
    clock, port = PretendClock(), device("states/zino-linksup.snmprec")
    probe = SnmpStateProbe(port.client(), Kind.SWITCH, clock)
    assert (await probe.observe()).cause is None
    port.become(device(f"states/zino-{state}.snmprec"))
    clock.pass_time(60)
    assert (await probe.observe()).cause is cause
