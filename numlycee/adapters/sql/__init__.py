"""The account in a database: SQLModel says what it holds, the driver does the work."""

from numlycee.adapters.sql.store import SqlStore, StoreError, open_store

__all__ = ["SqlStore", "StoreError", "open_store"]
