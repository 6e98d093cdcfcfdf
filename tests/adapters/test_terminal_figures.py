"""Figures as a terminal shows them: whole, whatever its width, and truncated only downwards."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from numlycee.adapters.terminal.figures import show
from numlycee.domain.causes import Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Verdict
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.answers import Answer, Line
from numlycee.rates.model import NOTHING, REGION, Figures, Hours, Level, Scope, Window

HOUR = 3_600_000
PERFECT = Tally(required=6_412_500 * HOUR, up=6_412_500 * HOUR)
NEARLY = replace(PERFECT, up=PERFECT.up - 1, down=1)
TARGET = Objective(ResourceClass.SERVER, Rate(999, 1000), "service", Owner.REGION)
SITE = Scope(Level.SITE, "0310036W")


def line(scope: Scope, name: str, figures: Figures, objective: Objective | None = None) -> Line:
    verdict = Verdict.UNDECIDED if objective else None
    return Line(scope, name, ResourceClass.SERVER, Hours.SERVICE, figures, objective, verdict)


def shown(*lines: Line, width: int = 80) -> str:
    written = StringIO()
    answer = Answer(Window("2025-2026", 0, HOUR, HOUR), "Europe/Paris", "Occitanie", True, lines)
    show(answer, Console(file=written, width=width, highlight=False))
    return written.getvalue()


WHOLE = Figures(250, PERFECT, NEARLY, 1_234, 0, 100 * 24 * HOUR, 1_234_567 * HOUR)


@pytest.mark.parametrize("width", [80, 120])
def test_the_greatest_figures_are_written_whole(width: int) -> None:
    said = shown(line(REGION, "Occitanie", WHOLE, TARGET), width=width)
    assert [row for row in said.splitlines() if len(row) > width or "…" in row] == []
    for figure in ("6 412 500 h", "1 234 567", "1 234", "100 j 0 h", "indécidable", "99,90 %"):
        assert figure.replace(" ", "\u202f") in said


def test_only_what_is_perfect_is_written_so() -> None:
    said = shown(line(REGION, "Occitanie", WHOLE))
    assert said.count("100,00\u202f%") == 4  # the coverage, and the known rate with its bounds
    assert said.count("99,99\u202f%") == 3  # the felt rate with its bounds


def test_nothing_is_not_measured_and_each_place_has_its_table() -> None:
    said = shown(line(REGION, "Occitanie", NOTHING), line(SITE, "Lycée Bellevue", WHOLE))
    assert said.count("non mesuré") == 3
    assert "Région : Occitanie, heures de service" in said
    assert "Lycée : Lycée Bellevue (0310036W), heures de service" in said
    assert "Données simulées" in said
    assert "Rien n'a été observé" in shown()
