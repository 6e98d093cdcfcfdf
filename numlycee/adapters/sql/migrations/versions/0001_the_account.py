"""The account as it was first kept."""

from collections.abc import Iterator
from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String

revision = "0001"
down_revision = None

_WITHOUT_ROWID: dict[str, Any] = {"sqlite_with_rowid": False}
_AUTOINCREMENT: dict[str, Any] = {"sqlite_autoincrement": True}
_CELLS = (
    "serviceable_seen", "serviceable_away", "non_compliant_seen", "non_compliant_away", "repair",
    "idle", "never_seen",
)  # fmt: skip
_TABLES = (
    "suspect", "arrivals", "fleet_counts", "inventory", "touched", "spell", "coverage", "entry",
    "run", "standing",
)  # fmt: skip


def upgrade() -> None:
    """Make every table."""
    version = Column("version", Integer, nullable=False)
    op.create_table("standing", _id(), version, *_big("epoch", "commit"))
    _runs()
    _past()
    fleet = (*_keys(String, "day", "uai"), *_big("began"), *_text("run"), *_big("seq"))
    cells = (Column(cell, Integer) for cell in _CELLS)
    op.create_table("fleet_counts", *fleet, *cells, **_WITHOUT_ROWID)
    counts = _big("late", "duplicate", "conflict")
    op.create_table("arrivals", *_keys(String, "uai"), *counts)
    raw = Column("raw", LargeBinary, nullable=False)
    op.create_table("suspect", _id(), *_text("uai"), *_big("at"), *_text("reason"), raw)
    op.create_index("suspect_by_site", "suspect", ["uai", "at"])


def downgrade() -> None:
    """Drop every table."""
    for table in _TABLES:
        op.drop_table(table)


def _runs() -> None:
    began = Column("began", BigInteger)
    counts = _big("last", "refused", "held_count", "lost_count")
    op.create_table(
        "run", _id(), *_text("uai", "run", "vantage"), began, *_text("held", "lost"), *counts
    )
    op.create_index("run_by_name", "run", ["uai", "run"], unique=True)
    op.create_table(
        "entry",
        *_keys(Integer, "run_id"),
        *_keys(BigInteger, "seq"),
        Column("digest", LargeBinary, nullable=False),
        Column("refused", String),
        *_big("at"),
        **_WITHOUT_ROWID,
    )


def _past() -> None:
    run, start, until = _keys(Integer, "run_id"), _keys(BigInteger, "start"), _big("until")
    op.create_table("coverage", *run, *start, *until, *_text("inventory"), **_WITHOUT_ROWID)
    run, start, until = _keys(Integer, "run_id"), _keys(BigInteger, "start"), _big("until")
    resource, words = _keys(String, "resource"), _text("state", "cause")
    op.create_table("spell", *run, *resource, *start, *until, *words, **_WITHOUT_ROWID)
    op.create_index("spell_by_end", "spell", ["run_id", "until"])
    change = Column("run_id", Integer, nullable=False)
    op.create_table("touched", _id(), change, *_text("resource"), *_big("since"), **_AUTOINCREMENT)
    op.create_table("inventory", _id(), *_text("uai", "digest", "vantage", "resources"))
    op.create_index("inventory_by_name", "inventory", ["uai", "digest", "vantage"], unique=True)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _keys(kind: type[Any], *names: str) -> Iterator[Column[Any]]:
    return (Column(name, kind, primary_key=True, autoincrement=False) for name in names)


def _text(*names: str) -> Iterator[Column[str]]:
    return (Column(name, String, nullable=False) for name in names)


def _big(*names: str) -> Iterator[Column[int]]:
    return (Column(name, BigInteger, nullable=False) for name in names)
