"""One transaction, spoken in SQL straight to the driver: SQLite takes a few microseconds a row."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from numlycee.adapters.sql.dialect import Dialect, Link
from numlycee.adapters.sql.schema import (
    read_inventory,
    read_numbers,
    write_inventory,
    write_numbers,
)
from numlycee.collector.marks import RunMarks
from numlycee.collector.ports import Entry, Standing, Suspect
from numlycee.collector.timeline import Covered, Seen, Stretch
from numlycee.domain.causes import Cause
from numlycee.domain.devices import Cell, Fleet
from numlycee.domain.intervals import Interval
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.domain.states import State
from numlycee.wire.records import Key

RUN = "id, uai, run, vantage, began, held, lost, last, refused"
MAXIMUM = 2**53
CHANGES_KEPT = 500_000
"""Some hours of a Region's changes: who has not read since reads everything."""
FORGET_EVERY = 1_000
"""Commits."""
_STATES = {state.value: state for state in State}
_CAUSES = {cause.value: cause for cause in Cause}


class SqlTransaction:
    """The verbs of a transaction upon a connection that has begun one."""

    def __init__(self, link: Link, dialect: Dialect) -> None:
        """Speak to this connection."""
        self._sql = link.execute
        self._many = link.executemany
        self._dialect = dialect
        self._ids: dict[tuple[str, str], int] = {}

    def own(self, hulls: Mapping[str, Mapping[str, Interval]]) -> None:
        """Do nothing: there is one writer."""

    def settle(self) -> None:
        """Do what is left to do before the commit: nothing."""

    def standing(self) -> Standing:
        """Return the epoch and the number of the last commit, and keep other writers from them."""
        return Standing(*self._sql(self._dialect.standing).fetchone())

    def stand(self, standing: Standing) -> None:
        """Replace them."""
        row = (standing.epoch, standing.commit)
        self._put('UPDATE standing SET epoch = ?, "commit" = ?', [row])
        if standing.commit % FORGET_EVERY == 0:
            self._put(_FORGET, [(CHANGES_KEPT,)])

    def nonces(self, uais: Sequence[str]) -> Mapping[str, str]:
        """Return the nonces of the sites that have said hello."""
        query = f"SELECT uai, nonce FROM handshake WHERE uai IN {self._dialect.among}"  # noqa: S608
        return dict(tuple(row) for row in self._sql(query, (json.dumps(list(uais)),)))

    def greet(self, uai: str, nonce: str) -> None:
        """Replace the nonce of a site."""
        self._put(_PUT_NONCE, [(uai, nonce)])

    def runs(self, uai: str) -> Sequence[RunMarks]:
        """Return every run known of a site."""
        rows = self._sql(f"SELECT {RUN} FROM run WHERE uai = ?", (uai,))  # noqa: S608
        return [self._marks(row) for row in rows.fetchall()]

    def run(self, uai: str, run: str) -> RunMarks | None:
        """Return one run of a site."""
        query = f"SELECT {RUN} FROM run WHERE uai = ? AND run = ?"  # noqa: S608
        row = self._sql(query, (uai, run)).fetchone()
        return self._marks(row) if row else None

    def keep_run(self, marks: RunMarks) -> None:
        """Insert or replace the marks of a run."""
        content = (
            marks.began, write_numbers(marks.held), write_numbers(marks.lost), marks.last,
            marks.refused, marks.held.measure, marks.lost.measure,
        )  # fmt: skip
        known = self._ids.get((marks.uai, marks.run))
        if known is not None:
            self._put(_UPDATE_RUN, [(*content, known)])
            return
        row = self._sql(_INSERT_RUN, (marks.uai, marks.run, marks.vantage.value, *content))
        self._ids[marks.uai, marks.run] = row.fetchone()[0]

    def entry(self, uai: str, run: str, seq: int) -> Entry | None:
        """Return what is known of a number."""
        query = "SELECT seq, digest, refused FROM entry WHERE run_id = ? AND seq = ?"
        row = self._sql(query, (self._id(uai, run), seq)).fetchone()
        return Entry(*row) if row else None

    def enter(self, uai: str, run: str, entries: Sequence[Entry], at: int) -> None:
        """Insert entries received at an instant."""
        run_id = self._id(uai, run)
        self._put(_INSERT_ENTRY, [(run_id, e.seq, e.digest, e.refused, at) for e in entries])

    def refusals(self, uai: str, run: str) -> Sequence[Entry]:
        """Return the refused entries of a run, in order."""
        query = (
            "SELECT seq, digest, refused FROM entry WHERE run_id = ? AND refused IS NOT NULL "
            "ORDER BY seq"
        )
        return [Entry(*row) for row in self._sql(query, (self._id(uai, run),))]

    def count(self, uai: str, late: int, duplicate: int, conflict: int) -> None:
        """Add to the counts of a site's arrivals."""
        self._put(_ADD_ARRIVALS, [(uai, late, duplicate, conflict)])

    def stretch(self, uai: str, run: str, start: int, end: int) -> Stretch:
        """Return the rows that touch the closed interval ``[start, end]``, whole."""
        hull = (self._id(uai, run), start, end)
        accounts = self._sql(_TOUCHING_COVERAGE, hull).fetchall()
        spells = self._sql(_TOUCHING_SPELLS, hull).fetchall()
        return Stretch(tuple(Covered(*row) for row in accounts), tuple(map(seen, spells)))

    def replace(self, uai: str, run: str, removed: Stretch, added: Stretch) -> None:
        """Remove rows and insert others; a row that only grows is updated in place."""
        run_id = self._id(uai, run)
        kept = {row.start for row in added.covered}
        gone = [(run_id, row.start) for row in removed.covered if row.start not in kept]
        self._put(_DROP_COVERAGE, gone)
        rows = [(run_id, row.start, row.end, row.inventory) for row in added.covered]
        self._put(_PUT_COVERAGE, rows)
        if removed.spells or added.spells:
            self._replace_spells(run_id, removed.spells, added.spells)

    def inventory(self, uai: str, digest: str) -> Inventory | None:
        """Return an inventory of a site by its digest."""
        query = "SELECT resources FROM inventory WHERE uai = ? AND digest = ? LIMIT 1"
        row = self._sql(query, (uai, digest)).fetchone()
        return read_inventory(digest, row[0]) if row else None

    def keep_inventory(self, uai: str, vantage: Vantage, inventory: Inventory) -> None:
        """Insert an inventory, unless it is there."""
        row = (uai, inventory.digest, vantage.value, write_inventory(inventory))
        self._put(_PUT_INVENTORY, [row])

    def keep_fleet(self, uai: str, key: Key, fleet: Fleet) -> None:
        """Insert the counts of a day, or replace those of a lesser (began, run, seq)."""
        cells = [fleet.cells[cell] for cell in Cell]
        row = (fleet.day.isoformat(), uai, key.began, key.run, key.seq, *cells)
        self._put(_PUT_FLEET, [row])

    def quarantined(self, uai: str, since: int) -> int:
        """Return how many were kept of a site since an instant."""
        query = "SELECT count(*) FROM suspect WHERE uai = ? AND at >= ?"
        kept: int = self._sql(query, (uai, since)).fetchone()[0]
        return kept

    def quarantine(self, suspect: Suspect) -> None:
        """Keep one more."""
        row = (suspect.uai, suspect.at, suspect.reason, suspect.raw)
        self._put("INSERT INTO suspect (uai, at, reason, raw) VALUES (?, ?, ?, ?)", [row])

    def prune_run(self, uai: str, run: str, before: int) -> int:
        """Forget the first entries of a run that arrived before an instant, up to its mark."""
        marks = self.run(uai, run)
        run_id = self._id(uai, run)
        fresh = self._sql(_FIRST_FRESH, (run_id, before)).fetchone()
        last = min(marks.mark.contiguous if marks else 0, fresh[0] - 1 if fresh else MAXIMUM)
        return self._sql("DELETE FROM entry WHERE run_id = ? AND seq <= ?", (run_id, last)).rowcount

    def prune_suspects(self, before: int) -> int:
        """Forget what was quarantined before an instant."""
        return self._sql("DELETE FROM suspect WHERE at < ?", (before,)).rowcount

    def _replace_spells(
        self, run_id: int, removed: tuple[Seen, ...], added: tuple[Seen, ...]
    ) -> None:
        kept = {(row.resource, row.start) for row in added}
        gone = [(run_id, s.resource, s.start) for s in removed if (s.resource, s.start) not in kept]
        self._put(_DROP_SPELL, gone)
        rows = [(run_id, s.resource, s.start, s.end, s.state.value, s.cause.value) for s in added]
        self._put(_PUT_SPELL, rows)
        since: dict[str, int] = {}
        for row in (*removed, *added):
            since[row.resource] = min(row.start, since.get(row.resource, row.start))
        self._put(_TOUCH, [(run_id, resource, start) for resource, start in since.items()])

    def _put(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows; nothing is asked of what comes of it."""
        if rows:
            self._many(sql, rows)

    def _marks(self, row: tuple[int, str, str, str, int | None, str, str, int, int]) -> RunMarks:
        run_id, uai, run, vantage, began, held, lost, last, refused = row
        self._ids[uai, run] = run_id
        return RunMarks(
            uai, run, Vantage(vantage), began, read_numbers(held), read_numbers(lost), last, refused
        )

    def _id(self, uai: str, run: str) -> int:
        """Return the number of a run, 0 if it is not kept yet."""
        if (uai, run) not in self._ids:
            self.run(uai, run)
        return self._ids.get((uai, run), 0)


def seen(row: Sequence[Any]) -> Seen:
    """Return a spell from its resource, state, cause, start and end."""
    resource, state, cause, start, end = row
    return Seen(resource, _STATES[state], _CAUSES[cause], start, end)


_INSERT_RUN = """
INSERT INTO run (uai, run, vantage, began, held, lost, last, refused, held_count, lost_count)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (uai, run) DO UPDATE SET
    began = excluded.began, held = excluded.held, lost = excluded.lost, last = excluded.last,
    refused = excluded.refused, held_count = excluded.held_count, lost_count = excluded.lost_count
RETURNING id
"""
_UPDATE_RUN = """
UPDATE run SET began = ?, held = ?, lost = ?, last = ?, refused = ?, held_count = ?, lost_count = ?
WHERE id = ?
"""
_INSERT_ENTRY = "INSERT INTO entry (run_id, seq, digest, refused, at) VALUES (?, ?, ?, ?, ?)"
_FIRST_FRESH = "SELECT seq FROM entry WHERE run_id = ? AND at >= ? ORDER BY seq LIMIT 1"
_ADD_ARRIVALS = """
INSERT INTO arrivals (uai, late, duplicate, conflict) VALUES (?, ?, ?, ?)
ON CONFLICT (uai) DO UPDATE SET
    late = arrivals.late + excluded.late, duplicate = arrivals.duplicate + excluded.duplicate,
    conflict = arrivals.conflict + excluded.conflict
"""
_TOUCHING_COVERAGE = """
SELECT inventory, start, until FROM coverage WHERE run_id = ? AND until >= ? AND start <= ?
"""
_TOUCHING_SPELLS = """
SELECT resource, state, cause, start, until FROM spell
WHERE run_id = ? AND until >= ? AND start <= ?
"""
_DROP_COVERAGE = "DELETE FROM coverage WHERE run_id = ? AND start = ?"
_DROP_SPELL = "DELETE FROM spell WHERE run_id = ? AND resource = ? AND start = ?"
_PUT_COVERAGE = """
INSERT INTO coverage (run_id, start, until, inventory) VALUES (?, ?, ?, ?)
ON CONFLICT (run_id, start) DO UPDATE SET
    until = excluded.until, inventory = excluded.inventory
"""
_PUT_SPELL = """
INSERT INTO spell (run_id, resource, start, until, state, cause) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, resource, start) DO UPDATE SET
    until = excluded.until, state = excluded.state, cause = excluded.cause
