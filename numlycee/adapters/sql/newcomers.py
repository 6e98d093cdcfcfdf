"""The inventories that other collectors store meanwhile, each told once."""

from collections.abc import Iterable

from numlycee.adapters.sql.dialect import Log
from numlycee.adapters.sql.reader import SqlReader
from numlycee.adapters.sql.recollection import lists
from numlycee.domain.inventory import Inventory


class SqlNewcomers:
    """Remembers where the log ended; one thread at a time asks."""

    def __init__(self, reader: SqlReader) -> None:
        """Begin where the log ends now; raises `StoreUnavailableError`."""
        self._reader = reader
        self._known, _ = self._read(None)

    def news(self) -> Iterable[tuple[str, Inventory]]:
        """Return the inventories stored since; raises `StoreUnavailableError`."""
        self._known, found = self._read(self._known)
        return found

    def _read(self, known: Log | None) -> tuple[Log, list[tuple[str, Inventory]]]:
        with self._reader.reading() as link:
            log = self._reader.database.dialect.log(link.execute)
            return log, list(lists(link.execute, known.listed)) if known else []
