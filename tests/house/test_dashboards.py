"""Dashboards under test: as committed, named, measured in a unit, and asking for what exists."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
from grafana_foundation_sdk.models.dashboard import Dashboard

from grafana.build import DASHBOARDS, FOLDER, rendered
from numlycee.adapters.prometheus.catalogue import CATALOGUE

LABELS = {metric.name: {*metric.labels, "instance", "job"} for metric in CATALOGUE}
FILES = sorted(FOLDER.glob("*.json"))


def content(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def expressions(path: Path) -> Iterator[str]:
    for panel in content(path)["panels"]:
        for target in panel["targets"]:
            yield target["expr"].replace("$window", "30d")


def selectors(node: object) -> Iterator[promql_parser.VectorSelector]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("lhs", "rhs", "expr", "param", "vector_selector"):
        if (child := getattr(node, name, None)) is not None:
            yield from selectors(child)
    for child in getattr(node, "args", ()):
        yield from selectors(child)


def test_every_builder_has_its_file_and_every_file_its_builder() -> None:
    assert [path.name for path in FILES] == sorted(DASHBOARDS)


@pytest.mark.parametrize("name", sorted(DASHBOARDS))
def test_what_is_committed_is_what_is_built(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == rendered(DASHBOARDS[name]()), "run `make dashboards`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_models_of_the_kit_read_it_back(path: Path) -> None:
    assert rendered(Dashboard.from_json(content(path))) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_metric_and_label_asked_for_exists(path: Path) -> None:
    for expression in expressions(path):
        found = list(selectors(promql_parser.parse(expression)))
        assert found, expression
        for selector in found:
            assert selector.name in LABELS, expression
            asked = {matcher.name for matcher in selector.matchers.matchers}
            assert asked <= LABELS[selector.name], expression


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_panels_have_a_number_a_place_words_and_a_unit(path: Path) -> None:
    board = content(path)
    panels = board["panels"]
    numbers = [panel["id"] for panel in panels]
    assert len(numbers) == len(set(numbers))
    for panel in panels:
        assert panel["title"]
        assert panel["description"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["datasource"]["uid"] == "${datasource}"
        refs = [target["refId"] for target in panel["targets"]]
        assert len(refs) == len(set(refs))
    assert board["uid"]
    assert board["timezone"] == "Europe/Paris"
    assert board["editable"] is False


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_panels_do_not_overlap(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in content(path)["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert max(x for x, _ in cells) < 24
        assert not cells & taken, panel["title"]
        taken |= cells
