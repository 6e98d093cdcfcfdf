"""The page on questions and proofs is what the commands do."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from numlycee.adapters.terminal import explanation, figures
from numlycee.rates import answers
from numlycee.rates.explanation import records
from numlycee.rates.explanation.model import Due, Rule
from tests.rates.thursday import REGISTER, at, thursday
from tests.rates.thursday import figures as thursday_figures

PAGE = (Path(__file__).resolve().parents[2] / "docs/fr/questions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [answers.FIELDS, records.FIELDS, tuple(records.document(thursday())), tuple(Rule), tuple(Due)],
)
def test_every_field_and_rule_is_documented(words: tuple[str, ...]) -> None:
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def printed(command: str) -> list[str]:
    """The lines that the page shows of a command."""
    found = re.search(rf"```\n\$ numlycee {command} [^\n]*\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1].splitlines()


def made(show: Callable[[Console], None], width: int = 80) -> list[str]:
    """The lines that a terminal shows."""
    written = StringIO()
    show(Console(file=written, width=width, highlight=False))
    return [line.rstrip() for line in written.getvalue().splitlines()]


def test_the_proof_that_is_printed_is_the_one_made() -> None:
    proof = thursday(REGISTER, instant=at("10:30"))
    assert made(lambda console: explanation.show(proof, console)) == printed("explain")


def test_the_figures_that_are_printed_are_those_made() -> None:
    assert made(lambda console: figures.show(thursday_figures(), console)) == printed("rates")


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("resource", ["lien", "ent", "numerique-pedagogique"])
@pytest.mark.parametrize("days", [1, 4])
def test_no_line_is_too_long_and_nothing_is_cut(width: int, resource: str, days: int) -> None:
    proof = thursday(resource=resource, days=days)
    written = made(lambda console: explanation.show(proof, console), width)
    assert [line for line in written if len(line) > width or "…" in line] == []
