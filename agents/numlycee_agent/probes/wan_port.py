"""One interface of a device, found by its name: whether it is up, and what it has counted."""

import logging
from collections.abc import Callable, Mapping

from numlycee.clock import Clock
from numlycee_agent.probes.wan_rate import Reading
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import Oid, Value

_log = logging.getLogger(__name__)

_IF, _IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"  # IF-MIB (RFC 2863)
IF_NAME, IF_DESCR, IF_OPER_STATUS = f"{_IFX}.1", f"{_IF}.2", f"{_IF}.8"
IF_IN, IF_OUT = f"{_IF}.10", f"{_IF}.16"
IF_HC_IN, IF_HC_OUT = f"{_IFX}.6", f"{_IFX}.10"
IF_SPEED, IF_HIGH_SPEED = f"{_IF}.5", f"{_IFX}.15"
IF_DISCONTINUITY = f"{_IFX}.19"
_ANY_OCTETS: tuple[Oid, ...] = (IF_HC_IN, IF_HC_OUT, IF_IN, IF_OUT)
_MOST_INTERFACES = 4000
_FASTEST_OF_IF_SPEED = 2**32 - 1
_PASSES: Mapping[Value, bool] = {1: True, 2: False, 3: False, 5: False, 6: False, 7: False}
"""ifOperStatus; 4 (unknown) is left out, which some devices say of interfaces that work."""


class WanPort:
    """Reads one interface, by `name` (ifName, else ifDescr) or by the `index` that never moves.

    A name that several interfaces bear is none: they share an ifDescr on some devices.
    A device may give its interfaces other numbers when it restarts: the name is read again with
    each status, and looked for again once it is no longer there.
    """

    def __init__(
        self,
        client: Callable[[], SnmpClient],
        clock: Clock,
        *,
        name: str = "",
        index: int | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._name = name
        self._index = index
        self._column: Oid | None = None
        self._told = False
        self._octets = _ANY_OCTETS

    async def is_up(self) -> bool | None:
        """Return whether packets pass; `None` if the device does not tell. Raises `SnmpError`."""
        index = await self._find()
        if index is None:
            return None
        asked = [f"{IF_OPER_STATUS}.{index}"]
        if self._column:
            asked.append(f"{self._column}.{index}")
        found = await self._client().get(asked)
        if self._column and text(found.get(asked[1], "")) != self._name:
            self._index = None
            return None
        return _PASSES.get(found.get(asked[0], 0))

    async def count(self) -> Reading | None:
        """Return the counters, the device's clock among them; raises `SnmpError`."""
        index = await self._find()
        if index is None:
            return None
        beside = (IF_HIGH_SPEED, IF_SPEED, IF_DISCONTINUITY)
        asked = [f"{column}.{index}" for column in (*self._octets, *beside)]
        found = await self._client().get([SYS_UPTIME, *asked])
        at = self._clock.monotonic()
        told = {column: found.get(f"{column}.{index}") for column in (*self._octets, *beside)}
        octets = _octets(told)
        if octets is None:
            self._octets = _ANY_OCTETS
            return None
        received, sent, bits = octets
        self._octets = (IF_HC_IN, IF_HC_OUT) if bits > 32 else (IF_IN, IF_OUT)  # noqa: PLR2004
        uptime, gap = _number(found.get(SYS_UPTIME)), _number(told[IF_DISCONTINUITY])
        return Reading(at, index, received, sent, bits, _speed(told), uptime, gap)

    async def _find(self) -> int | None:
        if self._index is None:
            rows = await self._client().walk([IF_NAME, IF_DESCR], max_rows=_MOST_INTERFACES)
            for column in (IF_NAME, IF_DESCR):
                named = [i for i, told in rows[column].items() if text(told) == self._name]
                if len(named) == 1 and named[0].isdigit():
                    self._index, self._column = int(named[0]), column
                    return self._index
            self._complain(sorted({text(told) for told in rows[IF_NAME].values()}))
        return self._index

    def _complain(self, names: list[str]) -> None:
        if not self._told:
            listed = ", ".join(names[:20]) or "none that has a name"
            _log.warning("no one interface is called %r; there are: %s", self._name, listed)
        self._told = True


def _octets(told: Mapping[Oid, Value | None]) -> tuple[int, int, int] | None:
    """Return the octets received and sent with the width of their counters, the widest there is."""
    for columns, bits in (((IF_HC_IN, IF_HC_OUT), 64), ((IF_IN, IF_OUT), 32)):
        received, sent = (told.get(column) for column in columns)
        if isinstance(received, int) and isinstance(sent, int):
            return received, sent, bits
    return None


def _speed(told: Mapping[Oid, Value | None]) -> float | None:
    """Return the interface's speed in bits a second; ifSpeed says its greatest for all beyond."""
    if high := _number(told[IF_HIGH_SPEED]):
        return high * 1e6
    speed = _number(told[IF_SPEED])
    return float(speed) if speed and speed < _FASTEST_OF_IF_SPEED else None


def _number(value: Value | None) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
