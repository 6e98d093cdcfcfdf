"""One owner per lost minute: whole outages, corrected by people, adding up to the total."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.annual.model import AnnualReport
from numlycee.annual.stated import Fate
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.register import Lifetime, Register
from numlycee.domain.tallies import Maintenance
from numlycee.rates.figures import Rates
from tests.annual.eventful import DAY, NOON, SITES, UAI, eventful, stated, watched
from tests.annual.year import CALENDAR, END, HOUR, MINUTE, START, Rows, order
from tests.proof import examples

pytestmark = pytest.mark.slow


def made(rows: Rows, register: Register) -> AnnualReport:
    wanted = order(SITES, register=register)
    return assemble(Rates(rows, wanted.sites, {"": CALENDAR}, register), wanted)


def lost(report: AnnualReport) -> Mapping[Owner, int]:
    sums: Counter[Owner] = Counter()
    for blame in report.blames:
        sums[blame.owner] += blame.service
    return {owner: sum_ for owner, sum_ in sums.items() if sum_}


def test_a_whole_outage_belongs_to_the_owner_of_its_longest_spell() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + HOUR, Cause.POWER)
    rows.spell(UAI, "link", NOON + HOUR, NOON + HOUR + 20 * MINUTE, Cause.TIMEOUT)
    assert lost(made(rows, Register())) == {Owner.ENERGY: HOUR + 20 * MINUTE}


def test_a_correction_moves_the_whole_outage_and_keeps_its_trace() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + HOUR, Cause.TIMEOUT)
    said = stated(NOON + 30 * MINUTE, Owner.LYCEE)
    report = made(rows, Register(overrules={(UAI, "link"): [said]}))
    assert lost(report) == {Owner.LYCEE: HOUR}
    assert [i.owner for i in report.incidents] == [Owner.LYCEE]
    (correction,) = report.corrections
    assert (correction.fate, correction.proposed, correction.final) == (
        Fate.APPLIED, Owner.OPERATOR, Owner.LYCEE,
    )  # fmt: skip
    assert (correction.start, correction.end) == (NOON, NOON + HOUR)
    row = table(report, "corrections")[0]
    assert [row[c] for c in ("auteur", "motif", "suite", "responsable_propose")] == [
        "A. Martin", "vu avec les travaux", "appliquée", "opérateur",
    ]  # fmt: skip
    assert "A. Martin" in dict(documents(report))["rapport.html"]


def test_what_is_stated_of_a_shared_service_holds_in_every_lycee_that_saw_it() -> None:
    rows = watched()
    for n, site in enumerate(SITES):
        rows.spell(site.uai, "ent", NOON + n * MINUTE, NOON + HOUR, Cause.CONTENT)
    said = stated(NOON + 30 * MINUTE, Owner.ACADEMY)
    own = stated(NOON + 30 * MINUTE, Owner.LYCEE)
    report = made(rows, Register(overrules={("", "ent"): [said], (UAI, "ent"): [own]}))
    assert lost(report) == {Owner.ACADEMY: 2 * HOUR - 3 * MINUTE, Owner.LYCEE: HOUR}
    (incident,) = report.incidents
    assert incident.owner is Owner.ACADEMY
    assert [(c.fate, c.key) for c in report.corrections] == [
        (Fate.APPLIED, ("", "ent")), (Fate.APPLIED, (UAI, "ent")),
    ]  # fmt: skip


def test_what_is_stated_of_a_shared_service_that_failed_for_one_lycee_only() -> None:
    rows = watched()
    rows.spell(UAI, "ent", NOON, NOON + HOUR, Cause.DNS)
    said = stated(NOON, Owner.ACADEMY)
    report = made(rows, Register(overrules={("", "ent"): [said]}))
    assert lost(report) == {Owner.ACADEMY: HOUR}
    assert [(c.fate, c.final) for c in report.corrections] == [(Fate.APPLIED, Owner.ACADEMY)]


def test_the_latest_statement_wins_and_both_are_kept() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + HOUR, Cause.TIMEOUT)
    first = stated(NOON, Owner.LYCEE, NOON + DAY)
    second = stated(NOON + MINUTE, Owner.ACADEMY, NOON + 2 * DAY, "B. Durand")
    report = made(rows, Register(overrules={(UAI, "link"): [second, first]}))
    assert lost(report) == {Owner.ACADEMY: HOUR}
    assert [c.fate for c in report.corrections] == [Fate.REPLACED, Fate.APPLIED]
    assert {c.final for c in report.corrections} == {Owner.ACADEMY}


def test_a_correction_about_no_outage_is_listed_without_object() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + HOUR, Cause.TIMEOUT)
    orphans = {(UAI, "link"): [stated(NOON + HOUR, Owner.LYCEE)]}
    unknown = {(UAI, "borne-9"): [stated(NOON, Owner.LYCEE)]}
    report = made(rows, Register(overrules={**orphans, **unknown}))
    assert lost(report) == {Owner.OPERATOR: HOUR}
    assert [(c.fate, c.final) for c in report.corrections] == [(Fate.ORPHAN, None)] * 2
    assert [r["suite"] for r in table(report, "corrections")] == ["sans objet"] * 2


def test_what_was_stated_of_another_year_is_not_told() -> None:
    rows = watched()
    rows.spell(UAI, "link", START - HOUR, START + 10 * HOUR, Cause.TIMEOUT)
    register = Register(
        overrules={
            (UAI, "link"): [
                stated(START - 20 * DAY, Owner.LYCEE),
                stated(START - MINUTE, Owner.ENERGY),
                stated(END + DAY, Owner.LYCEE),
            ]
        }
    )
    report = made(rows, register)
    assert [c.fate for c in report.corrections] == [Fate.APPLIED]
    assert set(lost(report)) == {Owner.ENERGY}
    before = made(rows, Register(overrules={(UAI, "link"): [stated(START - MINUTE, Owner.ENERGY)]}))
    assert before.edition.digest == report.edition.digest


def test_a_correction_changes_the_digest_and_nothing_but_owners() -> None:
    rows = watched()
    rows.spell(UAI, "link", NOON, NOON + HOUR, Cause.TIMEOUT)
    before = made(rows, Register())
    after = made(rows, Register(overrules={(UAI, "link"): [stated(NOON, Owner.LYCEE)]}))
    assert before.classes == after.classes
    moved = {p for p, d in before.edition.inputs.items() if after.edition.inputs[p] != d}
    assert moved == {"overrules"}


def test_announced_maintenance_leaves_the_contract_and_stays_in_what_was_felt() -> None:
    rows = watched()
    rows.spell(UAI, "switch", NOON, NOON + 2 * HOUR)
    planned = Maintenance(NOON, NOON + HOUR, NOON - DAY, "C. Petit", "mise à jour")
    report = made(rows, Register(maintenance={(UAI, "switch"): [planned]}))
    lan = next(c for c in report.classes if c.name == "lan")
    assert lan.figures.service.contract.down == HOUR
    assert lan.figures.service.felt.down == 2 * HOUR
    january = next(m for m in lan.months if m.name == "2026-01")
    assert (january.tally.down, january.felt.down) == (HOUR, 2 * HOUR)
    month = next(
        r for r in table(report, "mois") if r["mois"] == "2026-01" and r["classe"] == "Réseau local"
    )
    assert float(month["taux_vecu"]) < float(month["taux_connu"])
    assert lost(report) == {Owner.REGION: HOUR}
    (told,) = report.interventions
    assert (told.resources, told.excluded, told.overrun) == (1, HOUR, HOUR)


def test_maintenance_of_a_whole_lycee_announced_too_late_takes_nothing_out() -> None:
    rows = watched()
    rows.spell(UAI, "switch", NOON, NOON + HOUR)
    planned = Maintenance(NOON, NOON + 2 * HOUR, NOON + 1, "C. Petit", "urgence")
    report = made(rows, Register(maintenance={(UAI, ""): [planned]}))
    assert lost(report) == {Owner.REGION: HOUR}
    (told,) = report.interventions
    assert (told.resource, told.resources, told.excluded, told.overrun) == ("", 3, 0, 0)
    assert "trop tard" in dict(documents(report))["rapport.html"]


def test_maintenance_of_a_shared_service_leaves_what_each_lycee_saw_of_it() -> None:
    rows = watched()
    for site in SITES:
        rows.spell(site.uai, "ent", NOON, NOON + 2 * HOUR, Cause.CONTENT)
    planned = Maintenance(NOON, NOON + HOUR, NOON - DAY, "Éditeur", "mise à jour")
    report = made(rows, Register(maintenance={("", "ent"): [planned]}))
    service = next(c for c in report.classes if c.name == "service")
    assert service.figures.service.contract.down == HOUR
    assert service.lived.service.contract.down == 3 * HOUR
    assert service.lived.service.felt.down == 6 * HOUR
    assert lost(report) == {Owner.PUBLISHER: 3 * HOUR}
    (told,) = report.interventions
    assert (told.site, told.resources, told.excluded) == (None, 4, 4 * HOUR)


def test_a_retired_resource_loses_nothing_more() -> None:
    rows = watched()
    rows.spell(UAI, "switch", NOON, NOON + 3 * HOUR)
    retired = Register(lifetimes={(UAI, "switch"): Lifetime(None, NOON + HOUR)})
    report = made(rows, retired)
    assert lost(report) == {Owner.REGION: HOUR}
    assert report.edition.digest != made(rows, Register()).edition.digest


def table(report: AnnualReport, name: str) -> Sequence[Mapping[str, str]]:
    text = dict(documents(report))[f"donnees/{name}.csv"]
    return list(csv.DictReader(io.StringIO(text)))


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 2**32))
def test_owners_add_up_to_the_total_whatever_is_stated(seed: int) -> None:
    rows, register = eventful(Random(seed))
    report = made(rows, register)
    for item in report.classes:
        mine = [b for b in report.blames if b.resource_class is item.name]
        assert sum(b.service for b in mine) == item.lived.service.contract.down
        assert sum(b.always for b in mine) == item.lived.always.contract.down
        assert sum(b.pupils for b in mine) == item.lived.service.lost_pupil_ms
    assert len(report.corrections) <= sum(map(len, register.overrules.values()))
    silent = made(rows, Register(register.maintenance, register.lifetimes))
    assert silent.classes == report.classes
