"""The spells of every store come as columns that say what was kept, whatever things are called."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from numlycee.adapters.sql import SqlStore
from numlycee.collector.marks import RunMarks
from numlycee.collector.timeline import Seen, Stretch
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Vantage
from numlycee.domain.states import STORED
from numlycee.rates.ports import SpellRow
from numlycee.rates.spelltable import SpellTable
from tests.collector.centre import OTHER, SITE, STORES, T0, AnyStore, HandClock

EVER = (0, 1 << 42)
NAMES = ("link", "a,b", 'c "d"', "e\nf", "é ;")
RUNS = [
    RunMarks(SITE, "r1", Vantage.SITE, T0),
    RunMarks(SITE, "r2", Vantage.CENTRE),
    RunMarks(OTHER, "r1", Vantage.SITE, T0 + 1),
]


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyStore]:
    opened = STORES[request.param](HandClock(), tmp_path)
    yield opened
    if isinstance(opened, SqlStore):
        opened.close()


def spells(start: int) -> tuple[Seen, ...]:
    causes = (Cause.TIMEOUT, Cause.SITE_DARK, Cause.EDGE)
    return tuple(
        Seen(name, state, cause, start + n, start + n + 5)
        for name in NAMES
        for n, (state, cause) in enumerate(
            ((state, cause) for state in STORED for cause in causes), start=1
        )
    )


def test_every_spell_comes_back(store: AnyStore) -> None:
    expected = set()
    with store.transaction() as transaction:
        for n, marks in enumerate(RUNS):
            kept = spells(T0 + 1000 * n)
            transaction.keep_run(marks)
            transaction.replace(marks.uai, marks.run, Stretch(), Stretch((), kept))
            about = (marks.vantage, marks.run, marks.began or 0)
            expected |= {
                SpellRow(marks.uai, name, *about, state, cause, start, end)
                for name, state, cause, start, end in kept
            }
    with store.history() as history:
        found = list(history.spells(*EVER))
        assert set(found) == expected
        assert len(found) == len(expected)
        assert {row.start for row in history.spells(0, T0 + 2)} == {T0 + 1}


def test_nothing_is_no_row(store: AnyStore) -> None:
    with store.history() as history:
        table = SpellTable.holding(history.spells(*EVER))
    assert list(table) == []
    assert table.state.dtype == table.cause.dtype == "uint8"
