"""docs/wire.md, the table of rules and the tests name one another exactly."""

import ast
import re
from pathlib import Path

import pytest

from tests.rules.registry import RULES
from tests.rules.table import ROOT, Rule

_NUMBERED = re.compile(r"^\| ([A-Z]\d+) \| (.+) \|$", re.MULTILINE)


def numbered() -> list[tuple[str, str]]:
    return _NUMBERED.findall((ROOT / "docs/wire.md").read_text(encoding="utf-8"))


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in tree.body if isinstance(node, kinds)}


def test_every_rule_of_the_document_is_in_the_table_and_none_else() -> None:
    assert [number for number, _ in numbered()] == [rule.number for rule in RULES]


def test_numbers_follow_each_other() -> None:
    for letter in {number[0] for number, _ in numbered()}:
        mine = [int(number[1:]) for number, _ in numbered() if number[0] == letter]
        assert mine == list(range(1, len(mine) + 1)), letter


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_a_rule_has_tests_that_exist_and_bugs_that_can_be_planted(rule: Rule) -> None:
    assert rule.tests
    assert rule.bugs
    for test in rule.tests:
        file, _, name = test.partition("::")
        assert name in functions(ROOT / file), test
    for bug in rule.bugs:
        text = bug.path.read_text(encoding="utf-8")
        assert bug.plant(text) != text


def test_there_are_as_many_bugs_as_were_promised() -> None:
    assert sum(len(rule.bugs) for rule in RULES) >= 60


def test_the_broker_disconnects_and_never_drops() -> None:
    text = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text(encoding="utf-8")
    assert not re.search(r"^message_size_limit", text, re.MULTILINE)


def test_the_queues_of_the_broker_are_bounded_and_never_by_0() -> None:
    text = (ROOT / "deploy/mosquitto/mosquitto.conf").read_text(encoding="utf-8")
    settings = dict(re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE))
    for bound in ("max_queued_messages", "max_queued_bytes", "max_inflight_messages"):
        assert int(settings.get(bound, 0)) > 0, bound
