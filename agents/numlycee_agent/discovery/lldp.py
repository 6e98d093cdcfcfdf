"""Neighbours by LLDP-MIB (IEEE 802.1AB), read as devices really fill it."""

from collections.abc import Mapping

from numlycee_agent.discovery.macs import mac
from numlycee_agent.discovery.ports import Ports, read_table
from numlycee_agent.discovery.records import Neighbour, Protocol, usable, words
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Columns, Oid, Value

_LLDP = "1.0.8802.1.1.2.1"
_LOCAL_KIND, _LOCAL_ID, _LOCAL_TEXT = (f"{_LLDP}.3.7.1.{column}" for column in (2, 3, 4))
_CHASSIS_KIND, _CHASSIS, _PORT_KIND, _PORT, _PORT_TEXT, _NAME, _TEXT = (
    f"{_LLDP}.4.1.1.{column}" for column in (4, 5, 6, 7, 8, 9, 10)
)
_ADDRESSES = f"{_LLDP}.4.2.1.3"
_CHASSIS_MAC, _CHASSIS_NETWORK, _PORT_MAC = 4, 5, 3
_SIZES = {1: 4, 2: 16}  # octets of an address, by its family (IANA)
_MOST = 1000

Bases = Mapping[str, Value]
"""The ifIndex of each bridge port, by its number as text (BRIDGE-MIB, RFC 4188)."""


async def read_lldp(client: SnmpClient, ports: Ports, bases: Bases) -> list[Neighbour]:
    """Return the neighbours of a device; rows that cannot be read are left out.

    The time mark that begins an index may change, and names nothing.
    """
    columns = [_CHASSIS_KIND, _CHASSIS, _PORT_KIND, _PORT, _PORT_TEXT, _NAME, _TEXT]
    rows = await read_table(client, columns, _MOST)
    if not rows[_CHASSIS]:
        return []
    local = await read_table(client, [_LOCAL_KIND, _LOCAL_ID, _LOCAL_TEXT], _MOST)
    addresses = _addresses((await read_table(client, [_ADDRESSES], _MOST))[_ADDRESSES])
    found = []
    for index in rows[_CHASSIS]:
        _, number, row = (*index.split("."), "", "")[:3]
        port = _local_port(number, local, ports, bases)
        # Some agents list addresses under another row: the port's only one will do.
        address = addresses.get((number, row)) or addresses.get((number, ""), "")
        found.append(_neighbour(rows, index, port, address))
    return found


def _neighbour(rows: Columns, index: str, port: str, address: str) -> Neighbour:
    def cell(column: Oid) -> Value | None:
        return rows[column].get(index)

    chassis, kind = cell(_CHASSIS), cell(_CHASSIS_KIND)
    far = mac(cell(_PORT), surely=cell(_PORT_KIND) == _PORT_MAC) or text(cell(_PORT))
    return Neighbour(
        Protocol.LLDP,
        port,
        mac(chassis, surely=kind == _CHASSIS_MAC),
        address or (_network(chassis) if kind == _CHASSIS_NETWORK else ""),
        text(cell(_NAME)),
        words(far, text(cell(_PORT_TEXT))),
        text(cell(_TEXT)),
    )


def _local_port(number: str, local: Columns, ports: Ports, bases: Bases) -> str:
    """Return the name of the port that LLDP numbers so: devices number in four ways."""
    told, kind = local[_LOCAL_ID].get(number), local[_LOCAL_KIND].get(number)
    label = mac(told, surely=kind == _PORT_MAC) or text(told)
    port = (
        ports.find([label])
        or ports.at(_other_number(label, number))
        or ports.at(bases.get(number))
        or ports.at(int(number or 0))
        or ports.find([text(local[_LOCAL_TEXT].get(number))])
    )
    return port.name if port else label or number


def _other_number(label: str, number: str) -> int | None:
    """Return an ifIndex written as the port's name; the same number again tells nothing."""
    return int(label) if label.isascii() and label.isdigit() and label != number else None


def _addresses(rows: Mapping[str, Value]) -> dict[tuple[str, str], str]:
    """Return management addresses by port and row, and by port alone where it has one only."""
    found: dict[tuple[str, str], str] = {}
    by_port: dict[str, set[str]] = {}
    for index in rows:
        _, number, row, family, size, *octets = (*map(int, index.split(".")), *(-1,) * 5)
        if _SIZES.get(family) != size or min(octets[:size], default=-1) < 0:
            continue
        if max(octets) < 256 and (address := usable(bytes(octets[:size]))):  # noqa: PLR2004
            found.setdefault((str(number), str(row)), address)
            by_port.setdefault(str(number), set()).add(address)
    alone = {(port, ""): min(told) for port, told in by_port.items() if len(told) == 1}
    return found | alone


def _network(value: Value | None) -> str:
    """Return the address that names a chassis: a family octet, then its own."""
    if isinstance(value, bytes) and len(value) - 1 == _SIZES.get(next(iter(value), 0)):
        return usable(value[1:])
    return usable(text(value))
