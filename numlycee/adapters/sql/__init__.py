"""The account in a database: SQLModel says what it holds, the driver does the work."""

from numlycee.adapters.sql.addresses import open_reader, open_store
from numlycee.adapters.sql.dialect import StoreError
from numlycee.adapters.sql.reader import SqlReader
from numlycee.adapters.sql.recollection import Recollection
from numlycee.adapters.sql.store import SqlStore

__all__ = ["Recollection", "SqlReader", "SqlStore", "StoreError", "open_reader", "open_store"]
