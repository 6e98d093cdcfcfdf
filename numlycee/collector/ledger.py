"""The ledger: which records were received, which have effect, and what is settled of each run.

Rules 7 to 11 of the wire. One ledger lives for one transaction.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from numlycee.collector.book import Book
from numlycee.collector.marks import MOST_HOLES, numbers
from numlycee.collector.ports import Entry, Transaction
from numlycee.domain.intervals import NEVER, Interval, IntervalSet
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.wire.messages import MOST_RUNS, Hello
from numlycee.wire.receipts import Mark
from numlycee.wire.records import (
    Bulletin,
    Gap,
    InventoryRecord,
    Key,
    Record,
    Refused,
    digest,
    encode,
)

LATE_AFTER = 120_000
"""A bulletin that arrives this long after its end is late."""
AHEAD = 300_000
"""A record may be dated this far in the centre's future: a clock is never quite right."""
MOST_LISTINGS = 16
"""Inventories whose ids are remembered for each site; an honest one uses one or two at a time."""


class Outcome(StrEnum):
    """What became of a record."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one record, and why if it had no effect.

    A postponed record is not settled: it must be offered again.
    """

    outcome: Outcome
    key: Key
    record: Record | Refused
    reason: str = ""
    late: bool = False


class Ledger:
    """Admits the records of one batch into one transaction; `flush` writes everything."""

    def __init__(
        self,
        transaction: Transaction,
        at: int,
        vantages: Collection[Vantage],
        listings: dict[str, dict[str, frozenset[str]]],
    ) -> None:
        """Open for a batch received at an instant, from these vantages.

        `listings` remembers the resource ids of inventories (immutable) across batches, by site.
        """
        self._transaction = transaction
        self.at = at
        self._vantages = vantages
        self._listings = listings
        self._books: dict[tuple[str, str], Book] = {}
        self._hulls: dict[str, dict[str, Interval]] = {}
        self._arrivals: dict[str, Counter[str]] = {}

    def open(self, mail: Mapping[str, Sequence[Record | Refused]]) -> None:
        """Take the sites of the batch for this transaction, and say what it will look at."""
        self._hulls = {uai: _hulls(records) for uai, records in mail.items()}
        self._transaction.own(self._hulls)

    def admit(self, uai: str, records: Sequence[Record | Refused]) -> list[Verdict]:
        """Admit all the records of a site in this batch, in order: call once per site.

        A record without a readable key cannot be settled: it gets no verdict.
        """
        verdicts = [self._admit(uai, r.key, r) for r in records if r.key is not None]
        self._arrivals[uai] = Counter(v.outcome for v in verdicts)
        self._arrivals[uai]["late"] = sum(v.late for v in verdicts)
        return verdicts

    def hear(self, uai: str, hello: Hello) -> None:
        """Take in what an agent still holds: what it no longer does is declared lost."""
        full = len(hello.runs) >= MOST_RUNS
        for marks in self._transaction.runs(uai):
            if marks.vantage is not Vantage.SITE or (full and marks.run not in hello.runs):
                continue
            book = self._books.get((uai, marks.run))
            known = book.marks if book else marks
            first, last = hello.runs.get(marks.run, (known.last + 1, 0))
            heard = known.reaching(last)
            if first > 1 and heard.last:
                heard = heard.losing(IntervalSet(((1, first),)))
            if heard is not known:
                self._book(uai, marks.run, Vantage.SITE).marks = heard

    def mark(self, uai: str, run: str) -> Mark:
        """Return what is settled of a run; nothing of an unknown one."""
        book = self._books.get((uai, run))
        marks = book.marks if book else self._transaction.run(uai, run)
        return marks.mark if marks else Mark(0)

    def refusals(self, uai: str, runs: Iterable[str]) -> Iterator[tuple[str, int, str]]:
        """Yield (run, number, reason) of what was refused of these runs, after `flush`."""
        for run in runs:
            marks = self._transaction.run(uai, run)
            for entry in self._transaction.refusals(uai, run) if marks and marks.refused else ():
                yield run, entry.seq, entry.refused or ""

    def flush(self) -> None:
        """Write everything."""
        for book in self._books.values():
            book.flush(self.at)
        for uai, counts in self._arrivals.items():
            late, duplicate, conflict = (counts[k] for k in ("late", "duplicate", "conflict"))
            if late or duplicate or conflict:
                self._transaction.count(uai, late, duplicate, conflict)

    def _admit(self, uai: str, key: Key, record: Record | Refused) -> Verdict:
        book = self._book(uai, key.run, key.vantage)
        if not book.opened_by(key):
            begun = "conflict: this run is known as begun otherwise"
            return Verdict(Outcome.CONFLICT, key, record, begun)
        content = digest(record.raw if isinstance(record, Refused) else encode(record))
        if key.seq in book.marks.held:
            return _again(book, key, record, content)
        if book.marks.scattered(key.seq):
            holes = f"the run has {MOST_HOLES} holes already"
            return Verdict(Outcome.POSTPONED, key, record, holes)
        if isinstance(record, Refused):
            return _refuse(book, key, record, content, record.reason)
        objection = self._objection(uai, book, record)
        if objection is not None:
            return _refuse(book, key, record, content, objection)
        return self._store(uai, book, record, content)

    def _store(self, uai: str, book: Book, record: Record, content: bytes) -> Verdict:
        bulletin = record if isinstance(record, Bulletin) else None
        replaces = numbers(bulletin.replaces) if bulletin else NEVER
        book.enter(Entry(record.key.seq, content), replaces)
        self._effect(uai, book, record)
        late = bulletin is not None and self.at - bulletin.end > LATE_AFTER
        return Verdict(Outcome.STORED, record.key, record, late=late)

    def _effect(self, uai: str, book: Book, record: Record) -> None:
        match record:
            case Bulletin():
                book.timeline.add(record)
                if record.fleet and record.key.vantage is Vantage.SITE:
                    self._transaction.keep_fleet(uai, record.key, record.fleet)
            case InventoryRecord():
                self._transaction.keep_inventory(uai, record.key.vantage, record.inventory)
                self._list(uai, record.inventory)
            case Gap():
                other = self._book(uai, record.run, record.key.vantage)
                if other.marks.vantage is record.key.vantage:
                    other.marks = other.marks.losing(numbers(record.lost))
        if record.previous:
            other = self._book(uai, record.previous.run, record.key.vantage)
            other.marks = other.marks.reaching(record.previous.last)

    def _objection(self, uai: str, book: Book, record: Record) -> str | None:
        if record.key.vantage not in self._vantages:
            return f"vantage: {record.key.vantage} may not be spoken for here"
        if record.key.began > self.at + AHEAD:
            return "began: lies in the future; check the clock"
        match record:
            case Bulletin():
                return self._object_to_bulletin(uai, book, record)
            case Gap():
                other = self._book(uai, record.run, record.key.vantage)
                return _tearing("lost", other.marks.lost, record.lost)
            case _:
                return None

    def _object_to_bulletin(self, uai: str, book: Book, bulletin: Bulletin) -> str | None:
        if bulletin.end > self.at + AHEAD:
            return "end: lies in the future; check the clock"
        tearing = _tearing("replaces", book.marks.held, bulletin.replaces)
        if tearing:
            return tearing
        stranger = self._stranger(uai, bulletin)
        if stranger:
            return f"spells: {stranger} is not in inventory {bulletin.inventory}"
        if not book.timeline.agrees(bulletin):
            return "conflict: overlaps another bulletin of its run with other content"
        return None

    def _stranger(self, uai: str, bulletin: Bulletin) -> str | None:
        listed = self._listing(uai, bulletin.inventory) if bulletin.spells else None
        if listed is None:
            return None
        return next((s.resource for s in bulletin.spells if s.resource not in listed), None)

    def _listing(self, uai: str, named: str) -> frozenset[str] | None:
        own = self._listings.get(uai, {})
        if named not in own:
            inventory = self._transaction.inventory(uai, named)
            return self._list(uai, inventory) if inventory else None
        return own[named]

    def _list(self, uai: str, inventory: Inventory) -> frozenset[str]:
        own = self._listings.setdefault(uai, {})
        if len(own) >= MOST_LISTINGS:
            own.clear()
        return own.setdefault(inventory.digest, frozenset(r.id for r in inventory))

    def _book(self, uai: str, run: str, vantage: Vantage) -> Book:
        book = self._books.get((uai, run))
        if book is None:
            hull = self._hulls[uai].get(run, (0, 0))
            book = self._books[uai, run] = Book(self._transaction, uai, run, vantage, hull)
        return book


