"""From one revision of the schema to another, in one transaction, while no collector runs."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from numlycee.adapters.sql.addresses import is_file, parse, path_of
from numlycee.adapters.sql.dialect import StoreError
from numlycee.adapters.sql.revisions import FIRST, TABLE
from numlycee.adapters.sql.schema import REVISIONS, StandingTable
from numlycee.adapters.sql.sqlite import opening as sqlite


def migrate(url: str, to: str) -> tuple[str, str]:
    """Bring a store to a revision, up or down; returns the ones before and after.

    Raises `StoreError`: for a store that a collector uses, or that is none; then nothing changed.
    """
    if to not in REVISIONS:
        raise StoreError(f"{to!r} is no revision of the schema: there are {', '.join(REVISIONS)}")
    address = parse(url)
    if is_file(address):
        return sqlite.alone_with(path_of(address), lambda c: step(c, to))
    from numlycee.adapters.sql.postgresql import opening  # noqa: PLC0415 (an extra)

    return opening.alone_with(address, lambda c: step(c, to))


def step(connection: Connection, to: str) -> tuple[str, str]:
    """Step to a revision in the transaction that is open; returns the ones before and after."""
    tables = set(inspect(connection).get_table_names())
    if StandingTable.__tablename__ not in tables:
        raise StoreError("there is no store here yet: `numlycee run` makes it")
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "numlycee.adapters.sql:migrations")
    if TABLE not in tables:
        command.stamp(config, FIRST)
    before = str(connection.exec_driver_sql(f"SELECT version_num FROM {TABLE}").scalar_one())  # noqa: S608
    if before not in REVISIONS:
        raise StoreError(f"a later numlycee wrote it (schema {before}): migrate with that one")
    move = command.upgrade if REVISIONS.index(to) >= REVISIONS.index(before) else command.downgrade
    move(config, to)
    return before, to
