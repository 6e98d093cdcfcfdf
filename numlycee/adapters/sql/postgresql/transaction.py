"""One transaction in PostgreSQL, where what costs is not a row but a word with the server.

What a batch will look at is read at once when it begins; what it writes waits, statement by
statement, until something is asked or the end comes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from numlycee.adapters.sql.dialect import Dialect, Link, Rows
from numlycee.adapters.sql.transaction import RUN, SqlTransaction, seen
from numlycee.collector.marks import RunMarks
from numlycee.collector.timeline import Covered, Seen, Stretch
from numlycee.domain.intervals import Interval


class PostgresqlTransaction(SqlTransaction):
    """The verbs of a transaction, in few words."""

    def __init__(self, link: Link, dialect: Dialect) -> None:
        """Speak to this connection."""
        super().__init__(link, dialect)
        self._link = link
        self._sql = self._ask
        self._waiting: dict[str, list[Sequence[Any]]] = {}
        self._runs: dict[tuple[str, str], RunMarks | None] = {}
        self._stretches: dict[tuple[str, str, Interval], Stretch] = {}

    def own(self, hulls: Mapping[str, Mapping[str, Interval]]) -> None:
        """Take the sites, each another's no longer, and read what is named of them."""
        self._ask(_OWN, (json.dumps(list(hulls)),)).fetchall()
        named = [(uai, run) for uai, runs in hulls.items() for run in runs]
        if named:
            self._read_runs(named)
            self._read_stretches(hulls)

    def run(self, uai: str, run: str) -> RunMarks | None:
        """Return one run of a site."""
        if (uai, run) not in self._runs:
            self._runs[uai, run] = super().run(uai, run)
        return self._runs[uai, run]

    def keep_run(self, marks: RunMarks) -> None:
        """Insert or replace the marks of a run."""
        super().keep_run(marks)
        self._runs[marks.uai, marks.run] = marks

    def stretch(self, uai: str, run: str, start: int, end: int) -> Stretch:
        """Return the rows that touch the closed interval ``[start, end]``, whole."""
        known = self._stretches.pop((uai, run, (start, end)), None)
        return super().stretch(uai, run, start, end) if known is None else known

    def settle(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, {}
        for sql, rows in waiting.items():
            self._link.executemany(sql, rows)

    def _put(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Let rows wait; no statement of a batch undoes what another of it has put."""
        if rows:
            self._waiting.setdefault(sql, []).extend(rows)

    def _ask(self, sql: str, parameters: Sequence[Any] = ()) -> Rows:
        self.settle()
        return self._link.execute(sql, parameters)

    def _read_runs(self, named: Sequence[tuple[str, str]]) -> None:
        self._runs.update(dict.fromkeys(named))
        for row in self._ask(_RUNS, (json.dumps(named),)):
            marks = self._marks(row)
            self._runs[marks.uai, marks.run] = marks

    def _read_stretches(self, hulls: Mapping[str, Mapping[str, Interval]]) -> None:
        known = {
            self._id(uai, run): (uai, run, hull)
            for uai, runs in hulls.items()
            for run, hull in runs.items()
            if self._runs[uai, run]
        }
        asked = (json.dumps([(run_id, *hull) for run_id, (*_, hull) in known.items()]),)
        rows: dict[int, tuple[list[Covered], list[Seen]]] = {run_id: ([], []) for run_id in known}
        for run_id, *row in self._ask(_COVERAGE, asked):
            rows[run_id][0].append(Covered(*row))
        for run_id, *row in self._ask(_SPELLS, asked):
            rows[run_id][1].append(seen(row))
        for run_id, (accounts, spells) in rows.items():
            self._stretches[known[run_id]] = Stretch(tuple(accounts), tuple(spells))


_OWN = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(uai, 0) AS key
    FROM json_array_elements_text(?::json) AS uai ORDER BY key OFFSET 0
) AS ordered
"""
"""In the order of the keys, so that no two collectors wait for each other."""
_RUNS = f"""
SELECT {RUN} FROM json_array_elements(?::json) AS named
JOIN run ON run.uai = named->>0 AND run.run = named->>1
"""  # noqa: S608 (our own columns)
_HULLS = """
(SELECT (hull->>0)::int AS asked, (hull->>1)::bigint AS low, (hull->>2)::bigint AS high
 FROM json_array_elements(?::json) AS hull) AS hulls
"""
_COVERAGE = f"""
SELECT run_id, inventory, start, until FROM {_HULLS}
JOIN coverage ON run_id = asked AND until >= low AND start <= high
"""  # noqa: S608 (our own words)
_SPELLS = f"""
SELECT run_id, resource, state, cause, start, until FROM {_HULLS}
JOIN spell ON run_id = asked AND until >= low AND start <= high
"""  # noqa: S608 (our own words)
