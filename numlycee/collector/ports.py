"""What the collector asks of a store and of a broker, in the small parts that its modules need."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import NoReturn, Protocol

from numlycee.collector.marks import RunMarks
from numlycee.collector.model import LedgerLine
from numlycee.collector.timeline import Stretch
from numlycee.domain.devices import Fleet
from numlycee.domain.intervals import Interval
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.wire.records import Key


class StoreUnavailableError(Exception):
    """The store can commit nothing now (full, locked, away): the transaction had no effect."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The store's epoch, which grows when it is restored, and the number of its last commit."""

    epoch: int
    commit: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of one run: 16 bytes that tell its content, and why it was refused, if it was."""

    seq: int
    digest: bytes
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Suspect:
    """The first bytes of something that a site sent and that had no effect, kept for diagnosis."""

    uai: str
    at: int
    reason: str
    raw: bytes


class Sites(Protocol):
    """The sites of a batch, and the handshakes they opened."""

    def own(self, hulls: Mapping[str, Mapping[str, Interval]]) -> None:
        """Keep other writers, where there are any, from these sites until the end.

        Of each site, the stretches of runs that will be asked for may be named.
        """
        ...

    def nonces(self, uais: Sequence[str]) -> Mapping[str, str]:
        """Return the nonces of the last `hello` of these sites, as far as they said one."""
        ...

    def greet(self, uai: str, nonce: str) -> None:
        """Replace the nonce of a site."""
        ...


class Marks(Protocol):
    """How far each run is settled."""

    def standing(self) -> Standing:
        """Return the epoch and the number of the last commit; they stay so until the end."""
        ...

    def stand(self, standing: Standing) -> None:
        """Replace them."""
        ...

    def runs(self, uai: str) -> Sequence[RunMarks]:
        """Return every run known of a site."""
        ...

    def run(self, uai: str, run: str) -> RunMarks | None:
        """Return one run of a site."""
        ...

    def keep_run(self, marks: RunMarks) -> None:
        """Insert or replace the marks of a run."""
        ...


class Entries(Protocol):
    """What was received under each number; the run's marks are kept first."""

    def entry(self, uai: str, run: str, seq: int) -> Entry | None:
        """Return what is known of a number; None if nothing, or if it was pruned."""
        ...

    def enter(self, uai: str, run: str, entries: Sequence[Entry], at: int) -> None:
        """Insert entries received at an instant."""
        ...

    def refusals(self, uai: str, run: str) -> Sequence[Entry]:
        """Return the refused entries of a run, in order."""
        ...

    def count(self, uai: str, late: int, duplicate: int, conflict: int) -> None:
        """Add to the counts of a site's arrivals."""
        ...


class Stretches(Protocol):
    """The intervals of each run; the run's marks are kept first."""

    def stretch(self, uai: str, run: str, start: int, end: int) -> Stretch:
        """Return the rows that touch the closed interval ``[start, end]``, whole."""
        ...

    def replace(self, uai: str, run: str, removed: Stretch, added: Stretch) -> None:
        """Remove rows and insert others."""
        ...

    def inventory(self, uai: str, digest: str) -> Inventory | None:
        """Return an inventory of a site by its digest."""
        ...

    def keep_inventory(self, uai: str, vantage: Vantage, inventory: Inventory) -> None:
        """Insert an inventory, unless it is there."""
        ...


class Fleets(Protocol):
    """The mobile devices that sites counted."""

    def keep_fleet(self, uai: str, key: Key, fleet: Fleet) -> None:
        """Insert the counts of a day, or replace those of a lesser (began, run, seq)."""
        ...


class Suspects(Protocol):
    """The quarantine."""

    def quarantined(self, uai: str, since: int) -> int:
        """Return how many were kept of a site since an instant."""
        ...

    def quarantine(self, suspect: Suspect) -> None:
        """Keep one more."""
        ...


class Transaction(Sites, Marks, Entries, Stretches, Fleets, Suspects, Protocol):
    """Everything that one batch does to the store."""


class Store(Protocol):
    """Where the account is kept: one writer, all or nothing."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open the one transaction; leaving it commits durably, an exception undoes everything.

        Raises `StoreUnavailableError`, on entry, inside or on leaving.
        """
        ...

    def completeness(self) -> tuple[Standing, Iterable[LedgerLine]]:
        """Return the standing and a line for every site heard of, as last committed."""
        ...

    def latest(self) -> Iterable[tuple[str, Inventory]]:
        """Return the inventories of the sites' agents, those in force last at the end."""
        ...

    def fleets(self, since: date) -> Iterable[tuple[str, Fleet]]:
        """Return the counts of mobile devices of every site from a day on, the oldest first."""
        ...

    def prune(self, before: int) -> int:
        """Forget what needs no telling apart any more; returns how many rows went.

        That is: entries received before an instant and below the contiguous mark of their run,
        and what was quarantined before it.
        """
        ...


class Intake(Protocol):
    """What becomes of a batch; called in a worker thread, one batch at a time."""

    def handle(self, batch: Sequence[tuple[str, bytes]]) -> Sequence[tuple[str, bytes]]:
        """Take in (topic, payload) pairs, return those to publish.

        Raises `StoreUnavailableError` when nothing was stored.
        """
        ...


class BulletinSource(Protocol):
    """What brings an intake the messages of the sites, and acknowledges them once committed."""

    @property
    def connected(self) -> bool:
        """Tell whether messages can come."""
        ...

    async def run(self) -> NoReturn:
        """Serve until cancelled, connecting again whenever the session ends."""
        ...


class Leadership(Protocol):
    """Which of several collectors evaluates windows and alerts: one, or for a moment none."""

    @property
    def leading(self) -> bool:
        """Tell whether it is this one."""
        ...

    async def run(self) -> NoReturn:
        """Contend for it until cancelled."""
        ...


class Newcomers(Protocol):
    """The inventories that other collectors store."""

    def news(self) -> Iterable[tuple[str, Inventory]]:
        """Return those stored since the last time, with the UAI of their site; reads the store."""
        ...
