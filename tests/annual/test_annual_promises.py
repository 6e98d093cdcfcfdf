"""Objectives of academies and lycées, and contracts judged cut by cut in their own hours."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.annual.model import AnnualReport, deciding
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.contracts import Contract
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Objective, Period, Promises, Verdict
from numlycee.domain.register import Overrule, Register, Trace
from numlycee.domain.tallies import Maintenance, Rate
from numlycee.rates.figures import Rates
from numlycee.rates.model import Level
from tests.annual.year import CALENDAR, END, HOUR, MINUTE, START, Rows, at, order, region

pytestmark = pytest.mark.slow

LINK = Resource("link", Kind.LINK, "Lien THD")
SITES = region(8)
ACADEMIES = sorted({site.department.academy for site in SITES})
NOON = at(date(2026, 1, 20), 12)
DAY = 24 * HOUR
UAI = SITES[0].uai


def watched() -> Rows:
    rows = Rows()
    for site in SITES:
        rows.add(site.uai, [LINK], (START, END))
    return rows


def promise(target: int, academy: str = "", uai: str = "") -> Objective:
    return Objective(
        ResourceClass.LINK, Rate(target, 1000), "service", Owner.OPERATOR, academy, uai
    )


def made(
    rows: Rows,
    *promises: Objective,
    contracts: Sequence[Contract] = (),
    register: Register | None = None,
) -> AnnualReport:
    said = register or Register()
    wanted = order(
        SITES, objectives=Promises.of(promises), contracts=tuple(contracts), register=said
    )
    return assemble(Rates(rows, wanted.sites, {"": CALENDAR}, said), wanted)


def table(report: AnnualReport, name: str) -> Sequence[Mapping[str, str]]:
    text = dict(documents(report))[f"donnees/{name}.csv"]
    return list(csv.DictReader(io.StringIO(text)))


def test_each_place_is_judged_by_what_was_promised_to_it() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + 30 * HOUR)
    academy = SITES[0].department.academy
    other = next(s for s in SITES if s.department.academy == academy and s.uai != UAI)
    report = made(rows, promise(999), promise(900, academy=academy), promise(1000, uai=UAI))
    verdicts = {
        t.scope.key: (t.objective, t.verdict)
        for t in report.territories
        if t.scope.level is Level.ACADEMY
    }
    assert verdicts[academy] == (promise(900, academy=academy), Verdict.MET)
    assert all(v == (promise(999), Verdict.MET) for k, v in verdicts.items() if k != academy)
    assert all(t.verdict is None for t in report.territories if t.scope.level is Level.DEPARTMENT)
    lines = {line.site.uai: line for line in report.lycees}
    assert (lines[UAI].objective, lines[UAI].verdict) == (promise(1000, uai=UAI), Verdict.MISSED)
    assert lines[other.uai].objective == promise(900, academy=academy)
    row = next(r for r in table(report, "lycees") if r["uai"] == UAI)
    assert (row["objectif"], row["verdict"]) == ("100.00", "non tenu")
    around = [r for name in ("classes", "territoires", "lycees") for r in table(report, name)]
    assert {(r["objectif"], r["verdict"]) for r in around if r["heures"] == "24/7"} == {("", "")}
    places = {r["code"]: r for r in table(report, "territoires") if r["heures"] == "service"}
    assert places[academy]["objectif"] == "90.00"
    assert places[SITES[0].department.code]["verdict"] == ""


def test_the_error_budget_of_a_class_is_told_with_what_was_spent() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + 4 * HOUR)
    report = made(rows, promise(999))
    (link,) = report.classes
    assert link.budget is not None
    required = link.figures.service.contract.required
    assert (link.budget.allowed, link.budget.certain) == (required // 1000, 4 * HOUR)
    row = table(report, "classes")[0]
    assert (row["budget_ms"], row["depense_min_ms"]) == (str(required // 1000), str(4 * HOUR))
    page = unescape(dict(documents(report))["rapport.html"])
    assert "Budget d’erreur\xa0:" in page
    assert made(watched()).classes[0].budget is None


def test_an_undecided_verdict_says_what_coverage_it_lacked() -> None:
    rows = Rows()
    for site in SITES:
        rows.add(site.uai, [LINK], (START, NOON), (NOON + 4 * HOUR, END))
    (link,) = made(rows, promise(999)).classes
    assert link.verdict is Verdict.UNDECIDED
    assert link.needed is not None
    share, then = deciding(link.needed)
    assert then is Verdict.MET
    tally = link.figures.service.contract
    assert share.reaches(link.needed.as_known)
    assert link.needed.as_known.reaches(tally.coverage)
    report = made(rows, promise(999))
    row = table(report, "classes")[0]
    assert row["couverture_requise"] == "99.90"
    page = unescape(dict(documents(report))["rapport.html"])
    assert "tenu à 99,90\u202f% de couverture" in page
    assert table(made(rows, promise(900)), "classes")[0]["couverture_requise"] == ""


def test_what_is_promised_of_each_month_is_judged_by_month() -> None:
    rows = watched()
    for site in SITES:
        rows.spell(site.uai, "link", NOON, NOON + 4 * HOUR)
    report = made(rows, replace(promise(999), period=Period.MONTH), promise(990))
    (link,) = report.classes
    verdicts = {m.name: m.verdict for m in link.months}
    assert verdicts.pop("2026-01") is Verdict.MISSED
    assert verdicts.pop("2025-12") is Verdict.MET
    assert link.verdict is Verdict.MET
    assert table(report, "mois")[4]["objectif"] == "99.90"


GTR = Contract(
    "Lot 1", Owner.OPERATOR, 4 * HOUR, "service",
    frozenset((site.uai, "") for site in SITES[:4]), Rate(995, 1000),
)  # fmt: skip


def test_cuts_are_judged_on_the_clock_of_their_contract() -> None:
    rows = watched()
    evening = at(date(2026, 1, 20), 17)
    rows.spell(SITES[0].uai, "link", evening, evening + 16 * HOUR)
    rows.spell(SITES[1].uai, "link", NOON, NOON + 5 * HOUR)
    rows.spell(SITES[2].uai, "link", at(date(2026, 1, 24), 1), at(date(2026, 1, 24), 3))
    rows.spell(SITES[3].uai, "link", NOON - DAY, NOON - DAY + 6 * HOUR, Cause.POWER)
    rows.spell(SITES[4].uai, "link", NOON, NOON + 6 * HOUR)
    report = made(rows, contracts=[GTR])
    (contract,) = report.contracts
    record = contract.record
    assert contract.resources == 4
    assert (record.outages, record.kept, record.broken, record.undecided) == (2, 1, 1, 0)
    assert (contract.apart, record.longest_least) == (1, 5 * HOUR)
    assert contract.tally.down == 3 * HOUR + 5 * HOUR + 6 * HOUR
    cuts = {row["uai"]: row for row in table(report, "retablissements")}
    assert {uai: row["gtr"] for uai, row in cuts.items()} == {
        SITES[0].uai: "tenue", SITES[1].uai: "non tenue", SITES[3].uai: "autre responsable",
    }  # fmt: skip
    assert cuts[SITES[0].uai]["horloge_min_ms"] == str(3 * HOUR)
    (row,) = table(report, "contrats")
    assert (row["coupures"], row["autres_responsables"], row["gtr_non_tenues"]) == ("2", "1", "1")
    page = unescape(dict(documents(report))["rapport.html"])
    assert "Opérateurs et contrats" in page
    assert "Garanties non tenues" in page


def test_a_corrected_owner_leaves_the_contract() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + 5 * HOUR)
    said = Overrule(NOON + HOUR, Owner.LYCEE, Trace(NOON + DAY, "A. Martin", "baie éteinte"))
    report = made(rows, contracts=[GTR], register=Register(overrules={(UAI, "link"): [said]}))
    (contract,) = report.contracts
    assert (contract.record.outages, contract.apart) == (0, 1)


def test_announced_maintenance_stops_the_clock_of_a_contract_that_says_so() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + 5 * HOUR)
    planned = Maintenance(NOON, NOON + 2 * HOUR, NOON - DAY)
    register = Register(maintenance={(UAI, ""): [planned]})
    strict = replace(GTR, name="Lot 2", spares_maintenance=False)
    spared, counted = made(rows, contracts=[strict, GTR], register=register).contracts
    assert (spared.record.kept, spared.record.longest_least) == (1, 3 * HOUR)
    assert (counted.record.broken, counted.record.longest_least) == (1, 5 * HOUR)
    assert counted.tally.down - spared.tally.down == 2 * HOUR


def test_a_cut_that_began_in_the_holidays_belongs_to_the_year_of_its_first_owed_instant() -> None:
    rows = Rows()
    rows.add(UAI, [LINK], (START - 30 * DAY, END))
    rows.spell(UAI, "link", START - MINUTE, START + 9 * HOUR)
    (contract,) = made(rows, contracts=[GTR]).contracts
    (cut,) = contract.cuts
    assert cut.restoration.outage.start == START - MINUTE
    assert cut.restoration.least == 9 * HOUR - 450 * MINUTE
    (around,) = made(rows, contracts=[replace(GTR, calendar="always")]).contracts
    assert around.cuts == (), "around the clock it took its first minute the year before"


def test_a_contract_is_an_input_of_the_edition() -> None:
    rows = watched()
    before = made(rows, contracts=[GTR]).edition
    after = made(rows, contracts=[replace(GTR, restore_ms=8 * HOUR)]).edition
    assert {p for p, d in before.inputs.items() if after.inputs[p] != d} == {"contracts"}


def test_a_report_without_contracts_has_no_section_of_them() -> None:
    report = made(watched())
    files = dict(documents(report))
    assert "Opérateurs et contrats" not in files["rapport.html"]
    assert "donnees/contrats.csv" not in files
