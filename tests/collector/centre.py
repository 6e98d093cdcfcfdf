"""A centre with its hands on the table, and agents that write to it: helpers of these tests."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.sql import SqlStore, open_store
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.collector.marks import RunMarks
from numlycee.collector.ports import Store, StoreUnavailableError, Transaction
from numlycee.domain.causes import Cause
from numlycee.domain.devices import Fleet
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.rates.ports import History
from numlycee.wire.messages import Hello, encode_hello
from numlycee.wire.receipts import Receipt, decode_receipt, site_key
from numlycee.wire.records import (
    Bulletin,
    Gap,
    InventoryRecord,
    Key,
    Previous,
    Record,
    ResourceSpell,
    batch,
    encode,
    inventory_of,
)
from numlycee.wire.topics import Topics

SITE, OTHER = "0310036W", "0310044E"
FLEET = (SITE, OTHER)
T0 = 1_795_424_400_000
STEP = 30_000
MASTER = b"a master secret of the tests"
TOPICS = Topics()
INVENTORY = inventory_of(
    [
        Resource("link", Kind.LINK, "Accès THD"),
        Resource("sw-coeur", Kind.SWITCH, "Cœur de réseau"),
        Resource("ap-b12", Kind.ACCESS_POINT, "Borne B12", parent="sw-coeur"),
    ]
)

Message = tuple[str, bytes]


@dataclass
class HandClock:
    """A wall clock set by hand."""

    at: int = T0

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / 1000

    async def sleep(self, seconds: float) -> None:
        self.at += int(seconds * 1000)


class AnyStore(Store, Protocol):
    """A store that also shows its history."""

    def history(self) -> AbstractContextManager[History]: ...


@dataclass
class Agent:
    """Writes the records of one run."""

    uai: str = SITE
    run: str = "00000000000000aa"
    began: int = T0
    vantage: Vantage = Vantage.SITE
    seq: int = 0
    end: int = T0
    inventory: Inventory = INVENTORY

    def key(self) -> Key:
        self.seq += 1
        return Key(self.vantage, self.run, self.began, self.seq)

    def listing(self) -> InventoryRecord:
        return InventoryRecord(self.key(), self.inventory)

    def bulletin(
        self,
        *spells: ResourceSpell,
        start: int | None = None,
        end: int | None = None,
        previous: Previous | None = None,
        replaces: tuple[tuple[int, int], ...] = (),
        fleet: Fleet | None = None,
    ) -> Bulletin:
        start = self.end if start is None else start
        self.end = start + STEP if end is None else end
        digest = self.inventory.digest
        return Bulletin(self.key(), digest, start, self.end, spells, previous, replaces, fleet)

    def gap(self, run: str, *lost: tuple[int, int]) -> Gap:
        return Gap(self.key(), run, lost, "spool full")

    def sends(self, *records: Record, sent: int = T0) -> Message:
        return (TOPICS.up(self.uai, "bulletin"), batch([encode(r) for r in records], sent))

    def hello(
        self,
        nonce: str = "n1",
        runs: dict[str, tuple[int, int]] | None = None,
        epoch: int = 0,
        commit: int = 0,
    ) -> Message:
        held = {self.run: (1, self.seq)} if runs is None else runs
        hello = Hello(nonce, self.run, self.began, held, epoch, commit, T0, 0)
        return (TOPICS.up(self.uai, "hello"), encode_hello(hello))


def down(
    resource: str, start: int, end: int, cause: Cause = Cause.TIMEOUT, state: State = State.DOWN
) -> ResourceSpell:
    return ResourceSpell(resource, state, cause, start, end)


class FailingStore:
    """A store whose commits fail while `broken`: everything else is the store's."""

    def __init__(self, store: AnyStore) -> None:
        self.store = store
        self.broken = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.transaction() as transaction:
            yield transaction
            if self.broken:
                raise StoreUnavailableError("disk full")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class Centre:
    """A store, a board and an ingest."""

    store: AnyStore
    clock: HandClock = field(default_factory=HandClock)
    vantages: Sequence[Vantage] = (Vantage.SITE,)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what only memory holds."""
        self.board = Board(FLEET, self.clock)
        self.board.restore(self.store.latest())
        self.ingest = Ingest(
            self.store,
            self.board,
            FLEET,
            partial(site_key, MASTER),
            self.clock,
            vantages=self.vantages,
        )

    def takes(self, *messages: Message) -> dict[str, Receipt]:
        receipts = {}
        for topic, payload in self.ingest.handle(messages):
            parsed = TOPICS.parse(topic)
            assert parsed is not None
            assert parsed[1:] == ("down", "receipt")
            receipts[parsed[0]] = decode_receipt(payload, site_key(MASTER, parsed[0]))
        return receipts


def dump(store: AnyStore) -> dict[str, object]:
    """Everything that the account says, without what tells of arrivals."""
    with store.transaction() as transaction:
        runs: list[RunMarks] = [m for uai in FLEET for m in transaction.runs(uai)]
        refused = [
            (m.uai, m.run, entry) for m in runs for entry in transaction.refusals(m.uai, m.run)
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


def memory(clock: HandClock, folder: Path) -> AnyStore:
    return MemoryStore(clock)


def sqlite(clock: HandClock, folder: Path) -> SqlStore:
    return open_store(f"sqlite:///{folder}/account.db", clock)


STORES: dict[str, Callable[[HandClock, Path], AnyStore]] = {"memory": memory, "sqlite": sqlite}
