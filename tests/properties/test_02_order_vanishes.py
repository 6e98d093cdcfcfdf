"""Property 2: any permutation, duplication or re-batching of bulletins gives identical rows,
figures and files. Nearer to the ledger, with runs that declare gaps and on SQLite as well, it is
in `tests/collector/test_order.py`."""

from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.rates.figures import Rates
from numlycee.rates.model import Hours
from tests.annual.year import order
from tests.proof import examples
from tests.properties.telling import letters, rows, told
from tests.properties.years import Year, some_window, years
from tests.reading import quickly

pytestmark = pytest.mark.slow
SEEDS = st.integers(0, 2**32)


def delivered(year: Year, seed: int) -> tuple[MemoryStore, MemoryStore]:
    """Return two accounts of a year: told in order, and cut elsewhere, repeated, in no order."""
    plain = letters(year.history, Random(seed))
    mixed = letters(year.history, Random(seed + 1))
    dice = Random(seed + 2)
    mixed += dice.choices(mixed, k=len(mixed) // 2) if mixed else []
    dice.shuffle(mixed)
    return told(year.sites, plain, Random(0)), told(year.sites, mixed, dice)


def read(store: MemoryStore, year: Year) -> Rates:
    with store.history() as history:
        return quickly(history, year.sites, year.calendars, year.register)


@settings(max_examples=examples(80))
@given(year=years, seed=SEEDS)
def test_rows_and_figures_are_identical(year: Year, seed: int) -> None:
    plain, mixed = delivered(year, seed)
    with plain.history() as expected, mixed.history() as found:
        assert rows(found) == rows(expected)
    window = some_window(Random(seed), year)
    as_told = quickly(year.history, year.sites, year.calendars, year.register)
    for hours in Hours:
        expected_table = as_told.table(window, hours)
        for rates in (read(plain, year), read(mixed, year)):
            assert rates.table(window, hours) == expected_table
            assert rates.outages(window, hours) == as_told.outages(window, hours)
            assert rates.shared_outages(window, hours) == as_told.shared_outages(window, hours)


def files(rates: Rates, year: Year) -> Mapping[str, str]:
    wanted = order(year.sites.values(), year=year.name, calendars=year.calendars)
    return dict(documents(assemble(rates, wanted)))


@settings(max_examples=examples(6))
@given(year=years, seed=SEEDS)
def test_files_are_identical(year: Year, seed: int) -> None:
    plain, mixed = delivered(year, seed)
    assert files(read(mixed, year), year) == files(read(plain, year), year)