"""
_CELLS = [str(cell) for cell in Cell]
_PUT_FLEET = f"""
INSERT INTO fleet_counts (day, uai, began, run, seq, {", ".join(_CELLS)})
VALUES (?, ?, ?, ?, ?{", ?" * len(_CELLS)})
ON CONFLICT (day, uai) DO UPDATE SET
    began = excluded.began, run = excluded.run, seq = excluded.seq,
    {", ".join(f"{cell} = excluded.{cell}" for cell in _CELLS)}
WHERE (excluded.began, excluded.run, excluded.seq)
    > (fleet_counts.began, fleet_counts.run, fleet_counts.seq)
"""  # noqa: S608 (names of our own columns)
_TOUCH = "INSERT INTO touched (run_id, resource, since) VALUES (?, ?, ?)"
_FORGET = "DELETE FROM touched WHERE id <= (SELECT max(id) FROM touched) - ?"
_PUT_NONCE = """
INSERT INTO handshake (uai, nonce) VALUES (?, ?)
ON CONFLICT (uai) DO UPDATE SET nonce = excluded.nonce
"""
_PUT_INVENTORY = """
INSERT INTO inventory (uai, digest, vantage, resources) VALUES (?, ?, ?, ?)
ON CONFLICT (uai, digest, vantage) DO NOTHING
"""
