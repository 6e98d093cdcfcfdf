"""What must be true of a store after whatever happened, and what it is held against."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.report_html.writing import documents
from numlycee.adapters.sql import SqlStore
from numlycee.annual.assemble import assemble
from numlycee.clock import Clock
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.domain.durations import DAY, HOUR
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.sites import Site
from numlycee.rates.figures import Rates
from numlycee.rates.model import Hours, Window
from numlycee.rates.ports import History
from numlycee.wire.receipts import Mark, site_key
from numlycee.wire.records import batch, decode_record, digest
from numlycee.wire.topics import Topics
from numlycee_agent.spool import marks
from numlycee_agent.spool.segments import survey
from tests.annual.year import CALENDAR, END, order
from tests.campaign.world import SECRET
from tests.collector.centre import AnyStore

Number = tuple[str, int]
TOPICS = Topics()
BATCH = 50


@dataclass
class Told:
    """All that one agent ever made durable, by run and number, in order."""

    uai: str
    spool: Path
    diary: Path
    records: dict[Number, bytes] = field(default_factory=dict)

    def look(self) -> None:
        """Take in what a spool holds whose agent is dead: the diary may lack its last word."""
        torn = self.diary.read_bytes().rpartition(b"\n")[2] if self.diary.exists() else b""
        if torn:
            os.truncate(self.diary, self.diary.stat().st_size - len(torn))
        for segment in survey(self.spool)[0] if self.spool.exists() else ():
            for kept in segment.read():
                self._note(kept.raw)

    def read(self) -> None:
        """Take in the diary as well; what is written never changes."""
        self.look()
        for line in self.diary.read_bytes().splitlines():
            self._note(line)

    def believed(self) -> Mapping[str, Mark]:
        """Return what the agent believes confirmed, of the runs that it still holds."""
        return marks.load(self.spool / "marks").runs

    def _note(self, raw: bytes) -> None:
        key = decode_record(raw).key
        known = self.records.setdefault((key.run, key.seq), raw)
        assert known == raw, f"{self.uai}: {key.run}/{key.seq} has changed"


def confirmed_is_stored(store: AnyStore, uai: str, believed: Mapping[str, Mark]) -> None:
    """Fail unless everything that an agent believes confirmed is stored."""
    with store.transaction() as transaction:
        held = {known.run: known.held for known in transaction.runs(uai)}
    for run, mark in believed.items():
        for first, last in ((1, mark.contiguous), *mark.beyond):
            confirmed = IntervalSet(((first, last + 1),)) if last >= first else NEVER
            missing = confirmed - held.get(run, NEVER)
            assert not missing, f"{uai}: {run}: confirmed and not stored: {missing}"


def all_is_stored_once(store: AnyStore, told: Told) -> None:
    """Fail unless every record is stored under its number, with its content, and none was lost."""
    with store.transaction() as transaction:
        for (run, seq), raw in told.records.items():
            entry = transaction.entry(told.uai, run, seq)
            assert entry is not None, f"{told.uai}: {run}/{seq} is not stored"
            assert entry.digest == digest(raw), f"{told.uai}: {run}/{seq} has another content"
            assert entry.refused is None, f"{told.uai}: {run}/{seq} was refused: {entry.refused}"
        for known in transaction.runs(told.uai):
            assert not known.lost, f"{told.uai}: {known.run}: declared lost: {known.lost}"
            assert not known.missing, f"{told.uai}: {known.run}: {known.missing} missing"


def holds_together(store: SqlStore) -> None:
    """Fail if an invariant of the store is broken, as `numlycee check` looks at them."""
    with store.checker() as checker:
        for finding in checker.findings():
            assert not finding.broken, f"{finding.invariant}: {finding.examples}"


def faultless(every: Sequence[Told], clock: Clock, store: AnyStore) -> AnyStore:
    """Return a store that took the same records in, in order and without any fault."""
    fleet = [one.uai for one in every]
    key_of = partial(site_key, SECRET.encode())
    ingest = Ingest(store, Board(fleet, clock), fleet, key_of, clock)
    for one in every:
        raws = sorted(one.records.values(), key=_age)
        for at in range(0, len(raws), BATCH):
            message = TOPICS.up(one.uai, "bulletin"), batch(raws[at : at + BATCH], END)
            ingest.handle([message])
    return store


def _age(raw: bytes) -> tuple[int, int]:
    key = decode_record(raw).key
    return key.began, key.seq


def account(store: AnyStore, fleet: Iterable[str]) -> Mapping[str, object]:
    """Return everything that the account says: marks, refusals, inventories, intervals."""
    with store.transaction() as transaction:
        runs = [known for uai in fleet for known in transaction.runs(uai)]
        refused = [
            (k.uai, k.run, entry) for k in runs for entry in transaction.refusals(k.uai, k.run)
        ]
    with store.history() as history:
        return {
            "runs": sorted(map(repr, runs)),
            "refused": sorted(map(repr, refused)),
            "inventories": sorted(map(repr, history.inventories())),
            "coverage": sorted(map(repr, history.coverage(0, 1 << 60))),
            "spells": sorted(map(repr, history.spells(0, 1 << 60))),
            "births": sorted(history.births()),
            "fleets": list(store.fleets(date.min)),
        }


def figures(store: AnyStore, sites: Sequence[Site], base: int) -> Mapping[str, bytes]:
    """Return the files of the annual report, and the tables of some windows, byte for byte."""
    with store.history() as history:
        rates = _rates(history, sites)
        files = dict(documents(assemble(rates, order(sites))))
        tables = {name: repr(table) for name, table in _tables(rates, base)}
    return {name: text.encode() for name, text in (*files.items(), *tables.items())}


def _rates(history: History, sites: Sequence[Site]) -> Rates:
    return Rates(history, {site.uai: site for site in sites}, {"": CALENDAR})


def _tables(rates: Rates, base: int) -> Iterator[tuple[str, object]]:
    spans = {"minute": 60_000, "quarter": 900_000, "hour": HOUR, "day": DAY}
    for name, length in spans.items():
        window = Window(name, base, base + length, END)
        for hours in Hours:
            yield f"{name}-{hours}", rates.table(window, hours)
            yield f"outages-{name}-{hours}", rates.outages(window, hours)


def held_against(
    store: AnyStore, every: Sequence[Told], sites: Sequence[Site], base: int
) -> Mapping[str, object]:
    """Fail unless a store says, to the byte, what a faultless one says; return what it says.

    That one is in memory, and shares no line with any database.
    """
    later = Later()
    fleet = [site.uai for site in sites]
    found, shown = account(store, fleet), figures(store, sites, base)
    oracle = faultless(every, later, MemoryStore(later))
    for part, rows in account(oracle, fleet).items():
        assert found[part] == rows, f"{part}: not what a run without faults gives"
    wanted = figures(oracle, sites, base)
    assert wanted.keys() == shown.keys()
    for name, content in wanted.items():
        assert shown[name] == content, f"{name}: not the bytes of a run without faults"
    return {**found, **shown}


class Later:
    """A clock that stands at the end of the school year."""

    def now(self) -> int:
        return END

    def monotonic(self) -> float:
        return END / 1000

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)
