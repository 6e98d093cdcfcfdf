"""Where a rule or a sample takes its values: a variable or a column, and what is made of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numlycee_agent.snmp.catalogue import absolute
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Columns, Oid, Value

Test = Callable[[Value], bool]

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_UNITS = 9  # entPhySensorScale `units`; each step is a factor of 1000 (RFC 3433)


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: a variable or a column, divided by another, rows left out.

    `scaled` names the columns of scale and precision that ENTITY-SENSOR-MIB gives each value,
    `dated` that of the device's uptime, in hundredths of a second, when a row last changed.
    """

    oid: Oid
    table: bool
    of: Oid | None
    scaled: tuple[Oid, Oid] | None
    dated: Oid | None
    where: tuple[Oid, Test] | None
    ignore: frozenset[Value]
    every: int

    @property
    def columns(self) -> tuple[Oid, ...]:
        """Return every column (or variable) that must be read."""
        further = (self.of, self.dated, *(self.scaled or ()), self.where and self.where[0])
        return (self.oid, *(oid for oid in further if oid))

    def values(self, held: Columns) -> list[Value]:
        """Return what there is to judge, whatever its row."""
        return list(self.rows(held).values())

    def rows(self, held: Columns) -> dict[str, Value]:
        """Return what there is to judge by its row; what cannot be scaled is left out."""
        found = {}
        for index, value in held.get(self.oid, {}).items():
            if value in self.ignore or not self._kept(held, index):
                continue
            figure = self._figure(held, index, value)
            if figure is not None:
                found[index] = figure
        return found

    def _kept(self, held: Columns, index: str) -> bool:
        if self.where is None:
            return True
        column, test = self.where
        value = held.get(column, {}).get(index)
        return value is not None and test(value)

    def _figure(self, held: Columns, index: str, value: Value) -> Value | None:
        if self.of is not None:
            return _share(value, held.get(self.of, {}).get(index))
        if self.scaled is not None:
            return _scaled(value, *(held.get(column, {}).get(index) for column in self.scaled))
        return value


def source(row: Mapping[str, Any]) -> Source:
    """Return what a row of the data files tells: `get` or `column`, and how it is read."""
    where, scaled = row.get("where"), row.get("scaled")
    return Source(
        absolute(row.get("get") or row["column"]),
        "column" in row,
        absolute(row["of"]) if "of" in row else None,
        (absolute(scaled["scale"]), absolute(scaled["precision"])) if scaled else None,
        absolute(row["dated"]) if "dated" in row else None,
        (absolute(where["column"]), _kept(where)) if where else None,
        frozenset(row.get("ignore", ())),
        row.get("every", 0),
    )


def number(value: Value) -> float | None:
    """Return a figure, be it told as text (`38 C/100 F`); `None` where there is none."""
    if isinstance(value, int | float):
        return value
    told = _NUMBER.match(text(value))
    return float(told.group()) if told else None


def _share(value: Value, whole: Value | None) -> float | None:
    """Return a level over its capacity; RFC 3805 gives negative ones other meanings."""
    if not isinstance(value, int) or not isinstance(whole, int) or whole <= 0 or value < 0:
        return None
    return value / whole


def _scaled(value: Value, scale: Value | None, precision: Value | None) -> float | None:
    if not isinstance(value, int) or not isinstance(scale, int) or not isinstance(precision, int):
        return None
    return value * 10.0 ** (3 * (scale - _UNITS) - precision)


def _kept(where: Mapping[str, Any]) -> Test:
    if "like" in where:
        pattern = re.compile(where["like"])
        return lambda value: pattern.search(text(value)) is not None
    expected = where["is"] if isinstance(where["is"], int) else absolute(where["is"])
    return lambda value: value == expected
