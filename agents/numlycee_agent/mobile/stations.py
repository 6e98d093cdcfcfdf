"""MAC addresses in tables of the network: associations, learnt addresses, neighbours."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from numlycee_agent.mobile.hashing import is_device, octets_of
from numlycee_agent.snmp.catalogue import absolute
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.values import Oid, Value

MOST_ROWS = 5_000
"""Rows of one table."""
_OCTETS = 6


class Where(StrEnum):
    """Where a table holds the MAC address: in its value, or at an end of its row's index."""

    VALUE = "value"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Stations:
    """A column to walk; `present` are the values of a device that is there, all when empty."""

    column: Oid
    mac: Where
    present: frozenset[Value]

    def addresses(self, rows: Mapping[str, Value]) -> Iterator[bytes]:
        """Return the devices of the rows."""
        for index, value in rows.items():
            if self.present and value not in self.present:
                continue
            octets = _value(value) if self.mac is Where.VALUE else _index(index, self.mac)
            if octets and is_device(octets):
                yield octets


class SnmpTables:
    """A `Source`: one device's tables, of whatever vendor; no other column of them is read."""

    def __init__(self, client: SnmpClient, source: str) -> None:
        self._client = client
        self._tables = tables(source)

    async def addresses(self, at: int) -> set[bytes]:  # noqa: ARG002 (a table tells of now)
        """Return the devices in every table that this one fills."""
        columns = [table.column for table in self._tables]
        filled = await self._client.walk(columns, max_rows=1)
        found: set[bytes] = set()
        for table in self._tables:
            if filled.get(table.column):
                rows = await self._client.walk([table.column], max_rows=MOST_ROWS)
                found.update(table.addresses(rows.get(table.column, {})))
        return found


@cache
def tables(source: str) -> Sequence[Stations]:
    """Return the tables known of a kind of source: `wifi`, `bridges` or `routers`."""
    text = (Path(__file__).parent / "stations.toml").read_text("utf-8")
    return [_table(row) for row in tomllib.loads(text)[source]]


def _table(row: Mapping[str, Any]) -> Stations:
    return Stations(absolute(row["column"]), Where(row["mac"]), frozenset(row.get("in", ())))


def _index(index: str, where: Where) -> bytes | None:
    arcs = index.split(".")
    octets = arcs[:_OCTETS] if where is Where.FIRST else arcs[-_OCTETS:]
    try:
        return bytes(map(int, octets)) if len(octets) == _OCTETS else None
    except ValueError:
        return None


def _value(value: Value) -> bytes | None:
    if isinstance(value, bytes) and len(value) == _OCTETS:
        return value
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    return octets_of(text)
