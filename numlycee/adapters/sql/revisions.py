"""The revisions of the schema: which one a database has, and a new database at the last.

Another is brought there by `numlycee migrate`, by the steps of `migrations/`.
"""

from sqlalchemy import Connection, text
from sqlmodel import Session

from numlycee.adapters.sql.dialect import Dialect, Sql, StoreError
from numlycee.adapters.sql.schema import REVISIONS, StandingTable, Table

FIRST, HEAD = REVISIONS[0], REVISIONS[-1]
TABLE = "alembic_version"


def create(connection: Connection, epoch: int) -> None:
    """Make the tables of the last revision in an empty database, and begin an epoch."""
    Table.metadata.create_all(connection)
    connection.execute(text(_CREATE))
    connection.execute(text(_INSERT), {"head": HEAD})
    with Session(connection) as session:
        session.add(StandingTable(id=1, epoch=epoch, commit=0))
        session.flush()
        session.commit()


def revision(sql: Sql, dialect: Dialect) -> str:
    """Return the revision of a store; one that names none is of the first."""
    named = sql(dialect.table, (TABLE,)).fetchone()
    found: str = sql(f"SELECT version_num FROM {TABLE}").fetchone()[0] if named else FIRST  # noqa: S608
    return found


def refuse_other(name: str, found: str) -> None:
    """Raise `StoreError` for a store that is not of the last revision, and say what to do."""
    if found == HEAD:
        return
    known = found in REVISIONS
    remedy = "run `numlycee migrate`" if known else "a later numlycee wrote it: install that one"
    raise StoreError(f"{name}: has schema {found}, this collector needs {HEAD}; {remedy}")


_CREATE = f"CREATE TABLE {TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
_INSERT = f"INSERT INTO {TABLE} VALUES (:head)"  # noqa: S608 (our own name)
