"""The published cases, through the whole vectorised way."""

from typing import Any

import pytest

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.register import Register
from numlycee.domain.tallies import Maintenance
from numlycee.rates.figures import Rates
from numlycee.rates.model import Hours, Level, Scope, Window
from numlycee.rates.ports import SpellRow
from tests.domain.test_vectors import CASES, calendar, compare, timeline
from tests.rates.histories import LINK, ListHistory, site

UAI = "0310036W"


def history(case: dict[str, Any]) -> ListHistory:
    past = ListHistory()
    start, _ = case["period"]
    born, _ = case.get("life", (start - 1, 0))
    before = [] if "life" in case else [(start - 1, start)]
    for n, (a, b) in enumerate((*before, *case["coverage"])):
        past.watched(UAI, (LINK,), max(a, born), b, run=f"r{n}")
    for spell in timeline(case).spells:
        for row in past.covered:
            a, b = max(spell.start, row.start), min(spell.end, row.end)
            if a < b:
                past.spelt.append(
                    SpellRow(UAI, "link", row.vantage, row.run, 0, spell.state, spell.cause, a, b)
                )
    return past


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case_at_once(case: dict[str, Any]) -> None:
    start, end = case["period"]
    windows = [Maintenance(**w) for w in case.get("maintenance", ())]
    register = Register(maintenance={(UAI, "link"): windows})
    sites = {UAI: site(UAI)}
    rates = Rates(history(case), sites, {"": calendar(case["calendar"])}, register)
    table = rates.table(Window("case", start, end, end), Hours.SERVICE)
    figures = table[Scope(Level.SITE, UAI), ResourceClass.LINK]
    contract, felt = figures.contract, figures.felt
    compare(contract, case["expected"]["contract"], contract.known, contract.low, contract.high)
    compare(felt, case["expected"]["felt"], felt.felt, felt.felt_low, felt.felt_high)
