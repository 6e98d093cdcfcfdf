"""The account in a database: SQLModel says what it holds, the driver does the work."""

from numlycee.adapters.sql.reader import SqlReader, StoreError, open_reader
from numlycee.adapters.sql.recollection import Recollection
from numlycee.adapters.sql.store import SqlStore, open_store

__all__ = ["Recollection", "SqlReader", "SqlStore", "StoreError", "open_reader", "open_store"]
