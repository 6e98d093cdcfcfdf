"""The page on questions and proofs is what the commands do."""

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from numlycee.adapters.terminal.explanation import show
from numlycee.rates import answers
from numlycee.rates.explanation import records
from numlycee.rates.explanation.model import Due, Rule
from tests.rates.thursday import REGISTER, at, thursday

PAGE = (Path(__file__).resolve().parents[2] / "docs/fr/questions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "words",
    [answers.FIELDS, records.FIELDS, tuple(records.document(thursday())), tuple(Rule), tuple(Due)],
)
def test_every_field_and_rule_is_documented(words: tuple[str, ...]) -> None:
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_the_proof_that_is_printed_is_the_one_made() -> None:
    made = StringIO()
    show(thursday(REGISTER, instant=at("10:30")), Console(file=made, width=80, highlight=False))
    printed = re.search(r"```\n\$ numlycee explain [^\n]*\n(.*?)```", PAGE, re.DOTALL)
    assert printed is not None
    assert [line.rstrip() for line in made.getvalue().splitlines()] == printed[1].splitlines()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("resource", ["lien", "ent", "numerique-pedagogique"])
@pytest.mark.parametrize("days", [1, 4])
def test_no_line_is_too_long_and_nothing_is_cut(width: int, resource: str, days: int) -> None:
    made = StringIO()
    show(thursday(resource=resource, days=days), Console(file=made, width=width, highlight=False))
    assert [line for line in made.getvalue().splitlines() if len(line) > width or "…" in line] == []
