"""Documents under test: what the code offers is in the docs, and what the docs compute is true."""

import argparse
import dataclasses
import re
import types
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from numlycee import cli, config
from numlycee.adapters.prometheus.catalogue import CATALOGUE
from numlycee.adapters.prometheus.collectors import OF_COLLECTOR
from numlycee.adapters.web.server import ROUTES
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.states import State
from numlycee.domain.tallies import Tally
from numlycee.fleet.register import RegisterFile
from numlycee.outages import alerts
from numlycee.wire.messages import GAUGES
from numlycee.wire.topics import DOWN, UP
from numlycee_agent import cli as agent_cli
from numlycee_agent import config as agent_config

ROOT = Path(__file__).resolve().parents[2]


@cache
def page(name: str) -> str:
    """A document without its fenced blocks, whose back-quotes would pair with others."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def missing(words: Iterator[str] | list[str] | set[str], document: str) -> list[str]:
    """The words that a document does not write in code quotes, alone or with their arguments."""
    quoted = re.findall(r"`([^`]+)`", page(document))
    return sorted(word for word in words if not any(word in quote for quote in quoted))


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every command and option of a command line."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield f"{parser.prog} {name}"
                yield from options(command)
        elif not isinstance(action, argparse._HelpAction):
            yield from action.option_strings


def keys(model: Any, above: str = "") -> Iterator[str]:
    """Every key of a settings file, dotted; `<…>` stands for a name that people choose."""
    hints = get_type_hints(model)
    for field in dataclasses.fields(model):
        key = f"{above}{field.metadata.get('key', field.name)}"
        yield from _below(hints[field.name], key)


def _below(hint: Any, key: str) -> Iterator[str]:
    models = [part for part in _parts(hint) if dataclasses.is_dataclass(part)]
    if not models:
        yield key
    named = get_origin(hint) is not None and issubclass(get_origin(hint), Mapping)
    for model in models:
        yield from keys(model, f"{key}.<…>." if named else f"{key}.")


def _parts(hint: Any) -> Iterator[Any]:
    if isinstance(hint, types.UnionType) or get_origin(hint):
        for part in get_args(hint):
            yield from _parts(part)
    else:
        yield hint


def undocumented(model: Any) -> list[str]:
    """The keys of a settings file that its page does not name."""
    quoted = re.findall(r"`([^`]+)`", page("fr/reglages.md"))
    spelt = {re.sub(r"<[^>]*>", "<…>", quote) for quote in quoted}
    return [key for key in keys(model) if key not in spelt]


@pytest.mark.parametrize("command", [cli, agent_cli], ids=["centre", "agent"])
def test_every_command_and_option_is_documented(command: types.ModuleType) -> None:
    assert missing(list(options(command.parser())), "fr/exploitation.md") == []


def test_every_statement_of_the_register_is_documented() -> None:
    said = [key.rpartition(".")[2] for key in keys(RegisterFile)]
    assert "announced" in said
    assert not missing(said, "fr/reglages.md")
    tables = [f"[[{field.name}]]" for field in dataclasses.fields(RegisterFile)]
    assert not missing(tables, "fr/reglages.md")


@pytest.mark.parametrize("settings", [config, agent_config], ids=["centre", "agent"])
def test_every_setting_is_documented(settings: types.ModuleType) -> None:
    assert undocumented(settings.Config) == []


def test_every_page_is_documented() -> None:
    spelt = re.sub(r"{\w+}", "{key}", page("fr/exploitation.md"))
    assert [path for path in ROUTES if f"`{path}`" not in spelt] == []


def alert_names() -> set[str]:
    """The alerts that the centre sends, and those of the rules of Prometheus."""
    sent = {item.name for item in vars(alerts).values() if isinstance(item, alerts.Wording)}
    rules = (ROOT / "deploy/prometheus/numlycee.rules.yml").read_text(encoding="utf-8")
    return sent | set(re.findall(r"- alert: (\w+)", rules))


def test_every_alert_is_documented() -> None:
    assert missing(alert_names(), "fr/exploitation.md") == []


def test_alertmanager_silences_alerts_that_exist() -> None:
    settings = (ROOT / "deploy/alertmanager/alertmanager.yml").read_text(encoding="utf-8")
    named = re.findall(r'alertname =~? "?([\w|]+)', settings)
    assert {name for names in named for name in names.split("|")} <= alert_names()


def test_every_topic_and_gauge_is_documented() -> None:
    topics = [f"up/{leaf}" for leaf in UP] + [f"down/{leaf}" for leaf in DOWN]
    assert missing([*topics, *GAUGES], "wire.md") == []


METRICS = (*CATALOGUE, *OF_COLLECTOR)


def test_every_metric_and_label_is_documented() -> None:
    labels = {label for metric in CATALOGUE for label in metric.labels}
    assert missing({metric.name for metric in METRICS} | labels, "fr/metriques.md") == []


def test_no_metric_is_documented_that_does_not_exist() -> None:
    written = set(re.findall(r"`(numlycee_\w+)`", page("fr/metriques.md")))
    assert written - {metric.name for metric in METRICS} == set()


@pytest.mark.parametrize("vocabulary", [State, Cause, Owner])
def test_the_method_names_every_word_of_the_vocabulary(vocabulary: Any) -> None:
    assert missing([str(word) for word in vocabulary], "fr/methode.md") == []


def test_every_class_is_documented() -> None:
    assert missing([str(word) for word in ResourceClass], "fr/reglages.md") == []


def test_the_example_of_the_method_is_true() -> None:
    tally = Tally(required=39_600, up=35_100, down=2_640, unobserved=1_860, edge=60)
    rates = (tally.known, tally.low, tally.high, tally.coverage)
    written = [f"{(rate.truncated(2) or 0) / 100:.2f} %".replace(".", ",") for rate in rates]
    assert [
        f"**{figure}**" for figure in written if f"**{figure}**" not in page("fr/methode.md")
    ] == []
    assert f"{tally.known.numerator // 2} / {tally.known.denominator // 2}" == "35130 / 37800"


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("agents/*.md")]
    lost = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert lost == []


def test_every_decision_is_in_the_index_under_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    titled = [
        re.sub(r"^# (\d+)\. (.+)", rf"\1. [\2]({record.name})", record.read_text().splitlines()[0])
        for record in sorted(folder.glob("[0-9]*.md"))
    ]
    index = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in index if line[:1].isdigit()] == titled
