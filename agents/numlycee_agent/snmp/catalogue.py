"""What is known of vendors and products, read once from the package's data."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.values import Oid, Value

ENTERPRISES = "1.3.6.1.4.1"
FIELDS = ("model", "serial", "version")
_ROWS = ".*"


@dataclass(frozen=True, slots=True)
class Description:
    """A pattern of sysDescr and what it tells."""

    pattern: re.Pattern[str]
    vendor: str | None
    kind: Kind | None
    under: tuple[Oid, ...]
    generic: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """A variable whose answer betrays who made a device or what it is."""

    oid: Oid
    vendor: str | None
    kind: Kind
    model: bool
    least: int | None

    def shown_by(self, found: Mapping[Oid, Value]) -> bool:
        """Tell whether the answer is there, and large enough where it must be."""
        value = found.get(self.oid, b"")
        if self.least is not None:
            return isinstance(value, int) and value >= self.least
        return value != b""


@dataclass(frozen=True, slots=True)
class Detail:
    """Where a vendor, or a kind of device, keeps its model, serial number and version.

    `columns` are those of which the first row that is not empty tells: the first of a stack.
    """

    vendor: str | None
    kind: Kind | None
    oids: Mapping[str, Oid]
    columns: Mapping[str, Oid]

    def concerns(self, vendor: str, kind: Kind | None) -> bool:
        """Tell whether a device of this vendor and kind may keep them there."""
        return self.vendor == vendor if self.vendor else self.kind is kind


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a vendor's way to write something becomes the usual one."""

    vendor: str
    pattern: re.Pattern[str]
    becomes: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products by sysObjectID, descriptions in order, signs, details and spellings."""

    products: Mapping[Oid, tuple[str, Kind | None]]
    descriptions: Sequence[Description]
    signs: Sequence[Sign]
    details: Sequence[Detail]
    spellings: Sequence[Spelling]

    def spelt(self, vendor: str, words: str) -> str:
        """Return what a vendor's device says of itself in the usual spelling."""
        for spelling in self.spellings:
            if spelling.vendor == vendor:
                words = spelling.pattern.sub(spelling.becomes, words)
        return words

    def product(self, sys_object_id: Oid) -> tuple[str | None, Kind | None]:
        """Return vendor and kind of the longest prefix that is known."""
        arcs = sys_object_id.split(".")
        for length in range(len(arcs), 0, -1):
            product = self.products.get(".".join(arcs[:length]))
            if product is not None:
                return product
        return None, None


@cache
def knowledge() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return every row of the package's data, by its table: the vendors' before the standard ones.

    What a vendor's file says comes first: its own variables are surer than those of a standard.
    """
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for folder in ("vendors", "standard"):
        found = files(__package__).joinpath("data", folder).iterdir()
        for file in sorted(found, key=lambda file: file.name):
            for table, more in tomllib.loads(file.read_text("utf-8")).items():
                rows[table] += more
    return rows


@cache
def catalogue() -> Catalogue:
    """Return the package's own catalogue."""
    data = knowledge()
    return Catalogue(
        {
            absolute(prefix): (row["vendor"], _kind(kind))
            for row in data["product"]
            for prefix, kind in row["under"].items()
        },
        [_description(row) for row in data["description"]],
        [_sign(row) for row in data["probe"]],
        [_detail(row) for row in data["detail"]],
        [_spelling(row) for row in data["spelling"]],
    )


def absolute(oid: str) -> Oid:
    """Return the full OID of one written below `enterprises`, or in full after a dot."""
    return oid[1:] if oid.startswith(".") else f"{ENTERPRISES}.{oid}"


def within(oid: Oid, prefix: Oid) -> bool:
    """Tell whether `oid` is `prefix` or lies below it."""
    return oid == prefix or oid.startswith(prefix + ".")


def _kind(name: str | None) -> Kind | None:
    return Kind(name) if name else None


def _description(row: Mapping[str, Any]) -> Description:
    return Description(
        re.compile(row["pattern"], re.IGNORECASE),
        row.get("vendor"),
        _kind(row.get("kind")),
        tuple(absolute(prefix) for prefix in row.get("under", ())),
        row.get("generic", False),
    )


def _sign(row: Mapping[str, Any]) -> Sign:
    return Sign(
        absolute(row["get"]),
        row.get("vendor"),
        Kind(row["kind"]),
        row.get("model", True),
        row.get("least"),
    )


def _detail(row: Mapping[str, Any]) -> Detail:
    told = {field: absolute(row[field]) for field in FIELDS if field in row}
    return Detail(
        row.get("vendor"),
        _kind(row.get("kind")),
        {field: oid for field, oid in told.items() if not oid.endswith(_ROWS)},
        {field: oid.removesuffix(_ROWS) for field, oid in told.items() if oid.endswith(_ROWS)},
    )


def _spelling(row: Mapping[str, Any]) -> Spelling:
    return Spelling(row["vendor"], re.compile(row["pattern"]), row["becomes"])
