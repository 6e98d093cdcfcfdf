"""The tables of the account, and how sets of numbers and inventories are spelt in a column."""

import json
from dataclasses import astuple
from typing import Any

from sqlalchemy import DDL, BigInteger, Index, LargeBinary, event
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind

REVISIONS = ("0001", "0002")
"""Of the schema, the last one ours; a database of another is refused until it is migrated."""

_WITHOUT_ROWID: dict[str, Any] = {"sqlite_with_rowid": False}


class Table(SQLModel, registry=registry()):
    """The account's own tables, apart from any other SQLModel of the process."""


class StandingTable(Table, table=True):
    """One row: the epoch and the number of the last commit."""

    __tablename__ = "standing"
    id: int = Field(primary_key=True)
    epoch: int = Field(sa_type=BigInteger)
    commit: int = Field(sa_type=BigInteger)


class RunTable(Table, table=True):
    """One run of a vantage; `held` and `lost` are half-open ranges, with their measures."""

    __tablename__ = "run"
    __table_args__ = (Index("run_by_name", "uai", "run", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    uai: str
    run: str
    vantage: str
    began: int | None = Field(default=None, sa_type=BigInteger)
    held: str
    lost: str
    last: int = Field(sa_type=BigInteger)
    refused: int = Field(sa_type=BigInteger)
    held_count: int = Field(sa_type=BigInteger)
    lost_count: int = Field(sa_type=BigInteger)


class EntryTable(Table, table=True):
    """One number of a run: the digest of its content, the reason of a refusal, its arrival."""

    __tablename__ = "entry"
    __table_args__ = _WITHOUT_ROWID
    run_id: int = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)
    refused: str | None = None
    at: int = Field(sa_type=BigInteger)


class CoverageTable(Table, table=True):
    """A run accounted for ``[start, until)`` under an inventory; disjoint within a run."""

    __tablename__ = "coverage"
    __table_args__ = _WITHOUT_ROWID
    run_id: int = Field(primary_key=True)
    start: int = Field(primary_key=True, sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)
    inventory: str


class SpellTable(Table, table=True):
    """A run saw a resource in a state over ``[start, until)``; disjoint within run and resource."""

    __tablename__ = "spell"
    __table_args__ = (Index("spell_by_end", "run_id", "until"), _WITHOUT_ROWID)
    run_id: int = Field(primary_key=True)
    resource: str = Field(primary_key=True)
    start: int = Field(primary_key=True, sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger)
    state: str
    cause: str


class TouchedTable(Table, table=True):
    """The latest changes of spells, in order: those of a run and resource from `since` on.

    Whoever has read the spells once reads these instead; the oldest are forgotten.
    """

    __tablename__ = "touched"
    __table_args__: dict[str, Any] = {"sqlite_autoincrement": True}
    id: int | None = Field(default=None, primary_key=True)
    run_id: int
    resource: str
    since: int = Field(sa_type=BigInteger)


class InventoryTable(Table, table=True):
    """An inventory that a vantage of a site has sent."""

    __tablename__ = "inventory"
    __table_args__ = (Index("inventory_by_name", "uai", "digest", "vantage", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    uai: str
    digest: str
    vantage: str
    resources: str


class FleetTable(Table, table=True):
    """A site's mobile devices on a school day, in disjoint cells; NULL is a count of 1 to 4.

    `began`, `run` and `seq` name the record that says so: of several, the greatest holds.
    """

    __tablename__ = "fleet_counts"
    __table_args__ = _WITHOUT_ROWID
    day: str = Field(primary_key=True)
    uai: str = Field(primary_key=True)
    began: int = Field(sa_type=BigInteger)
    run: str
    seq: int = Field(sa_type=BigInteger)
    serviceable_seen: int | None
    serviceable_away: int | None
    non_compliant_seen: int | None
    non_compliant_away: int | None
    repair: int | None
    idle: int | None
    never_seen: int | None


class HandshakeTable(Table, table=True):
    """The nonce of a site's last `hello`: any collector may answer what it sends after it."""

    __tablename__ = "handshake"
    uai: str = Field(primary_key=True)
    nonce: str


class ArrivalsTable(Table, table=True):
    """Counts of a site's arrivals; they tell nothing of the account."""

    __tablename__ = "arrivals"
    uai: str = Field(primary_key=True)
    late: int = Field(sa_type=BigInteger)
    duplicate: int = Field(sa_type=BigInteger)
    conflict: int = Field(sa_type=BigInteger)


class SuspectTable(Table, table=True):
    """The quarantine: first bytes of what had no effect."""

    __tablename__ = "suspect"
    __table_args__ = (Index("suspect_by_site", "uai", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    uai: str
    at: int = Field(sa_type=BigInteger)
    reason: str
    raw: bytes = Field(sa_type=LargeBinary)


_BY = "ALTER TABLE %(table)s ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id()"
for _logged in (TouchedTable, InventoryTable):
    event.listen(
        Table.metadata.tables[_logged.__tablename__],
        "after_create",
        DDL(_BY).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
    )


def write_numbers(numbers: IntervalSet) -> str:
    """Spell a set of numbers: the bounds of its half-open ranges, one after the other."""
    return ",".join(str(bound) for span in numbers.spans for bound in span)


def read_numbers(text: str) -> IntervalSet:
    """Read a set of numbers."""
    bounds = iter(map(int, text.split(","))) if text else iter(())
    return IntervalSet(tuple(zip(bounds, bounds, strict=True)))


def write_inventory(inventory: Inventory) -> str:
    """Spell the resources of an inventory."""
    return json.dumps([astuple(resource) for resource in inventory], ensure_ascii=False)


def read_inventory(digest: str, resources: str) -> Inventory:
    """Read an inventory."""
    rows = json.loads(resources)
    return Inventory(digest, tuple(Resource(row[0], Kind(row[1]), *row[2:]) for row in rows))
