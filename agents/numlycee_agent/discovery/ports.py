"""The ports of a device (IF-MIB, RFC 2863), and the many ways in which others name them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from sys import intern

from numlycee_agent.discovery.macs import mac
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Columns, Oid, SnmpError, Value

UP, DOWN, NOT_PRESENT = 1, 2, 6
_IF, _IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
_DESCRIPTION, _TYPE, _SPEED, _MAC = f"{_IF}.2", f"{_IF}.3", f"{_IF}.5", f"{_IF}.6"
_ADMIN, _OPER = f"{_IF}.7", f"{_IF}.8"
_NAME, _HIGH_SPEED, _ALIAS = f"{_IFX}.1", f"{_IFX}.15", f"{_IFX}.18"
_COLUMNS = (_DESCRIPTION, _TYPE, _SPEED, _MAC, _ADMIN, _OPER, _NAME, _HIGH_SPEED, _ALIAS)
_MOST_PORTS = 2000
_ETHERNET = {6, 26, 62, 69, 117}
_GAUGE_END = 2**32 - 1
_NUMBERED = re.compile(r"\bport:?\s*(\d+)(?:\s+on\s+unit\s+(\d+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Port:
    """One port; `speed` in Mbit/s, 0 where unknown; `admin` and `oper` as in IF-MIB, 0 unknown."""

    index: int
    name: str
    description: str = ""
    alias: str = ""
    mac: str = ""
    admin: int = 0
    oper: int = 0
    speed: int = 0
    type: int = 0

    @property
    def ethernet(self) -> bool:
        """Tell whether a cable or a fibre may be plugged in."""
        return self.type in _ETHERNET and self.oper != NOT_PRESENT


class Ports:
    """The ports of one device; their names are unique."""

    def __init__(self, ports: Iterable[Port] = ()) -> None:
        self._by_index = {port.index: port for port in ports}
        spellings = Counter(word for port in self for word in _spellings(port))
        self._by_word = {
            word: port for port in self for word in _spellings(port) if spellings[word] == 1
        }

    def __iter__(self) -> Iterator[Port]:
        """Return the ports in the order of their index."""
        return iter(sorted(self._by_index.values(), key=lambda port: port.index))

    def at(self, index: Value | None) -> Port | None:
        """Return the port of an ifIndex."""
        return self._by_index.get(index) if isinstance(index, int) else None

    def find(self, words: Sequence[str]) -> Port | None:
        """Return the port that one of these words alone names, the surest word first."""
        spelt = [word.casefold() for word in words if word]
        known = (self._by_word.get(word) for word in (*spelt, *filter(None, map(_place, spelt))))
        return next((port for port in known if port is not None), None)


async def read_ports(client: SnmpClient) -> Ports:
    """Read the ports of a device; what it does not tell is left out."""
    rows = await read_table(client, _COLUMNS, _MOST_PORTS)
    indices = {index for column in rows.values() for index in column if index.isdigit()}
    drafts = [_port(rows, index) for index in indices]
    names = Counter(port.name for port in drafts)
    return Ports(port if names[port.name] == 1 else _told_apart(port) for port in drafts)


async def read_table(client: SnmpClient, columns: Sequence[Oid], most: int) -> Columns:
    """Walk a table that a device may lack, or choke on: both leave its columns empty."""
    try:
        return await client.walk(columns, max_rows=most)
    except SnmpError:
        return {column: {} for column in columns}


def whole(value: Value | None) -> int:
    """Return a number, 0 for what is none."""
    return value if isinstance(value, int) else 0


def _port(rows: Columns, index: str) -> Port:
    def cell(column: Oid) -> Value | None:
        return rows[column].get(index)

    # The switches of a site name their ports alike: one text for all of them.
    description = intern(text(cell(_DESCRIPTION)))
    return Port(
        int(index),
        intern(text(cell(_NAME)) or description or index),
        description,
        text(cell(_ALIAS)),
        mac(cell(_MAC), surely=True),
        whole(cell(_ADMIN)),
        whole(cell(_OPER)),
        whole(cell(_HIGH_SPEED)) or _megabits(whole(cell(_SPEED))),
        whole(cell(_TYPE)),
    )


def _megabits(speed: int) -> int:
    return 0 if speed >= _GAUGE_END else speed // 1_000_000


def _told_apart(port: Port) -> Port:
    return Port(
        port.index,
        f"{port.name} ({port.index})",
        port.description,
        port.alias,
        port.mac,
        port.admin,
        port.oper,
        port.speed,
        port.type,
    )


def _spellings(port: Port) -> set[str]:
    words = {port.name, port.description, port.alias, port.mac, _place(port.description) or ""}
    return {intern(word.casefold()) for word in words if word}


def _place(words: str) -> str | None:
    """Return « unit 1 port 25 » of « D-Link … Port 25 on Unit 1 »."""
    told = _NUMBERED.search(words)
    return f"unit {told[2] or 1} port {told[1]}" if told else None
