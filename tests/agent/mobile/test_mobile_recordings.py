"""Tables of devices that really exist: every learnt address is found, nothing else is."""

import pytest

from numlycee_agent.mobile.hashing import is_device
from numlycee_agent.mobile.stations import SnmpTables, tables
from tests.agent.snmp.recorded import RecordedDevice
from tests.loopback.snmp_responder import RECORDINGS, need

LEARNT = tuple(f"{table.column}." for table in tables("bridges"))
SWITCHES = {
    "awplus_5.4.8-2": 85,
    "ciscosb_cbs350-4x": 76,
    "comware_a5500": 104,
    "dlink_dgs-3627g": 156,
    "ios_2960x": 29,
    "jetstream_sg2218p": 66,
    "procurve": 1075,
    "routeros_rb750gr3": 93,
    "sd_hpe-procurve-516733-b21": 545,
    "zynos_gs1900-fdb": 36,
}
"""Rows of each recording in the two tables of learnt addresses."""


@pytest.mark.parametrize("name", SWITCHES)
async def test_every_address_that_a_switch_has_learnt_is_found(name: str) -> None:
    path = need(RECORDINGS / f"{name}.snmprec")
    lines = [line.partition("|")[0] for line in path.read_text("utf-8", "replace").splitlines()]
    rows = [line.split(".")[-6:] for line in lines if line.startswith(LEARNT)]
    assert len(rows) == SWITCHES[name]
    expected = {bytes(map(int, arcs)) for arcs in rows if all(a.isdigit() for a in arcs)}
    found = await SnmpTables(RecordedDevice(path).client(), "bridges").addresses(0)
    assert found == {octets for octets in expected if is_device(octets)}
    assert found
