"""Where a rule or a sample takes its values: a variable or a column, and what is made of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numlycee_agent.snmp.catalogue import absolute
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Columns, Oid, Value

Test = Callable[[Value], bool]
Condition = tuple[Oid, Callable[[Value | None], bool]]
"""A column of the same row, and what must hold of its value, or of its lack."""

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)")
_PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?) ?%")
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
    where: tuple[Condition, ...]
    ignore: frozenset[Value]
    every: int

    @property
    def columns(self) -> tuple[Oid, ...]:
        """Return every column (or variable) that must be read."""
        further = (self.of, self.dated, *(self.scaled or ()), *(oid for oid, _ in self.where))
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
        return all(test(held.get(column, {}).get(index)) for column, test in self.where)

    def _figure(self, held: Columns, index: str, value: Value) -> Value | None:
        if self.of is not None:
            return _share(value, held.get(self.of, {}).get(index))
        if self.scaled is not None:
            return _scaled(value, *(held.get(column, {}).get(index) for column in self.scaled))
        return value


def source(row: Mapping[str, Any]) -> Source:
    """Return what a row of the data files tells: `get` or `column`, and how it is read."""
    scaled = row.get("scaled")
    return Source(
        absolute(row.get("get") or row["column"]),
        "column" in row,
        absolute(row["of"]) if "of" in row else None,
        (absolute(scaled["scale"]), absolute(scaled["precision"])) if scaled else None,
        absolute(row["dated"]) if "dated" in row else None,
        tuple(map(_condition, _listed(row.get("where", ())))),
        frozenset(row.get("ignore", ())),
        row.get("every", 0),
    )


def number(value: Value) -> float | None:
    """Return a figure, be it told as text (`38 C/100 F`, `5 Secs (7.1%)`); `None` for none."""
    if isinstance(value, int | float):
        return value
    line = text(value)
    told = _PERCENTAGE.search(line) or _NUMBER.match(line)
    return float(told[1]) if told else None


def _share(value: Value, whole: Value | None) -> float | None:
    """Return a level over its capacity; RFC 3805 gives negative ones other meanings."""
    if not isinstance(value, int) or not isinstance(whole, int) or whole <= 0 or value < 0:
        return None
    return value / whole


def _scaled(value: Value, scale: Value | None, precision: Value | None) -> float | None:
    if not isinstance(value, int) or not isinstance(scale, int) or not isinstance(precision, int):
        return None
    return value * 10.0 ** (3 * (scale - _UNITS) - precision)


def _listed(where: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return [where] if isinstance(where, Mapping) else where


def _condition(where: Mapping[str, Any]) -> Condition:
    column = absolute(where["column"])
    if "unlike" in where:
        other = re.compile(where["unlike"])
        return column, lambda value: other.search(text(value)) is None
    if "like" in where:
        pattern = re.compile(where["like"])
        return column, lambda value: value is not None and pattern.search(text(value)) is not None
    told = where["is"] if isinstance(where["is"], list) else [where["is"]]
    expected = {one if isinstance(one, int) else absolute(one) for one in told}
    return column, lambda value: value in expected
