"""A recorded device held in memory: the `Session` of an agent that answers by the book."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from numlycee_agent.snmp.client import DeviceClient
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import Columns, Missing, Oid, Value, VarBind
from tests.agent.snmp.stepping import walk

Arcs = tuple[int, ...]


class RecordedDevice:
    """Answers GET and GETBULK from the lines of `.snmprec` or `.snmpwalk` files.

    Files are read one over the other: a later one replaces what the former said of a variable.
    """

    def __init__(self, *files: Path) -> None:
        values: dict[Arcs, Value] = {}
        for file in files:
            read = _walked if file.suffix == ".snmpwalk" else _recorded
            values |= dict(read(file))
        self._values = values
        self._order = sorted(values)
        self._names = {arcs: ".".join(map(str, arcs)) for arcs in self._order}

    def become(self, other: "RecordedDevice") -> None:
        """Answer from now on as another recording does."""
        self._values, self._order, self._names = other._values, other._order, other._names

    def client(self) -> DeviceClient:
        return DeviceClient(self)

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        return [(oid, self._values.get(_arcs(oid), Missing.NO_INSTANCE)) for oid in oids]

    async def following(self, oids: Sequence[Oid], repetitions: int) -> list[VarBind]:
        at = [bisect_right(self._order, _arcs(oid)) for oid in oids]
        return [
            self._bind(start + step, oid)
            for step in range(repetitions)
            for start, oid in zip(at, oids, strict=True)
        ]

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        return await walk(self, columns, size, max_rows)

    def close(self) -> None:
        self._values.clear()

    def _bind(self, at: int, oid: Oid) -> VarBind:
        if at >= len(self._order):
            return oid, Missing.END_OF_VIEW
        arcs = self._order[at]
        return self._names[arcs], self._values[arcs]


def _arcs(oid: Oid) -> Arcs:
    return tuple(map(int, oid.split(".")))


def _recorded(file: Path) -> Iterator[tuple[Arcs, Value]]:
    """Read `oid|type|value` lines; hand-anonymised names that are no OID are left out."""
    for line in file.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        oid, _, rest = line.partition("|")
        kind, _, value = rest.partition("|")
        if oid.replace(".", "").isdecimal():
            yield _arcs(oid), _value(kind.partition(":")[0], value)


def _value(kind: str, value: str) -> Value:
    octets = bytes.fromhex(value) if kind.endswith("x") else None
    match kind.rstrip("x"):
        case "4":
            return value.encode("utf-8", "surrogateescape") if octets is None else octets
        case "6":
            return value.removeprefix(".")
        case "64":
            return value if octets is None else ".".join(map(str, octets))
    return int(value)


def _walked(file: Path) -> Iterator[tuple[Arcs, Value]]:
    """Read the lines `.oid = TYPE: value` of `snmpwalk -On`; a text ends with its line."""
    for line in file.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        oid, _, rest = line.partition(" = ")
        kind, colon, value = rest.partition(": ")
        if oid.startswith(".") and oid.replace(".", "").isdecimal():
            told = _printed(kind, value.strip()) if colon else _printed("INTEGER", rest.strip())
            yield _arcs(oid[1:]), told


def _printed(kind: str, value: str) -> Value:
    match kind:
        case "Hex-STRING":
            return bytes.fromhex(value)
        case "Timeticks":
            return int(value[1 : value.index(")")])
        case "OID" | "IpAddress":
            return value.removeprefix(".")
    if kind != "STRING" and value.lstrip("-").isdecimal():
        return int(value)
    return value.strip('"').encode("utf-8", "surrogateescape")
