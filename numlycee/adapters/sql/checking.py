"""The invariants of a store, each looked at in what is stored, on one snapshot."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from numlycee.adapters.sql.dialect import Dialect, Link, Sql
from numlycee.adapters.sql.schema import read_inventory, read_numbers
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.kinds import Kind
from numlycee.domain.states import STORED
from numlycee.wire.records import inventory_of

SHOWN = 3
"""Violations of one invariant that are kept as examples."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: how many rows were looked at, how many break it, and some of these."""

    invariant: str
    looked_at: int
    broken: int
    examples: tuple[str, ...]


class SqlChecker:
    """Looks at one invariant after the other, upon a connection that has begun to read."""

    def __init__(self, link: Link, dialect: Dialect) -> None:
        """Read from this connection."""
        self._sql = link.execute
        self._failures = dialect.failures
        pages = {"pages": ("standing", partial(_pages, dialect.integrity))}
        self._invariants: Mapping[str, tuple[str, Violations]] = {
            **(pages if dialect.integrity else {}),
            **_INVARIANTS,
        }

    def __len__(self) -> int:
        """Return how many invariants there are."""
        return len(self._invariants)

    def findings(self) -> Iterator[Finding]:
        """Look at every invariant in turn; one that cannot be read is broken."""
        for invariant, (table, violations) in self._invariants.items():
            try:
                yield self._look(invariant, table, violations)
            except self._failures as error:
                yield Finding(invariant, 0, 1, (str(error),))

    def _look(self, invariant: str, table: str, violations: "Violations") -> Finding:
        looked_at: int = self._sql(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        found = iter(violations(self._sql))
        examples = tuple(islice(found, SHOWN))
        return Finding(invariant, looked_at, len(examples) + sum(1 for _ in found), examples)


Violations = Callable[[Sql], Iterable[str]]


def _pages(integrity: str, sql: Sql) -> Iterator[str]:
    for (message,) in sql(integrity):
        if message != "ok":
            yield message


def _standing(sql: Sql) -> Iterator[str]:
    rows = sql('SELECT epoch, "commit" FROM standing').fetchall()
    if len(rows) != 1:
        yield f"{len(rows)} rows"
    yield from (f"epoch {e}, commit {c}" for e, c in rows if e < 1 or c < 0)


def _marks(sql: Sql) -> Iterator[str]:
    query = "SELECT uai, run, held, lost, last, refused, held_count, lost_count FROM run"
    for uai, run, held, lost, last, refused, held_count, lost_count in sql(query):
        for fault in _of_run(held, lost, (last, refused, held_count, lost_count)):
            yield f"{uai} {run}: {fault}"


def _of_run(held: str, lost: str, counts: tuple[int, int, int, int]) -> Iterator[str]:
    last, refused, held_count, lost_count = counts
    try:
        kept, gone = read_numbers(held), read_numbers(lost)
    except ValueError:
        yield "numbers that cannot be read"
        return
    spans = (*kept.spans, *gone.spans)
    if IntervalSet.of(kept.spans) != kept or IntervalSet.of(gone.spans) != gone:
        yield "ranges out of order"
    elif kept & gone:
        yield "numbers both held and lost"
    elif spans and (min(spans)[0] < 1 or max(end for _, end in spans) - 1 > last):
        yield f"numbers beyond 1–{last}"
    elif (kept.measure, gone.measure) != (held_count, lost_count) or refused > held_count:
        yield "counts that do not agree with the numbers"


def _entries(sql: Sql) -> Iterator[str]:
    """Every entry is a number that its run holds; both are read in the order of numbers."""
    held: dict[int, tuple[str, IntervalSet]] = {}
    for run_id, uai, run, text in sql("SELECT id, uai, run, held FROM run"):
        with suppress(ValueError):  # told by the invariant of the marks
            held[run_id] = f"{uai} {run}", read_numbers(text)
    for run_id, first, last, count in sql(_ENTRY_RANGES):
        name, numbers = held.get(run_id, (f"run {run_id}", NEVER))
        if (numbers & IntervalSet(((first, last + 1),))).measure != count:
            yield f"{name}: entries {first}–{last} are not all held"


def _within(sql: Sql) -> Iterator[str]:
    """Every spell lies in time for which its run accounts."""
    covered: dict[int, list[tuple[int, int]]] = {}
    for run_id, start, until in sql("SELECT run_id, start, until FROM coverage"):
        covered.setdefault(run_id, []).append((start, until))
    accounts = {run_id: IntervalSet.of(rows) for run_id, rows in covered.items()}
    query = "SELECT run_id, resource, start, until FROM spell ORDER BY run_id"
    for run_id, resource, start, until in sql(query):
        if not accounts.get(run_id, NEVER).covers(start, until):
            yield f"run {run_id}, {resource}: {start}–{until}"


def _lists(sql: Sql) -> Iterator[str]:
    """Every inventory bears its digest, where `generic` does not stand for a word unknown here."""
    for uai, digest, resources in sql("SELECT uai, digest, resources FROM inventory"):
        try:
            listed = read_inventory(digest, resources).resources
            strange = any(resource.kind is Kind.GENERIC for resource in listed)
            known = digest if strange else inventory_of(listed).digest
        except (ValueError, TypeError, IndexError):
            known = "unreadable"
        if known != digest:
            yield f"{uai} {digest}"


def _rows(query: str, sql: Sql) -> Iterator[str]:
    for row in sql(query):
        yield " ".join(map(str, row))


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _disjoint(table: str, of: str) -> str:
    return f"""
        SELECT {of}, start, until FROM (
            SELECT {of}, start, until,
                   lag(until) OVER (PARTITION BY {of} ORDER BY start) AS before FROM {table}
        ) AS ordered WHERE start >= until OR before > start
    """  # noqa: S608 (names of our own tables)


_ENTRY_RANGES = """
SELECT run_id, min(seq), max(seq), count(*) FROM (
    SELECT run_id, seq, seq - row_number() OVER (PARTITION BY run_id ORDER BY seq) AS island
    FROM entry
) AS entries GROUP BY run_id, island
"""
_STRANGE_WORDS = f"""
SELECT run_id, resource, start, state, cause FROM spell
WHERE state NOT IN ({_words(STORED)}) OR cause NOT IN ({_words(Cause)})
"""  # noqa: S608 (our own vocabulary)
_ORPHANS = """
SELECT 'entry', run_id FROM entry WHERE run_id NOT IN (SELECT id FROM run)
UNION SELECT 'coverage', run_id FROM coverage WHERE run_id NOT IN (SELECT id FROM run)
UNION SELECT 'spell', run_id FROM spell WHERE run_id NOT IN (SELECT id FROM run)
"""
_INVARIANTS: Mapping[str, tuple[str, Violations]] = {
    "standing": ("standing", _standing),
    "marks": ("run", _marks),
    "entries": ("entry", _entries),
    "owners": ("run", partial(_rows, _ORPHANS)),
    "coverage": ("coverage", partial(_rows, _disjoint("coverage", "run_id"))),
    "spells": ("spell", partial(_rows, _disjoint("spell", "run_id, resource"))),
    "accounts": ("spell", _within),
    "words": ("spell", partial(_rows, _STRANGE_WORDS)),
    "inventories": ("inventory", _lists),
}
