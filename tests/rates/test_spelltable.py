"""Spells as columns say what the rows say."""

from random import Random

from numlycee.rates.spelltable import NOBODY, SpellTable
from tests.rates.worlds import world


def test_rows_come_back_as_they_were() -> None:
    history, _ = world(Random(5))
    table = SpellTable.holding(history.spelt)
    assert list(table) == history.spelt
    assert SpellTable.holding(table) is table
    assert list(SpellTable.holding([])) == []


def test_rows_are_numbered_by_site_and_resource() -> None:
    history, sites = world(Random(5))
    uai = next(iter(sites))
    table = SpellTable.holding(history.spelt)
    found = table.subjects({(uai, "sw"): 7, (uai, "unheard-of"): 8, ("0000000A", "sw"): 9})
    expected = [7 if (r.uai, r.resource) == (uai, "sw") else NOBODY for r in table]
    assert found.tolist() == expected
    assert set(expected) == {7, NOBODY}
    assert SpellTable.holding([]).subjects({(uai, "sw"): 7}).tolist() == []