def _refuse(book: Book, key: Key, record: Record | Refused, content: bytes, reason: str) -> Verdict:
    book.enter(Entry(key.seq, content, reason), NEVER)
    return Verdict(Outcome.REFUSED, key, record, reason)


def _again(book: Book, key: Key, record: Record | Refused, content: bytes) -> Verdict:
    entry = book.entry(key.seq)
    if entry is not None and entry.digest != content:
        reason = "conflict: this number is held with other content"
        return Verdict(Outcome.CONFLICT, key, record, reason)
    return Verdict(Outcome.DUPLICATE, key, record, (entry and entry.refused) or "")


def _tearing(place: str, known: IntervalSet, ranges: tuple[Interval, ...]) -> str | None:
    """Return the objection to ranges that would tear a run's numbers into too many pieces."""
    if ranges and len((known | numbers(ranges)).spans) > MOST_HOLES:
        return f"{place}: makes more than {MOST_HOLES} separate ranges of the run"
    return None


def _hulls(records: Iterable[Record | Refused]) -> dict[str, Interval]:
    """Return the runs that records are of, each with the interval of its bulletins."""
    hulls: dict[str, Interval] = {}
    for record in records:
        if isinstance(record, Bulletin):
            low, high = hulls.get(record.key.run) or (record.start, record.end)
            hulls[record.key.run] = (min(low, record.start), max(high, record.end))
    return hulls
