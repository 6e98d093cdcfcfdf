"""Composites stand in the report as a class of their own, and nobody pays for them twice."""

from dataclasses import replace
from datetime import date

from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.annual.explain import reasons
from numlycee.annual.files import document
from numlycee.annual.model import AnnualReport
from numlycee.domain import words
from numlycee.domain.composites import NUMERIQUE_PEDAGOGIQUE, Composite
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.rates.figures import Rates
from tests.annual.year import CALENDAR, END, HOUR, START, Rows, at, order, region

SITES = region(3)
LINK = Resource("link", Kind.LINK, "Lien THD")
ROUTER = Resource("routeur", Kind.ROUTER, "Routeur")
ENT = Resource("ent", Kind.SERVICE, "Mon ENT", "link")
NOON = at(date(2026, 1, 20), 12)


def made(*composites: Composite) -> AnnualReport:
    rows = Rows()
    for site in SITES:
        rows.add(site.uai, [LINK, ROUTER, ENT], (START, END))
    rows.spell(SITES[0].uai, "link", NOON, NOON + HOUR)
    rows.spell(SITES[0].uai, "routeur", NOON + HOUR // 2, NOON + 2 * HOUR)
    wanted = order(SITES)
    past = Rates(rows, wanted.sites, {"": CALENDAR}, composites=composites)
    return assemble(past, wanted)


def test_a_composite_is_a_class_like_another_and_owes_no_minute_twice() -> None:
    plain, composed = made(), made(NUMERIQUE_PEDAGOGIQUE)
    (composite,) = (c for c in composed.classes if c.name is ResourceClass.COMPOSITE)
    assert composite.lived.service.contract.down == 2 * HOUR
    assert composite.lycees == 3
    assert [c for c in composed.classes if c is not composite] == list(plain.classes)
    assert composed.blames == plain.blames
    assert composed.incidents == plain.incidents
    assert composed.measures == plain.measures
    files = dict(documents(composed))
    name = words.CLASSES[ResourceClass.COMPOSITE]
    assert name in files["donnees/classes.csv"]
    assert name in files["rapport.html"]
    assert name not in files["donnees/responsables.csv"]


def test_what_is_composed_is_an_input_and_a_reason() -> None:
    plain, composed = made(), made(NUMERIQUE_PEDAGOGIQUE)
    lighter = made(replace(NUMERIQUE_PEDAGOGIQUE, parts=NUMERIQUE_PEDAGOGIQUE.parts[:1]))
    digests = {report.edition.digest for report in (plain, composed, lighter)}
    assert len(digests) == 3
    assert [*reasons(document(composed), document(lighter))] == [
        "la composition des services composés a changé"
    ]
