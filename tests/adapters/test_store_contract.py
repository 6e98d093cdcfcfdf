"""One contract, every store."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from numlycee.adapters.sql import SqlStore
from numlycee.collector.marks import RunMarks
from numlycee.collector.ports import Entry, Standing, Suspect
from numlycee.collector.timeline import Covered, Seen, Stretch
from numlycee.domain.causes import Cause
from numlycee.domain.devices import Cell, Fleet
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.records import Key, inventory_of
from tests.collector.centre import INVENTORY, OTHER, SITE, STORES, T0, AnyStore, HandClock, dump

RUN = "00000000000000aa"
MARKS = RunMarks(SITE, RUN, Vantage.SITE, T0, IntervalSet(((1, 4), (6, 7))), last=9, refused=1)
ROWS = Stretch(
    (Covered(INVENTORY.digest, T0, T0 + 100), Covered("later", T0 + 200, T0 + 300)),
    (
        Seen("link", State.DOWN, Cause.TIMEOUT, T0, T0 + 10),
        Seen("ap-b12", State.UNREACHABLE, Cause.PARENT, T0 + 210, T0 + 300),
    ),
)


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    opened = STORES[request.param](HandClock(), tmp_path)
    yield opened
    if isinstance(opened, SqlStore):
        opened.close()


def fill(store: AnyStore) -> None:
    with store.transaction() as transaction:
        transaction.keep_run(MARKS)
        transaction.replace(SITE, RUN, Stretch(), ROWS)
        transaction.keep_inventory(SITE, Vantage.SITE, INVENTORY)


def test_a_new_store_begins_an_epoch_dated_in_seconds(store: AnyStore) -> None:
    with store.transaction() as transaction:
        assert transaction.standing() == Standing(T0 // 1000, 0)
        transaction.stand(Standing(5, 7))
    assert store.completeness()[0] == Standing(5, 7)


def test_marks_come_back_as_they_were_kept(store: AnyStore) -> None:
    hearsay = RunMarks(SITE, "hearsay", Vantage.SITE, lost=IntervalSet(((1, 3),)), last=2)
    with store.transaction() as transaction:
        assert transaction.run(SITE, RUN) is None
        transaction.keep_run(MARKS)
        transaction.keep_run(hearsay)
        assert transaction.run(SITE, RUN) == MARKS
    later = MARKS.reaching(12)
    with store.transaction() as transaction:
        transaction.keep_run(later)
    with store.transaction() as transaction:
        assert sorted(transaction.runs(SITE), key=lambda m: m.run) == [later, hearsay]
        assert transaction.runs(OTHER) == []


def test_entries_come_back(store: AnyStore) -> None:
    good, bad = Entry(1, b"d" * 16), Entry(2, b"e" * 16, "malformed")
    with store.transaction() as transaction:
        assert transaction.entry(SITE, RUN, 1) is None
        transaction.keep_run(MARKS)
        transaction.enter(SITE, RUN, (bad, good), T0)
    with store.transaction() as transaction:
        assert transaction.entry(SITE, RUN, 1) == good
        assert transaction.entry(SITE, RUN, 2) == bad
        assert transaction.entry(SITE, RUN, 3) is None
        assert transaction.entry(OTHER, RUN, 1) is None
        assert transaction.refusals(SITE, RUN) == [bad]


@pytest.mark.parametrize(
    ("start", "end", "covered", "spells"),
    [(0, 50, 1, 1), (11, 100, 1, 0), (100, 100, 1, 0), (101, 199, 0, 0), (100, 210, 2, 1)],
)
def test_a_stretch_is_what_touches(
    store: AnyStore, start: int, end: int, covered: int, spells: int
) -> None:
    fill(store)
    with store.transaction() as transaction:
        found = transaction.stretch(SITE, RUN, T0 + start, T0 + end)
        assert transaction.stretch(OTHER, RUN, T0, T0 + 300) == Stretch()
    assert (len(found.covered), len(found.spells)) == (covered, spells)


def test_rows_are_replaced(store: AnyStore) -> None:
    fill(store)
    added = Stretch(
        (Covered(INVENTORY.digest, T0, T0 + 300),),
        (Seen("link", State.DEGRADED, Cause.SLOW, T0, T0 + 20),),
    )
    with store.transaction() as transaction:
        transaction.replace(SITE, RUN, ROWS, added)
    with store.transaction() as transaction:
        assert transaction.stretch(SITE, RUN, 0, 1 << 60) == added


def test_history_shares_an_instant_or_is_left_out(store: AnyStore) -> None:
    fill(store)
    with store.history() as history:
        (row,) = history.coverage(T0 + 99, T0 + 200)
        assert (row.uai, row.vantage, row.run, row.began) == (SITE, Vantage.SITE, RUN, T0)
        assert (row.inventory, row.start, row.end) == (INVENTORY.digest, T0, T0 + 100)
        assert list(history.coverage(T0 + 100, T0 + 200)) == []
        (spell,) = history.spells(T0 + 299, T0 + 400)
        assert (spell.resource, spell.state, spell.cause) == (
            "ap-b12", State.UNREACHABLE, Cause.PARENT,
        )  # fmt: skip
        assert list(history.inventories()) == [(SITE, INVENTORY)]
        births = {(SITE, INVENTORY.digest, T0), (SITE, "later", T0 + 200)}
        assert set(history.births()) == births


def test_an_exception_undoes_everything(store: AnyStore) -> None:
    fill(store)
    before = dump(store)
    with pytest.raises(ZeroDivisionError):
        write_half(store)
    assert dump(store) == before
    with store.transaction() as transaction:
        assert transaction.quarantined(SITE, 0) == 0


def write_half(store: AnyStore) -> None:
    with store.transaction() as transaction:
        transaction.keep_run(MARKS.reaching(99))
        transaction.replace(SITE, RUN, ROWS, Stretch())
        transaction.quarantine(Suspect(SITE, T0, "why", b"raw"))
        raise ZeroDivisionError


def test_a_reader_keeps_its_snapshot_while_the_writer_goes_on(store: AnyStore) -> None:
    fill(store)
    with store.history() as history:
        writer = Thread(target=write_more, args=(store,))
        writer.start()
        writer.join()
        assert len(list(history.coverage(0, 1 << 60))) == 2
    with store.history() as history:
        assert len(list(history.coverage(0, 1 << 60))) == 3


def write_more(store: AnyStore) -> None:
    more = Stretch((Covered("more", T0 + 400, T0 + 500),))
    with store.transaction() as transaction:
        transaction.replace(SITE, RUN, Stretch(), more)


def test_completeness_adds_up_the_runs_of_a_site(store: AnyStore) -> None:
    fill(store)
    with store.transaction() as transaction:
        transaction.keep_run(RunMarks(SITE, "x", Vantage.SITE, lost=IntervalSet(((1, 4),)), last=3))
        transaction.count(SITE, 1, 2, 3)
        transaction.count(SITE, 10, 20, 30)
        transaction.count(OTHER, 0, 1, 0)
    lines = {line.uai: line for line in store.completeness()[1]}
    line = lines[SITE]
    assert (line.expected, line.stored, line.refused) == (12, 3, 1)
    assert (line.missing, line.declared_lost) == (5, 3)
    assert (line.late, line.duplicate, line.conflict) == (11, 22, 33)
    assert lines[OTHER].duplicate == 1


def test_the_inventory_in_force_last_comes_last(store: AnyStore) -> None:
    older = inventory_of([Resource("link", Kind.LINK, "Accès THD")])
    newest = inventory_of([Resource("link", Kind.LINK, "Fibre")])
    centres = inventory_of([Resource("link", Kind.LINK, "Vu du centre")])
    with store.transaction() as transaction:
        transaction.keep_inventory(SITE, Vantage.SITE, newest)
        transaction.keep_inventory(SITE, Vantage.CENTRE, centres)
    fill(store)
    with store.transaction() as transaction:
        transaction.keep_inventory(SITE, Vantage.SITE, older)
        rows = Stretch((Covered(older.digest, T0 - 50, T0),))
        transaction.replace(SITE, RUN, Stretch(), rows)
    assert [i for _, i in store.latest()] == [older, INVENTORY, newest]


def test_of_the_counts_of_a_day_the_latest_record_holds(store: AnyStore) -> None:
    zero: dict[Cell, int | None] = dict.fromkeys(Cell, 0)
    first = Fleet(date(2026, 11, 23), zero | {Cell.SERVICEABLE_SEEN: 540, Cell.REPAIR: None})
    better = Fleet(first.day, zero | {Cell.IDLE: 7})
    monday = Fleet(date(2026, 11, 16), zero)
    key, later = Key(Vantage.SITE, RUN, T0, 9), Key(Vantage.SITE, RUN, T0, 10)
    for told in ((first, key), (better, later), (first, key), (monday, key)):
        with store.transaction() as transaction:
            transaction.keep_fleet(SITE, told[1], told[0])
    with store.transaction() as transaction:
        transaction.keep_fleet(OTHER, key, first)
    assert store.fleets(monday.day) == [(SITE, monday), (SITE, better), (OTHER, first)]
    assert store.fleets(first.day) == [(SITE, better), (OTHER, first)]


def test_an_inventory_is_kept_once_and_found_by_its_site(store: AnyStore) -> None:
    for _ in range(2):
        fill(store)
    with store.transaction() as transaction:
        assert transaction.inventory(SITE, INVENTORY.digest) == INVENTORY
        assert transaction.inventory(OTHER, INVENTORY.digest) is None
    with store.history() as history:
        assert len(list(history.inventories())) == 1
