"""The same past gives the same bytes, in whatever order it came."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import pytest

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.report_html import write_report
from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.annual.editions import Ledger
from numlycee.annual.order import Order
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.objectives import Promises
from numlycee.domain.sites import Site
from numlycee.rates.figures import Rates
from numlycee.region.equipment import equip
from numlycee.region.history import History
from numlycee.wire.receipts import site_key
from numlycee.wire.records import batch, encode
from numlycee.wire.topics import Topics
from tests.annual.year import (
    CALENDAR,
    END,
    YEAR,
    ZONE,
    Rows,
    generated,
    order,
    rates,
    region,
)

pytestmark = pytest.mark.slow
SITES = region(6)


def texts(rows: Rows, wanted: Order | None = None, as_of: int | None = None) -> Mapping[str, str]:
    return dict(documents(assemble(rates(rows, SITES), wanted or order(SITES), as_of)))


def test_the_same_past_gives_the_same_bytes() -> None:
    assert texts(generated(SITES)) == texts(generated(SITES))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    rows = generated(SITES)
    assert texts(rows.shuffled(seed)) == texts(rows)


class LongAfter:
    """A wall clock that stands well after the year."""

    def now(self) -> int:
        return END + 40 * 86_400_000

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


def _messages(sites: Sequence[Site]) -> list[tuple[str, bytes]]:
    history = History(sites, 7, date(2026, 5, 1), END, ZONE)
    shared = history.regional()
    topics = Topics()
    return [
        (topics.up(site.uai, "bulletin"), batch([encode(record)], END))
        for site in sites
        for record in history.of(site, equip(site, 7), shared)
    ]


def _stored(messages: Sequence[tuple[str, bytes]]) -> Mapping[str, str]:
    clock = LongAfter()
    fleet = [site.uai for site in SITES[:3]]
    store = MemoryStore(clock)
    ingest = Ingest(store, Board(fleet, clock), fleet, partial(site_key, b"secret"), clock)
    for first in range(0, len(messages), 50):
        ingest.handle(messages[first : first + 50])
    wanted = order(SITES[:3])
    with store.history() as history:
        return dict(documents(assemble(Rates(history, wanted.sites, {"": CALENDAR}), wanted)))


def test_the_order_and_the_repetition_of_bulletins_change_nothing() -> None:
    messages = _messages(SITES[:3])
    random = Random(3)
    again = random.sample(messages, len(messages)) + random.sample(messages, 40)
    assert _stored(again) == _stored(messages)


def test_what_comes_after_as_of_changes_nothing() -> None:
    rows = generated(SITES)
    instant = END - 200 * 86_400_000
    early = Rows(
        rows.listed,
        [row for row in rows.covered if row.start < instant],
        [row for row in rows.told if row.start < instant],
    )
    assert texts(early, as_of=instant) == texts(rows, as_of=instant)


def test_the_digest_names_its_inputs() -> None:
    rows = generated(SITES)
    before = assemble(rates(rows, SITES), order(SITES)).edition.digest
    fewer = Rows(rows.listed, rows.covered, rows.told[1:])
    assert assemble(rates(fewer, SITES), order(SITES)).edition.digest != before
    assert (
        assemble(rates(rows, SITES), order(SITES, objectives=Promises())).edition.digest != before
    )


def test_the_files_are_written_whole_and_over_the_old(tmp_path: Path) -> None:
    past = rates(generated(SITES), SITES)
    (tmp_path / "rapport.html").write_text("old")
    write_report(past, order(SITES), tmp_path)
    expected = texts(generated(SITES))
    found = {
        str(path.relative_to(tmp_path)): path.read_bytes().decode()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    ledger = Ledger.of(found.pop("editions.json"))
    assert found == dict(expected)
    assert {*ledger.entries[0].files} == {*found}
    assert YEAR in found["rapport.html"]


def test_what_is_first_watched_after_the_year_changes_nothing() -> None:
    rows = generated(SITES)
    before = texts(rows)
    arrived = Resource("imprimante-neuve", Kind.PRINTER, "Imprimante", period=3_600_000)
    rows.add(SITES[0].uai, [arrived], (END, END + 86_400_000))
    assert texts(rows) == before
