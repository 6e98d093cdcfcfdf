"""When the port that a device hangs from fell, as its switch dates it (RFC 2863, ifLastChange)."""

from collections.abc import Mapping

from numlycee.clock import Clock
from numlycee_agent.discovery.places import Place, Places
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import Oid, SnmpError, Value

_DESCRIPTION, _OPER, _CHANGED = (f"1.3.6.1.2.1.2.2.1.{column}" for column in (2, 8, 9))
_NAME = "1.3.6.1.2.1.31.1.1.1.1"
_SLOWEST = 1_000
"""Milliseconds that an answer may take: it dates to within half of that."""
_DOWN, _NOT_PRESENT, _LOWER_LAYER_DOWN = 2, 6, 7


class PortDates:
    """Asks the switch that a device hangs from when the port towards it went down."""

    def __init__(self, places: Places, clients: Mapping[str, SnmpClient], clock: Clock) -> None:
        self._places = places
        self._clients = clients
        self._clock = clock
        self._told: dict[tuple[str, int], int] = {}

    def hear(self, parent: str, index: int, fell: int | None) -> list[str]:
        """Take in a trap of a switch about a port; return the ids of what hangs from that port.

        `fell` is the sysUpTime at which the port went down, None when it came up.
        """
        places = self._places.known.items()
        behind = [name for name, it in places if (it.parent, it.index) == (parent, index)]
        self._told.pop((parent, index), None)
        if behind and fell is not None:
            self._told[parent, index] = fell
        return behind

    async def fell_at(self, name: str) -> int | None:
        """Return when, in milliseconds; `None` where nobody tells, or what cannot be.

        The later counts of what ifLastChange says and of what a trap said.
        """
        place = self._places.known.get(name)
        client = self._clients.get(place.parent) if place else None
        if place is None or client is None or not place.index:
            return None
        columns = [f"{column}.{place.index}" for column in (_DESCRIPTION, _OPER, _CHANGED, _NAME)]
        asked = self._clock.now()
        try:
            found = await client.get([SYS_UPTIME, *columns])
        except SnmpError:
            return None
        answered = self._clock.now()
        described, oper, changed, named = map(found.get, columns)
        down = oper in (_DOWN, _NOT_PRESENT, _LOWER_LAYER_DOWN)
        sure = answered - asked <= _SLOWEST and _is(place, text(named), text(described))
        if not (down and sure):
            return None
        ages = _age(found, changed), _age(found, self._told.get((place.parent, place.index)))
        age = min((age for age in ages if age is not None), default=None)
        return None if age is None else (asked + answered) // 2 - age


def _age(found: Mapping[Oid, Value], changed: Value | None) -> int | None:
    """Return how many milliseconds ago a port changed; a zero is a port that never told.

    What is dated after now was dated before sysUpTime wrapped, or is a lie.
    """
    uptime = found.get(SYS_UPTIME)
    if not isinstance(uptime, int) or not isinstance(changed, int) or not 0 < changed <= uptime:
        return None
    return (uptime - changed) * 10


def _is(place: Place, name: str, description: str) -> bool:
    """Tell whether a port is still the one that was learnt: a restart may number ports anew."""
    spelt = name or description or str(place.index)
    return place.port in (spelt, f"{spelt} ({place.index})")
