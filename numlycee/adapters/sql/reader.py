"""Reading the account, from the collector's own process or beside it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from numlycee.adapters.sql.checking import SqlChecker
from numlycee.adapters.sql.dialect import Database, Dialect, Link, unavailable
from numlycee.adapters.sql.evidence import SqlEvidence
from numlycee.adapters.sql.history import SqlHistory
from numlycee.adapters.sql.revisions import refuse_other, revision
from numlycee.adapters.sql.schema import read_inventory
from numlycee.collector.model import LedgerLine
from numlycee.collector.ports import Standing
from numlycee.domain.devices import Cell, Fleet
from numlycee.domain.inventory import Inventory


class SqlReader:
    """The account in a database, read on snapshots; call it from worker threads."""

    def __init__(self, database: Database) -> None:
        """Read this database."""
        self.database = database

    @contextmanager
    def history(self) -> Iterator[SqlHistory]:
        """Read the account as it stands now, whatever is written meanwhile."""
        with self.reading() as link:
            yield SqlHistory(link, self.database.dialect)

    @contextmanager
    def evidence(self) -> Iterator[SqlEvidence]:
        """Read the account of single sites as it stands now."""
        with self.reading() as link:
            yield SqlEvidence(link)

    @contextmanager
    def checker(self) -> Iterator[SqlChecker]:
        """Look at the invariants of the account as it stands now."""
        with self.reading() as link:
            yield SqlChecker(link, self.database.dialect)

    def completeness(self) -> tuple[Standing, Iterable[LedgerLine]]:
        """Return the standing and a line for every site heard of, as last committed."""
        with self.reading() as link:
            standing = Standing(*link.execute('SELECT epoch, "commit" FROM standing').fetchone())
            lines = link.execute(_lines(self.database.dialect))
            return standing, [LedgerLine(*row) for row in lines]

    def latest(self) -> Iterable[tuple[str, Inventory]]:
        """Return the inventories of the sites' agents, those in force last at the end."""
        with self.reading() as link:
            rows = link.execute(_LATEST).fetchall()
        return [(uai, read_inventory(digest, resources)) for uai, digest, resources in rows]

    def fleets(self, since: date) -> Iterable[tuple[str, Fleet]]:
        """Return the counts of mobile devices of every site from a day on, the oldest first."""
        with self.reading() as link:
            rows = link.execute(_FLEETS, (since.isoformat(),)).fetchall()
        return [
            (uai, Fleet(date.fromisoformat(day), dict(zip(Cell, cells, strict=True))))
            for day, uai, *cells in rows
        ]

    def losses(self, start: int, end: int) -> Mapping[str, int]:
        """Return how many records of runs begun in ``[start, end)`` each site declared lost."""
        with self.reading() as link:
            rows = link.execute(
                _LOSSES.format(self.database.dialect.total("lost_count")), (start, end)
            )
            return {uai: int(lost) for uai, lost in rows}

    def check(self) -> None:
        """Raise `StoreError` for a schema not ours, `StoreUnavailableError` for no store at all."""
        with self.reading() as link:
            found = revision(link.execute, self.database.dialect)
        refuse_other(str(self.database), found)

    @contextmanager
    def reading(self) -> Iterator[Link]:
        """Read one snapshot; raises `StoreUnavailableError`."""
        try:
            with self.database.reading() as link:
                yield link
        except self.database.dialect.failures as error:
            raise unavailable(self.database, error) from error


def _lines(dialect: Dialect) -> str:
    total = dialect.total
    return f"""
        SELECT uai, coalesce(expected, 0), coalesce(stored, 0), coalesce(late, 0),
               coalesce(duplicate, 0), coalesce(refused, 0), coalesce(missing, 0),
               coalesce(lost, 0), coalesce(conflict, 0)
        FROM (SELECT uai FROM run UNION SELECT uai FROM arrivals) AS site
        LEFT JOIN (
            SELECT uai, {total("last")} AS expected, {total("held_count - refused")} AS stored,
                   {total("refused")} AS refused,
                   {total("last - held_count - lost_count")} AS missing,
                   {total("lost_count")} AS lost
            FROM run GROUP BY uai
        ) AS account USING (uai)
        LEFT JOIN arrivals USING (uai)
    """  # noqa: S608 (our own words)


_FLEETS = f"""
SELECT day, uai, {", ".join(Cell)} FROM fleet_counts WHERE day >= ? ORDER BY day, uai
"""  # noqa: S608 (names of our own columns)
_LOSSES = """
SELECT uai, {} FROM run
WHERE vantage = 'site' AND lost_count > 0 AND began >= ? AND began < ? GROUP BY uai
"""
_LATEST = """
SELECT i.uai, i.digest, i.resources FROM inventory AS i
LEFT JOIN run AS r ON r.uai = i.uai AND r.vantage = i.vantage
LEFT JOIN coverage AS c ON c.run_id = r.id AND c.inventory = i.digest
WHERE i.vantage = 'site' GROUP BY i.id
ORDER BY max(c.until) IS NULL, max(c.until), i.id
"""
