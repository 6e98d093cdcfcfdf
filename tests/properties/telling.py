"""A history told again as bulletins, cut anywhere, merged, repeated, in any order, to a centre."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from random import Random

from numlycee.adapters.memory import MemoryStore
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Vantage
from numlycee.rates.ports import CoverageRow, History, SpellRow
from numlycee.wire.receipts import site_key
from numlycee.wire.records import (
    LONGEST_BULLETIN,
    Bulletin,
    InventoryRecord,
    Key,
    Record,
    ResourceSpell,
    batch,
    encode,
)
from numlycee.wire.topics import Topics
from tests.rates.histories import ListHistory

Letter = tuple[str, Record]
"""A record and the site that sends it."""

AFTERWARDS = 2_000_000_000_000
LINES = ("inventories", "coverage", "spells", "births")


class Afterwards:
    """A wall clock that stands in 2033."""

    def now(self) -> int:
        return AFTERWARDS

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


def letters(history: ListHistory, dice: Random) -> list[Letter]:
    """Return the bulletins that may have told a history: cut anywhere, some merged as well."""
    runs: dict[tuple[str, Vantage, str, int], list[CoverageRow]] = {}
    for row in sorted(history.covered, key=lambda row: row.start):
        runs.setdefault((row.uai, row.vantage, row.run, row.began), []).append(row)
    told: list[Letter] = []
    for (uai, vantage, run, began), rows in runs.items():
        spells = [s for s in history.spelt if (s.uai, s.vantage, s.run) == (uai, vantage, run)]
        pieces = [piece for row in rows for piece in _pieces(row, dice)]
        told += [
            (uai, _bulletin(Key(vantage, run, began, seq), *piece, spells))
            for seq, piece in enumerate(pieces, 1)
        ]
        digests = {row.inventory for row in rows}
        lists = [i for of, i in history.lists if of == uai and i.digest in digests]
        told += [
            (uai, InventoryRecord(Key(vantage, run, began, len(pieces) + n), inventory))
            for n, inventory in enumerate(lists, 1)
        ]
    return told


def _pieces(row: CoverageRow, dice: Random) -> Iterator[tuple[str, int, int]]:
    """Yield stretches that cover a row; some are told twice, whole and in parts."""
    cuts = {dice.randint(row.start, row.end) for _ in range(dice.randrange(4))}
    months = range(row.start, row.end, LONGEST_BULLETIN)
    marks = sorted({*cuts, *months, row.end})
    for start, end in pairwise(marks):
        yield row.inventory, start, end
        if dice.random() < 0.3 and end - start > 1:
            middle = dice.randrange(start + 1, end)
            yield row.inventory, start, middle


def _bulletin(
    key: Key, inventory: str, start: int, end: int, spells: Iterable[SpellRow]
) -> Bulletin:
    inside = tuple(
        ResourceSpell(
            s.resource, s.state, s.cause or Cause.OTHER, max(start, s.start), min(end, s.end)
        )
        for s in spells
        if s.start < end and start < s.end
    )
    return Bulletin(key, inventory, start, end, inside)


def told(fleet: Iterable[str], post: Sequence[Letter], dice: Random) -> MemoryStore:
    """Return what a centre keeps of letters that come in this order, in batches of any size."""
    clock, topics, fleet = Afterwards(), Topics(), list(fleet)
    store = MemoryStore(clock)
    key_of = partial(site_key, b"a master secret of the tests")
    ingest = Ingest(store, Board(fleet, clock), fleet, key_of, clock, vantages=tuple(Vantage))
    rest = list(post)
    while rest:
        size = dice.choice([1, 2, 7, 50])
        now, rest = rest[:size], rest[size:]
        ingest.handle(
            [
                (topics.up(uai, "bulletin"), batch([encode(record)], clock.now()))
                for uai, record in now
            ]
        )
    assert not ingest.ledger(0).rejected
    assert {"refused", "conflict"}.isdisjoint(n for n, count in ingest.outcomes.items() if count)
    return store


def rows(history: History) -> dict[str, list[str]]:
    """Return every row as text, in an order that does not depend on how they came."""
    ever = (0, 1 << 60)
    return {
        "inventories": sorted(map(repr, history.inventories())),
        "coverage": sorted(map(repr, history.coverage(*ever))),
        "spells": sorted(map(repr, history.spells(*ever))),
        "births": sorted(map(repr, history.births())),
    }
