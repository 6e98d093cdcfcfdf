"""The reference store: everything in dictionaries, each transaction on a copy of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock

from numlycee.clock import Clock
from numlycee.collector.marks import RunMarks
from numlycee.collector.model import LedgerLine
from numlycee.collector.ports import Entry, Standing, Suspect
from numlycee.collector.timeline import Stretch
from numlycee.domain.devices import Fleet
from numlycee.domain.intervals import Interval
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.rates.ports import CoverageRow, SpellRow
from numlycee.wire.records import Key

RunKey = tuple[str, str]
FleetKey = tuple[int, str, int]


@dataclass(slots=True)
class _Content:
    """Dictionaries of immutable values: a shallow copy of each is a snapshot."""

    standing: Standing
    runs: dict[RunKey, RunMarks] = field(default_factory=dict)
    entries: dict[tuple[str, str, int], tuple[Entry, int]] = field(default_factory=dict)
    stretches: dict[RunKey, Stretch] = field(default_factory=dict)
    inventories: dict[tuple[str, Vantage, str], Inventory] = field(default_factory=dict)
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    suspects: tuple[Suspect, ...] = ()
    fleets: dict[tuple[str, date], tuple[FleetKey, Fleet]] = field(default_factory=dict)
    nonces: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "_Content":
        return _Content(
            self.standing,
            dict(self.runs),
            dict(self.entries),
            dict(self.stretches),
            dict(self.inventories),
            dict(self.counts),
            self.suspects,
            dict(self.fleets),
            dict(self.nonces),
        )


class MemoryStore:
    """A store that forgets when the process ends; small and plainly right."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty, in an epoch dated in seconds like that of any new store."""
        self._content = _Content(Standing(clock.now() // 1000, 0))
        self._writing = Lock()

    @contextmanager
    def transaction(self) -> Iterator["MemoryTransaction"]:
        """Open the one transaction."""
        with self._writing:
            content = self._content.copy()
            yield MemoryTransaction(content)
            self._content = content

    @contextmanager
    def history(self) -> Iterator["MemoryHistory"]:
        """Read the account as it stands now, whatever is written meanwhile."""
        yield MemoryHistory(self._content)

    def completeness(self) -> tuple[Standing, Iterable[LedgerLine]]:
        """Return the standing and a line for every site heard of."""
        content = self._content
        lines = {uai: LedgerLine(uai) for uai, _ in content.runs}
        for (uai, _), marks in content.runs.items():
            line = lines[uai]
            lines[uai] = replace(
                line,
                expected=line.expected + marks.last,
                stored=line.stored + marks.stored,
                refused=line.refused + marks.refused,
                missing=line.missing + marks.missing,
                declared_lost=line.declared_lost + marks.declared_lost,
            )
        for uai, (late, duplicate, conflict) in content.counts.items():
            line = lines.get(uai, LedgerLine(uai))
            lines[uai] = replace(line, late=late, duplicate=duplicate, conflict=conflict)
        return content.standing, list(lines.values())

    def latest(self) -> Iterable[tuple[str, Inventory]]:
        """Return the inventories of the sites' agents, those in force last at the end."""
        content = self._content
        ends: dict[tuple[str, str], float] = {}
        for (uai, run), stretch in content.stretches.items():
            if content.runs[uai, run].vantage is Vantage.SITE:
                for row in stretch.covered:
                    key = (uai, row.inventory)
                    ends[key] = max(ends.get(key, row.end), row.end)
        site = [(u, i) for (u, v, _), i in content.inventories.items() if v is Vantage.SITE]
        return sorted(site, key=lambda pair: ends.get((pair[0], pair[1].digest), float("inf")))

    def fleets(self, since: date) -> Iterable[tuple[str, Fleet]]:
        """Return the counts of mobile devices of every site from a day on, the oldest first."""
        told = [(day, uai, kept[1]) for (uai, day), kept in self._content.fleets.items()]
        return [(uai, fleet) for day, uai, fleet in sorted(told, key=_by_day) if day >= since]

    def prune(self, before: int) -> int:
        """Forget entries below the contiguous marks and suspects, received before an instant."""
        with self.transaction() as transaction:
            return transaction.prune(before)


def _by_day(row: tuple[date, str, Fleet]) -> tuple[date, str]:
    return row[:2]


class MemoryTransaction:
    """One transaction upon a copy."""

    def __init__(self, content: _Content) -> None:
        """Work on this copy."""
        self._content = content

    def own(self, hulls: Mapping[str, Mapping[str, Interval]]) -> None:
        """Do nothing: there is one writer."""

    def nonces(self, uais: Sequence[str]) -> Mapping[str, str]:
        """Return the nonces of the sites that have said hello."""
        return {uai: nonce for uai, nonce in self._content.nonces.items() if uai in uais}

    def greet(self, uai: str, nonce: str) -> None:
        """Replace the nonce of a site."""
        self._content.nonces[uai] = nonce

    def standing(self) -> Standing:
        """Return the epoch and the number of the last commit."""
        return self._content.standing

    def stand(self, standing: Standing) -> None:
        """Replace them."""
        self._content.standing = standing

    def runs(self, uai: str) -> Sequence[RunMarks]:
        """Return every run known of a site."""
        return [marks for (site, _), marks in self._content.runs.items() if site == uai]

    def run(self, uai: str, run: str) -> RunMarks | None:
        """Return one run of a site."""
        return self._content.runs.get((uai, run))

    def keep_run(self, marks: RunMarks) -> None:
        """Insert or replace the marks of a run."""
        self._content.runs[marks.uai, marks.run] = marks

    def entry(self, uai: str, run: str, seq: int) -> Entry | None:
        """Return what is known of a number."""
        found = self._content.entries.get((uai, run, seq))
        return found[0] if found else None

    def enter(self, uai: str, run: str, entries: Sequence[Entry], at: int) -> None:
        """Insert entries received at an instant."""
        self._content.entries.update({(uai, run, entry.seq): (entry, at) for entry in entries})

    def refusals(self, uai: str, run: str) -> Sequence[Entry]:
        """Return the refused entries of a run, in order."""
        found = (
            entry
            for (site, name, _), (entry, _) in self._content.entries.items()
            if (site, name) == (uai, run) and entry.refused is not None
        )
        return sorted(found, key=lambda entry: entry.seq)

    def count(self, uai: str, late: int, duplicate: int, conflict: int) -> None:
        """Add to the counts of a site's arrivals."""
        before = self._content.counts.get(uai, (0, 0, 0))
        self._content.counts[uai] = (
            before[0] + late,
            before[1] + duplicate,
            before[2] + conflict,
        )

    def stretch(self, uai: str, run: str, start: int, end: int) -> Stretch:
        """Return the rows that touch the closed interval ``[start, end]``, whole."""
        rows = self._content.stretches.get((uai, run), Stretch())
        return Stretch(
            tuple(r for r in rows.covered if r.start <= end and start <= r.end),
            tuple(r for r in rows.spells if r.start <= end and start <= r.end),
        )

    def replace(self, uai: str, run: str, removed: Stretch, added: Stretch) -> None:
        """Remove rows and insert others."""
        rows = self._content.stretches.get((uai, run), Stretch())
        self._content.stretches[uai, run] = Stretch(
            (*(r for r in rows.covered if r not in removed.covered), *added.covered),
            (*(r for r in rows.spells if r not in removed.spells), *added.spells),
        )

    def inventory(self, uai: str, digest: str) -> Inventory | None:
        """Return an inventory of a site by its digest."""
        found = (self._content.inventories.get((uai, vantage, digest)) for vantage in Vantage)
        return next((inventory for inventory in found if inventory), None)

    def keep_inventory(self, uai: str, vantage: Vantage, inventory: Inventory) -> None:
        """Insert an inventory, unless it is there."""
        self._content.inventories.setdefault((uai, vantage, inventory.digest), inventory)

    def keep_fleet(self, uai: str, key: Key, fleet: Fleet) -> None:
        """Insert the counts of a day, or replace those of a lesser (began, run, seq)."""
        place, rank = (uai, fleet.day), (key.began, key.run, key.seq)
        if place not in self._content.fleets or self._content.fleets[place][0] < rank:
            self._content.fleets[place] = (rank, fleet)

    def quarantined(self, uai: str, since: int) -> int:
        """Return how many were kept of a site since an instant."""
        return sum(s.uai == uai and s.at >= since for s in self._content.suspects)

    def quarantine(self, suspect: Suspect) -> None:
        """Keep one more."""
        self._content.suspects += (suspect,)

    def prune(self, before: int) -> int:
        """Forget what was received before an instant and needs no telling apart."""
        content = self._content
        size = len(content.entries) + len(content.suspects)
        marks = {key: run.mark.contiguous for key, run in content.runs.items()}
        content.entries = {
            (uai, run, seq): (entry, at)
            for (uai, run, seq), (entry, at) in content.entries.items()
            if at >= before or seq > marks[uai, run]
        }
        content.suspects = tuple(s for s in content.suspects if s.at >= before)
        return size - len(content.entries) - len(content.suspects)


class MemoryHistory:
    """The stored past, as the rates ask for it."""

    def __init__(self, content: _Content) -> None:
        """Read this content, which nobody changes."""
        self._content = content

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        """Return every known inventory with the UAI of its site."""
        return [(uai, inventory) for (uai, _, _), inventory in self._content.inventories.items()]

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        """Return the coverage rows that share an instant with ``[start, end)``."""
        for marks, stretch in self._accounts():
            for row in stretch.covered:
                if row.start < end and start < row.end:
                    yield CoverageRow(marks.uai, marks.vantage, marks.run, marks.began or 0, *row)

    def spells(self, start: int, end: int) -> Iterable[SpellRow]:
        """Return the spells that share an instant with ``[start, end)``."""
        for marks, stretch in self._accounts():
            for resource, state, cause, began, ended in stretch.spells:
                if began < end and start < ended:
                    yield SpellRow(
                        marks.uai, resource, marks.vantage, marks.run, marks.began or 0,
                        state, cause, began, ended,
                    )  # fmt: skip

    def births(self) -> Iterable[tuple[str, str, int]]:
        """Return UAI, inventory digest and first instant covered under it."""
        first: dict[tuple[str, str], int] = {}
        for marks, stretch in self._accounts():
            for row in stretch.covered:
                key = (marks.uai, row.inventory)
                first[key] = min(first.get(key, row.start), row.start)
        return [(uai, digest, start) for (uai, digest), start in first.items()]

    def _accounts(self) -> Iterable[tuple[RunMarks, Stretch]]:
        runs: Mapping[RunKey, RunMarks] = self._content.runs
        return ((runs[key], stretch) for key, stretch in self._content.stretches.items())
