"""What is known of vendors and products, read once from the package's data."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.values import Oid, Value

ENTERPRISES = "1.3.6.1.4.1"
FIELDS = ("model", "serial", "version")


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
    """Where a vendor, or a kind of device, keeps its model, serial number and version."""

    vendor: str | None
    kind: Kind | None
    oids: Mapping[str, Oid]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products by sysObjectID, descriptions in order, signs and details."""

    products: Mapping[Oid, tuple[str, Kind | None]]
    descriptions: Sequence[Description]
    signs: Sequence[Sign]
    details: Sequence[Detail]

    def product(self, sys_object_id: Oid) -> tuple[str | None, Kind | None]:
        """Return vendor and kind of the longest prefix that is known."""
        arcs = sys_object_id.split(".")
        for length in range(len(arcs), 0, -1):
            product = self.products.get(".".join(arcs[:length]))
            if product is not None:
                return product
        return None, None


@cache
def catalogue() -> Catalogue:
    """Return the package's own catalogue."""
    data = tomllib.loads(files(__package__).joinpath("data/identity.toml").read_text("utf-8"))
    return Catalogue(
        {
            absolute(prefix): (row["vendor"], _kind(kind))
            for row in data["product"]
            for prefix, kind in row["under"].items()
        },
        [_description(row) for row in data["description"]],
        [_sign(row) for row in data["probe"]],
        [_detail(row) for row in data["detail"]],
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
    oids = {field: absolute(row[field]) for field in FIELDS if field in row}
    return Detail(row.get("vendor"), _kind(row.get("kind")), oids)
