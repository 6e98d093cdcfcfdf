"""What the sensors of a device read, as ENTITY-SENSOR-MIB tells it (RFC 3433)."""

from dataclasses import dataclass

from numlycee_agent.discovery.ports import read_table, whole
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text

_SENSOR = "1.3.6.1.2.1.99.1.1.1"
_TYPE, _SCALE, _DIGITS, _VALUE, _STATUS = (f"{_SENSOR}.{column}" for column in range(1, 6))
_DESCRIPTION, _NAME = "1.3.6.1.2.1.47.1.1.1.1.2", "1.3.6.1.2.1.47.1.1.1.1.7"
_UNITS = {3: "V", 4: "V", 5: "A", 6: "W", 7: "Hz", 8: "°C", 9: "%", 10: "tr/min", 11: "m³/min"}
_TRUTH = 12
_UNIT_SCALE = 9
_OK, _UNAVAILABLE = 1, 2
_MOST = 500
_MOST_POWER = 36


@dataclass(frozen=True, slots=True)
class Sensor:
    """One reading in its unit; one that is not `ok` cannot be trusted, or does not work."""

    name: str
    value: float
    unit: str
    ok: bool


async def read_sensors(client: SnmpClient) -> tuple[Sensor, ...]:
    """Return the readings that a device lists, in its order; none where it has no such table."""
    rows = await read_table(client, [_TYPE, _SCALE, _DIGITS, _VALUE, _STATUS], _MOST)
    if not rows[_VALUE]:
        return ()
    names = await read_table(client, [_NAME, _DESCRIPTION], _MOST)
    found = []
    for index, value in rows[_VALUE].items():
        kind, status = rows[_TYPE].get(index), rows[_STATUS].get(index, _OK)
        if not isinstance(value, int) or status == _UNAVAILABLE or kind == _TRUTH:
            continue
        name = text(names[_NAME].get(index)) or text(names[_DESCRIPTION].get(index)) or index
        steps = whole(rows[_SCALE].get(index) or _UNIT_SCALE) - _UNIT_SCALE
        power = 3 * steps - whole(rows[_DIGITS].get(index))
        if abs(power) > _MOST_POWER:
            continue
        reading = value * 10.0**power
        unit = _UNITS.get(whole(kind), "")
        found.append(Sensor(name, round(reading, 3), unit, status == _OK))
    return tuple(found)
