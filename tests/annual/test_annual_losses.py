"""What agents declared lost is a line of the report, and a reason why two editions differ."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

import pytest

from numlycee.adapters.report_html.writing import documents
from numlycee.annual.assemble import assemble
from numlycee.annual.explain import reasons
from numlycee.annual.files import document
from numlycee.annual.model import AnnualReport
from tests.annual.year import Rows, order, rates, region

SITES = region(2)
UAI = SITES[1].uai


def report(lost: Mapping[str, int]) -> AnnualReport:
    return assemble(rates(Rows(), SITES), replace(order(SITES), lost=lost))


@pytest.fixture(scope="module")
def whole() -> AnnualReport:
    return report({})


@pytest.fixture(scope="module")
def lossy() -> AnnualReport:
    return report({UAI: 1234})


def test_a_year_without_losses_says_so(whole: AnnualReport) -> None:
    page = dict(documents(whole))["rapport.html"]
    assert "Aucun relevé n’a été déclaré perdu par un agent." in page


def test_losses_are_told_lycee_by_lycee(lossy: AnnualReport) -> None:
    files = dict(documents(lossy))
    (said,) = (line for line in files["rapport.html"].splitlines() if "déclarés perdus" in line)
    assert UAI in said
    assert said.count("1\u202f234") + said.count("1\u00a0234") == 2
    rows = csv.DictReader(io.StringIO(files["donnees/mesure.csv"].lstrip("\ufeff")))
    told = {row["uai"]: row["releves_perdus"] for row in rows}
    assert told == {site.uai: "1234" if site.uai == UAI else "0" for site in SITES}


def test_a_loss_makes_another_edition_and_is_its_reason(
    whole: AnnualReport, lossy: AnnualReport
) -> None:
    assert whole.edition.digest != lossy.edition.digest
    assert "losses" not in whole.edition.inputs
    sentence = "des relevés ont été déclarés perdus par des agents, ou retrouvés"
    assert list(reasons(document(whole), document(lossy))) == [sentence]
