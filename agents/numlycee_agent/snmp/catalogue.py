"""What is known of vendors and products, read once from the package's data."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.values import Oid, Value

ENTERPRISES = "1.3.6.1.4.1"
FIELDS = ("model", "serial", "version")
_ROWS = ".*"


@dataclass(frozen=True, slots=True)
class Description:
    """A pattern of sysDescr and what it tells; a `guess` counts where nothing else told."""

    pattern: re.Pattern[str]
    vendor: str | None
    kind: Kind | None
    under: tuple[Oid, ...]
    generic: bool
    guess: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """A variable whose answer betrays who made a device or what it is.

    A `guess` is one that other kinds answer as well: it counts where no other sign is shown.
    """

    oid: Oid
    vendor: str | None
    kind: Kind
    model: bool
    least: int | None
    guess: bool

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
    field: str | None
    pattern: re.Pattern[str]
    becomes: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products by sysObjectID, makers by name, descriptions in order, signs, details, spellings."""

    products: Mapping[Oid, tuple[str, Kind | None]]
    makers: Mapping[str, tuple[str, Kind | None]]
    named: re.Pattern[str]
    descriptions: Sequence[Description]
    signs: Sequence[Sign]
    details: Sequence[Detail]
    spellings: Sequence[Spelling]

    def spelt(self, vendor: str, field: str, words: str) -> str:
        """Return what a vendor's device says of its model or version in the usual spelling."""
        for spelling in self.spellings:
            if spelling.vendor == vendor and spelling.field in (None, field):
                words = spelling.pattern.sub(spelling.becomes, words)
        return words

    def maker(self, words: str) -> tuple[str, Kind | None]:
        """Return the vendor whose name the words begin with, and what it makes if but one kind."""
        named = self.named.match(words)
        return self.makers[named[1].casefold()] if named else ("", None)

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
        found = (Path(__file__).parent / "data" / folder).iterdir()
        for file in sorted(found, key=lambda file: file.name):
            for table, more in tomllib.loads(file.read_text("utf-8")).items():
                rows[table] += more
    return rows


@cache
def catalogue() -> Catalogue:
    """Return the package's own catalogue."""
    data = knowledge()
    makers = _makers(data["product"])
    names = "|".join(map(re.escape, sorted(makers, key=len, reverse=True)))
    return Catalogue(
        {
            absolute(prefix): (row["vendor"], _kind(kind))
            for row in data["product"]
            for prefix, kind in row.get("under", {}).items()
        },
        makers,
        re.compile(rf"\W*({names})(?!\w)", re.IGNORECASE),
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


def _makers(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, tuple[str, Kind | None]]:
    makers = {}
    for row in rows:
        kinds = set(row.get("under", {}).values())
        only = _kind(kinds.pop()) if len(kinds) == 1 else None
        for name in (row["vendor"], *row.get("names", ())):
            makers[name.casefold()] = row["vendor"], only
    return makers


def _description(row: Mapping[str, Any]) -> Description:
    return Description(
        re.compile(row["pattern"], re.IGNORECASE),
        row.get("vendor"),
        _kind(row.get("kind")),
        tuple(absolute(prefix) for prefix in row.get("under", ())),
        row.get("generic", False),
        row.get("guess", False),
    )


def _sign(row: Mapping[str, Any]) -> Sign:
    return Sign(
        absolute(row["get"]),
        row.get("vendor"),
        Kind(row["kind"]),
        row.get("model", True),
        row.get("least"),
        row.get("guess", False),
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
    pattern = re.compile(row["pattern"])
    return Spelling(row["vendor"], row.get("field"), pattern, row["becomes"])
