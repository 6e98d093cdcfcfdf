"""What devices fill in the tables of neighbours, well or badly, becomes plain records."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.macs import first, mac
from numlycee_agent.discovery.neighbours import read_surroundings
from numlycee_agent.discovery.records import Neighbour, Protocol, Surroundings
from numlycee_agent.discovery.sensors import Sensor, read_sensors
from numlycee_agent.snmp.values import SnmpTimeout, Value
from tests.agent.snmp.pretend import PretendDevice
from tests.proof import examples

LLDP = "1.0.8802.1.1.2.1"
IF, IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
BASE_PORT, FDB = "1.3.6.1.2.1.17.1.4.1.2", "1.3.6.1.2.1.17.7.1.2.2.1.2"
OLD_FDB, BRIDGE = "1.3.6.1.2.1.17.4.3.1.2", "1.3.6.1.2.1.17.1.1.0"
CDP, TPLINK = "1.3.6.1.4.1.9.9.23.1.2.1.1", "1.3.6.1.4.1.11863.6.35.1.2.2.1"
SENSOR, ENTITY = "1.3.6.1.2.1.99.1.1.1", "1.3.6.1.2.1.47.1.1.1.1"
FAR = bytes.fromhex("001e585c0900")


def ports(*indices: int) -> dict[str, Value]:
    return {
        **{f"{IFX}.1.{index}": f"1/{index % 100}".encode() for index in indices},
        **{f"{IF}.2.{index}": f"Port {index % 100} on Unit 1".encode() for index in indices},
    }


def remote(**cells: Value) -> dict[str, Value]:
    columns = {"kind": 4, "chassis": 5, "port_kind": 6, "port": 7, "text": 8, "name": 9}
    whole: dict[str, Value] = {"kind": 4, "chassis": FAR, **cells}
    return {f"{LLDP}.4.1.1.{columns[key]}.5.3.1": value for key, value in whole.items()}


async def read(values: dict[str, Value]) -> Surroundings:
    return await read_surroundings(PretendDevice(values).client())


async def only(values: dict[str, Value]) -> Neighbour:
    (one,) = (await read(values)).neighbours
    return one


@pytest.mark.parametrize(
    ("value", "spelt"),
    [
        (FAR, "00:1e:58:5c:09:00"),
        (b"2c:fa:a2:78:12:EA", "2c:fa:a2:78:12:ea"),
        ("0:1e:58:5c:9:0", "00:1e:58:5c:09:00"),
        ("001e.585c.0900", "00:1e:58:5c:09:00"),
        (b"switch", ""),
        (b"1/25\0\0", ""),
        (bytes(6), ""),
        (bytes.fromhex("00005e000105"), ""),
        (b"\x01\x02", ""),
        (None, ""),
    ],
)
def test_a_mac_in_every_spelling(value: Value | None, spelt: str) -> None:
    assert mac(value) == spelt


def test_six_octets_are_surely_a_mac_where_the_device_says_so() -> None:
    assert mac(b"switch", surely=True) == "73:77:69:74:63:68"


def test_a_device_keeps_the_address_burnt_in() -> None:
    assert first(frozenset({"02:42:ac:11:00:01", "52:54:00:00:00:01", "a0:00:00:00:00:02"})) == (
        "a0:00:00:00:00:02"
    )


@pytest.mark.parametrize(
    ("local", "port"),
    [
        ({f"{LLDP}.3.7.1.2.3": 5, f"{LLDP}.3.7.1.3.3": b"1/2"}, "1/2"),  # its name
        ({f"{LLDP}.3.7.1.3.3": b"1002"}, "1/2"),  # another number: an ifIndex
        ({f"{LLDP}.3.7.1.3.3": b"3", f"{BASE_PORT}.3": 1001}, "1/1"),  # a bridge port
        ({f"{LLDP}.3.7.1.4.3": b"Port 2 on Unit 1"}, "1/2"),  # its description
        ({}, "3"),
    ],
)
async def test_a_local_port_is_numbered_in_four_ways(local: dict[str, Value], port: str) -> None:
    assert (await only(ports(1001, 1002) | local | remote())).port == port


async def test_a_local_port_is_an_interface_for_want_of_better() -> None:
    assert (await only(ports(3, 4) | remote())).port == "1/3"


async def test_a_mac_that_all_ports_share_names_none() -> None:
    shared: dict[str, Value] = {f"{IF}.6.{index}": FAR for index in (3, 4)}
    told: dict[str, Value] = {f"{LLDP}.3.7.1.2.3": 3, f"{LLDP}.3.7.1.3.3": FAR}
    assert (await only(ports(3, 4) | shared | told | remote())).port == "1/3"


async def test_a_neighbour_is_told_whole() -> None:
    cells: dict[str, Value] = {
        "port_kind": 7,
        "port": b"1/25\0",
        "text": b"Port 25 on Unit 1",
        "name": b"sw-b",
    }
    managed: dict[str, Value] = {f"{LLDP}.4.2.1.3.5.3.1.1.4.10.31.0.12": 2}
    one = await only(ports(3) | remote(**cells) | managed)
    assert one == Neighbour(
        Protocol.LLDP,
        "1/3",
        "00:1e:58:5c:09:00",
        "10.31.0.12",
        "sw-b",
        ("1/25", "Port 25 on Unit 1"),
    )


@pytest.mark.parametrize(
    ("index", "address"),
    [
        ("5.3.9.1.4.10.31.0.12", "10.31.0.12"),  # another row of the same port
        ("5.3.1.1.4.0.0.0.0", ""),
        ("5.3.1.1.4.10.31.0", ""),
        ("5.3.1.1.4.10.31.0.300", ""),
        ("5.3.1.6.6.0.30.88.92.9.0", ""),
        ("5.3", ""),
    ],
)
async def test_a_management_address_is_read_from_its_index(index: str, address: str) -> None:
    managed: dict[str, Value] = {f"{LLDP}.4.2.1.3.{index}": 2}
    assert (await only(ports(3) | remote() | managed)).address == address


async def test_a_chassis_may_be_named_by_its_address() -> None:
    one = await only(remote(kind=5, chassis=b"\x01\x0a\x1f\x00\x0c"))
    assert (one.chassis, one.address) == ("", "10.31.0.12")


async def test_cdp_tells_name_address_and_port() -> None:
    table: dict[str, Value] = {
        f"{CDP}.4.3.1": b"\x0a\x1f\x00\x0c",
        f"{CDP}.6.3.1": b"sw-b(FOC123)",
        f"{CDP}.7.3.1": b"GigabitEthernet1/0/3",
        f"{CDP}.8.3.1": b"cisco WS-C3850",
    }
    assert await only(ports(3) | table) == Neighbour(
        Protocol.CDP,
        "1/3",
        "",
        "10.31.0.12",
        "sw-b",
        ("GigabitEthernet1/0/3",),
        "cisco WS-C3850",
    )


async def test_tp_link_has_a_table_of_its_own() -> None:
    table: dict[str, Value] = {
        f"{TPLINK}.1.49153.1": b"1/0/15",
        f"{TPLINK}.4.49153.1": b"00:1E:58:5C:09:00",
        f"{TPLINK}.6.49153.1": b"eth1",
        f"{TPLINK}.9.49153.1": b"borne",
        f"{TPLINK}.13.49153.1": b"::10.31.0.12",
    }
    one = await only(table)
    assert (one.port, one.chassis, one.address, one.name) == (
        "1/0/15",
        "00:1e:58:5c:09:00",
        "10.31.0.12",
        "borne",
    )


async def test_addresses_are_learnt_on_ports() -> None:
    learnt: dict[str, Value] = {f"{BASE_PORT}.7": 1002, f"{FDB}.1.0.30.88.92.9.0": 7}
    learnt |= {f"{FDB}.1.0.30.88.92.9.1": 0, f"{FDB}.1.300.30.88.92.9.1": 7}
    assert (await read(ports(1001, 1002) | learnt)).learnt == {"00:1e:58:5c:09:00": "1/2"}
    old: dict[str, Value] = {f"{OLD_FDB}.0.30.88.92.9.0": 3}
    assert (await read(ports(3) | old)).learnt == {"00:1e:58:5c:09:00": "1/3"}


async def test_who_a_device_is() -> None:
    own: dict[str, Value] = {
        BRIDGE: FAR,
        "1.3.6.1.2.1.1.5.0": b"sw-a",
        f"{IF}.6.3": bytes.fromhex("001e585c09ff"),
        "1.3.6.1.2.1.4.20.1.1.10.31.0.2": "10.31.0.2",
        "1.3.6.1.2.1.4.20.1.1.127.0.0.1": "127.0.0.1",
    }
    around = await read(ports(3) | own)
    assert (around.chassis, around.key, around.name) == (mac(FAR), mac(FAR), "sw-a")
    assert around.macs == {mac(FAR), "00:1e:58:5c:09:ff"}
    assert around.addresses == {"10.31.0.2"}


async def test_a_device_that_falls_silent_midway_has_no_surroundings() -> None:
    device = PretendDevice(ports(3))
    device.fault = SnmpTimeout("asleep")
    around = await read_surroundings(device.client())
    assert (around.key, list(around.ports), around.neighbours) == ("", [], ())


async def test_sensors_are_read_in_their_units() -> None:
    values: dict[str, Value] = {
        f"{SENSOR}.1.9": 8,
        f"{SENSOR}.2.9": 9,
        f"{SENSOR}.3.9": 1,
        f"{SENSOR}.4.9": 274,
        f"{SENSOR}.5.9": 1,
        f"{ENTITY}.7.9": b"Temp 1/1",
        f"{SENSOR}.1.10": 4,
        f"{SENSOR}.2.10": 8,
        f"{SENSOR}.4.10": 11900,
        f"{SENSOR}.5.10": 3,
        f"{SENSOR}.4.11": 1,
        f"{SENSOR}.5.11": 2,
    }
    assert await read_sensors(PretendDevice(values).client()) == (
        Sensor("Temp 1/1", 27.4, "°C", ok=True),
        Sensor("10", 11.9, "V", ok=False),
    )


COLUMNS = [
    *(f"{LLDP}.4.1.1.{column}" for column in range(4, 11)),
    *(f"{LLDP}.3.7.1.{column}" for column in range(2, 5)),
    f"{LLDP}.4.2.1.3",
    *(f"{IF}.{column}" for column in range(2, 9)),
    *(f"{CDP}.{column}" for column in range(4, 9)),
    *(f"{TPLINK}.{column}" for column in range(1, 14)),
    *(f"{SENSOR}.{column}" for column in range(1, 6)),
    BASE_PORT,
    FDB,
    OLD_FDB,
    "1.3.6.1.2.1.4.20.1.1",
]
ARCS = st.lists(st.sampled_from([0, 1, 2, 3, 4, 6, 255, 256, 2**32 - 1]), min_size=1, max_size=9)
VALUES = st.one_of(
    st.integers(-(2**31), 2**64 - 1),
    st.binary(max_size=8),
    st.sampled_from(["0.0", "10.31.0.1"]),
    st.floats(allow_nan=True),
)


@settings(max_examples=examples(40))
@given(st.dictionaries(st.tuples(st.sampled_from(COLUMNS), ARCS.map(tuple)), VALUES, max_size=30))
async def test_no_nonsense_of_a_device_stops_a_sweep(
    cells: dict[tuple[str, tuple[int, ...]], Value],
) -> None:
    values = {
        ".".join([column, *map(str, index)]): value for (column, index), value in cells.items()
    }
    device = PretendDevice(values)
    around = await read_surroundings(device.client())
    await read_sensors(device.client())
    draw([around])
