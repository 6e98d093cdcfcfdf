"""The document on comparisons says what the code says, figures of the witness year included."""

import re
from pathlib import Path

import pytest

from numlycee.conventions.compare import CONVENTIONS, Comparison, compare
from numlycee.conventions.model import Convention
from numlycee.conventions.records import DECIMALS, points, signed
from numlycee.domain.french import NARROW, percentage
from tests.conventions.witness import witness

PAGE = Path(__file__).resolve().parents[2] / "docs/fr/comparaison.md"


@pytest.fixture(scope="module")
def document() -> str:
    return re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare([witness()])


def test_the_figures_of_the_witness_year_are_those_of_the_document(
    document: str, compared: Comparison
) -> None:
    for answer in compared.answers:
        assert answer.rate is not None
        cells = (
            answer.convention.title,
            percentage(answer.rate, DECIMALS),
            signed(points(answer.rate, compared.own)),
            answer.explanation,
        )
        assert f"| {' | '.join(cells)} |".replace(NARROW, " ") in document


def test_numlycee_s_own_figure_is_that_of_the_document(document: str, compared: Comparison) -> None:
    own = compared.own
    known, low, high = (percentage(r, DECIMALS) for r in (own.known, own.low, own.high))
    line = f"{known}, entre {low} et {high}, couverture {percentage(own.coverage)}."
    assert line.replace(NARROW, " ") in document


@pytest.mark.parametrize("convention", CONVENTIONS, ids=[c.key for c in CONVENTIONS])
def test_every_rule_stands_in_the_document_with_its_source(
    document: str, convention: Convention
) -> None:
    source = convention.source
    read = f"[{source.version}]({source.address}), {source.evidence}"
    line = f"| {convention.title} | {convention.counts} | {convention.sees} | {read} |"
    assert line in document


def test_the_method_gives_the_range_of_the_witness_year(compared: Comparison) -> None:
    method = (PAGE.parent / "methode.md").read_text(encoding="utf-8")
    rates = [answer.rate for answer in compared.answers if answer.rate is not None]
    least, most = (percentage(rate, 1).replace(NARROW, " ") for rate in (rates[0], rates[-1]))
    assert len(rates) == 17
    assert method.split("\n", 2)[2].startswith("Dix-sept conventions d'autres outils")
    assert re.search(f"{least} à {most}", re.sub(r"\s+", " ", method))
