"""A device's place on its network: who it is there, whom it names, whom it has learnt."""

from collections.abc import Mapping

from numlycee_agent.discovery.lldp import Bases, read_lldp
from numlycee_agent.discovery.macs import first, mac
from numlycee_agent.discovery.ports import Ports, read_ports, read_table
from numlycee_agent.discovery.records import Neighbour, Protocol, Surroundings, usable, words
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import SnmpError, Value

_LLDP_CHASSIS_KIND, _LLDP_CHASSIS = "1.0.8802.1.1.2.1.3.1.0", "1.0.8802.1.1.2.1.3.2.0"
_BRIDGE = "1.3.6.1.2.1.17.1.1.0"
_SYS_NAME = "1.3.6.1.2.1.1.5.0"
_OWN_ADDRESSES = "1.3.6.1.2.1.4.20.1.1"
_BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
_FDB, _OLD_FDB = "1.3.6.1.2.1.17.7.1.2.2.1.2", "1.3.6.1.2.1.17.4.3.1.2"
_CDP = tuple(f"1.3.6.1.4.1.9.9.23.1.2.1.1.{column}" for column in (4, 6, 7, 8))
# TP-Link's own table in place of LLDP-MIB; its cells are text.
_TPLINK = tuple(f"1.3.6.1.4.1.11863.6.35.1.2.2.1.{column}" for column in (1, 4, 6, 8, 9, 10, 13))
_CHASSIS_MAC = 4
_OCTETS = 6
_MOST_ROWS, _MOST_LEARNT = 1000, 8000


async def read_surroundings(client: SnmpClient, *, learnt: bool = True) -> Surroundings:
    """Read a device's place; what it does not tell is empty. `learnt` asks for the long table."""
    ports = await read_ports(client)
    bases = (await read_table(client, [_BASE_PORT], _MOST_ROWS))[_BASE_PORT]
    own = await _read_own(client)
    bridge, name = mac(own.get(_BRIDGE), surely=True), text(own.get(_SYS_NAME))
    told = mac(own.get(_LLDP_CHASSIS), surely=own.get(_LLDP_CHASSIS_KIND) == _CHASSIS_MAC)
    macs = frozenset(filter(None, [told, bridge, *(port.mac for port in ports)]))
    addresses = (await read_table(client, [_OWN_ADDRESSES], _MOST_ROWS))[_OWN_ADDRESSES]
    return Surroundings(
        bridge or told or first(macs),
        macs,
        frozenset(filter(None, map(usable, addresses))),
        name,
        ports,
        await _read_neighbours(client, ports, bases),
        await _read_learnt(client, ports, bases) if learnt else {},
    )


async def read_learnt(client: SnmpClient, ports: Ports) -> dict[str, str]:
    """Return on which port a device has learnt each MAC; nothing of what is no switch."""
    bases = (await read_table(client, [_BASE_PORT], _MOST_ROWS))[_BASE_PORT]
    return await _read_learnt(client, ports, bases) if bases else {}


async def _read_own(client: SnmpClient) -> Mapping[str, Value]:
    try:
        return await client.get([_LLDP_CHASSIS_KIND, _LLDP_CHASSIS, _BRIDGE, _SYS_NAME])
    except SnmpError:
        return {}


async def _read_neighbours(client: SnmpClient, ports: Ports, bases: Bases) -> tuple[Neighbour, ...]:
    told = {
        *await read_lldp(client, ports, bases),
        *await _read_cdp(client, ports),
        *await _read_tplink(client, ports),
    }
    return tuple(sorted(told, key=lambda it: (it.port, it.protocol, it.chassis, it.name, it.far)))


async def _read_cdp(client: SnmpClient, ports: Ports) -> list[Neighbour]:
    """Read CISCO-CDP-MIB, which other makers fill too; its index begins with an ifIndex."""
    rows = await read_table(client, _CDP, _MOST_ROWS)
    addresses, devices, far, platform = (rows[column] for column in _CDP)
    return [
        Neighbour(
            Protocol.CDP,
            _named(ports, index.partition(".")[0]),
            mac(device),
            _packed(addresses.get(index)),
            "" if mac(device) else text(device).partition("(")[0],
            words(mac(far.get(index)) or text(far.get(index))),
            text(platform.get(index)),
        )
        for index, device in devices.items()
    ]


async def _read_tplink(client: SnmpClient, ports: Ports) -> list[Neighbour]:
    rows = await read_table(client, _TPLINK, _MOST_ROWS)
    near, chassis, far, far_text, name, about, address = (rows[column] for column in _TPLINK)
    return [
        Neighbour(
            Protocol.LLDP,
            _named(ports, index.partition(".")[0], text(label)),
            mac(chassis.get(index)),
            usable(text(address.get(index)).removeprefix("::")),
            text(name.get(index)),
            words(mac(far.get(index)) or text(far.get(index)), text(far_text.get(index))),
            text(about.get(index)),
        )
        for index, label in near.items()
    ]


async def _read_learnt(client: SnmpClient, ports: Ports, bases: Bases) -> dict[str, str]:
    """Read the forwarding table by VLAN (Q-BRIDGE-MIB, RFC 4363), else the plain one."""
    rows: Mapping[str, Value] = {}
    for table in (_FDB, _OLD_FDB):
        rows = rows or (await read_table(client, [table], _MOST_LEARNT))[table]
    learnt: dict[str, str] = {}
    for index, number in rows.items():
        if number and (spelt := _from_index(index)):
            learnt.setdefault(spelt, _named(ports, str(bases.get(str(number), number))))
    return learnt


def _from_index(index: str) -> str:
    octets = [int(part) for part in index.split(".")[-_OCTETS:]]
    fits = len(octets) == _OCTETS and max(octets) < 256  # noqa: PLR2004
    return mac(bytes(octets), surely=True) if fits else ""


def _named(ports: Ports, index: str, label: str = "") -> str:
    port = ports.find([label]) or ports.at(int(index) if index.isdigit() else None)
    return port.name if port else label or index


def _packed(value: Value | None) -> str:
    """Return the IPv4 address that CDP packs into four octets."""
    return usable(value) if isinstance(value, bytes) and len(value) == 4 else ""  # noqa: PLR2004
