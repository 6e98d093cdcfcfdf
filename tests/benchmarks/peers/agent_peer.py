"""A daemon that asks the equipment of the simulated lycée, beside the agent and at its cadence."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from numlycee.domain.kinds import Kind
from tests.benchmarks._lycee import Device, Places

STATE_EVERY, PORTS_EVERY = 30, 60
UPTIME = "1.3.6.1.2.1.1.3.0"
COLUMNS = {
    name: f"1.3.6.1.2.1.2.2.1.{arc}" for name, arc in (("admin", 7), ("oper", 8), ("last", 9))
}
"""What the agent reads of every port: that it is meant to be up, that it is, and since when."""
PORTED = frozenset(
    {Kind.SWITCH, Kind.ACCESS_POINT, Kind.ROUTER, Kind.FIREWALL, Kind.WIRELESS_CONTROLLER}
)


@dataclass(frozen=True, slots=True)
class Product:
    """A product: its name, the Debian program it comes from, and how it is run.

    `polls` is how many times it asks a device for its state in a minute, over all devices.
    """

    name: str
    program: str
    opening: Callable[[Path, Places], AbstractContextManager[int]]
    polls: float


def has_ports(device: Device) -> bool:
    """Tell whether the agent reads the ports of a device each minute."""
    return device.kind in PORTED
