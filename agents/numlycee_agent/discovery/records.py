"""What devices tell of themselves and of their neighbours, as plain records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

from numlycee_agent.discovery.ports import Ports


class Protocol(StrEnum):
    """How a neighbour became known."""

    LLDP = "lldp"
    CDP = "cdp"
    FDB = "fdb"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who is said to be at the other end of a port; `far` are the words for its own port there."""

    protocol: Protocol
    port: str
    chassis: str = ""
    address: str = ""
    name: str = ""
    far: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who a device is on its network, its neighbours, and on which port each MAC was learnt.

    Where `learnt` lists some MACs only, `crowd` tells how many each port has learnt in all.
    """

    chassis: str = ""
    macs: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    name: str = ""
    ports: Ports = field(default_factory=Ports)
    neighbours: tuple[Neighbour, ...] = ()
    learnt: Mapping[str, str] = field(default_factory=dict)
    crowd: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return what names the device: its chassis, else the lowest of its addresses."""
        return self.chassis or min(self.addresses, default="")


def usable(told: bytes | str) -> str:
    """Return the address of one host that octets or text hold, or an empty text."""
    try:
        address = ip_address(told)
    except ValueError:
        return ""
    nobody = address.is_unspecified or address.is_loopback or address.is_link_local
    return "" if nobody or address.is_multicast else str(address)


def words(*told: str) -> tuple[str, ...]:
    """Return the words that are there, each once."""
    return tuple(dict.fromkeys(word for word in told if word))
