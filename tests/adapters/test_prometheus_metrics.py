import gzip
import math
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from functools import cache
from itertools import product

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from numlycee.adapters.prometheus import Metrics
from numlycee.adapters.prometheus.catalogue import CATALOGUE, gauge_name
from numlycee.adapters.prometheus.families import SOURCES
from numlycee.adapters.prometheus.live import STATE_CODES
from numlycee.adapters.prometheus.rates import OF_SITES
from numlycee.collector.model import LedgerLine
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.states import State
from numlycee.picture import Picture
from numlycee.rates.model import WINDOW_NAMES, Hours, Level, Scope
from numlycee.wire.messages import GAUGES, VITALS
from tests.adapters.web.pictures import (
    NOW,
    OBJECTIVES,
    bad_day,
    early,
    empty,
    hostile,
    no_rates,
    no_sites,
    one_silent,
    picture,
    sites,
)

UAI = next(iter(sites()))


def small() -> Picture:
    """A fleet of four, so that parsing stays quick."""
    return picture(fleet=dict(list(sites().items())[:4]), quiet=3)


def scrape(shown: Picture | None) -> dict[str, list[Sample]]:
    text = Metrics(CollectorRegistry()).render(shown).decode()
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample)
    return found


@cache
def exposed() -> Mapping[str, list[Sample]]:
    """What is exposed of the small fleet, parsed once for every test that looks at it."""
    return scrape(small())


def one(samples: list[Sample], **labels: str) -> Sample:
    (found,) = (s for s in samples if labels.items() <= s.labels.items())
    return found


def test_every_sample_is_in_the_catalogue_with_its_labels() -> None:
    known: Mapping[str, set[str]] = {m.name: set(m.labels) for m in CATALOGUE}
    for name, samples in exposed().items():
        for sample in samples:
            assert set(sample.labels) <= known[name], name


def test_no_sample_is_given_twice_and_none_is_no_number() -> None:
    for name, samples in exposed().items():
        seen = [tuple(sorted(s.labels.items())) for s in samples]
        assert len(seen) == len(set(seen)), name
        assert all(math.isfinite(s.value) for s in samples)


def test_the_catalogue_is_sound() -> None:
    names = [metric.name for metric in CATALOGUE]
    assert len(names) == len(set(names))
    assert set(SOURCES) <= set(names)
    for metric in CATALOGUE:
        assert re.fullmatch(r"numlycee_[a-z][a-z0-9_]*", metric.name)
        assert metric.name.endswith("_total") is (metric.kind == "counter")
        assert metric.help
        assert "\n" not in metric.help


@pytest.mark.parametrize("kind", list(Kind))
def test_every_gauge_of_the_wire_has_its_metric_on_every_kind(kind: Kind) -> None:
    names = {metric.name for metric in CATALOGUE}
    assert {gauge_name(kind, gauge) for gauge in GAUGES} <= names


def test_what_an_agent_says_of_itself_is_exposed_while_it_speaks() -> None:
    found, silent_site = exposed(), list(sites())[3]
    for name in VITALS:
        samples = found[f"numlycee_agent_{name}"]
        assert one(samples, uai=UAI).value in {3, 42 * 2**20}
        assert silent_site not in {sample.labels["uai"] for sample in samples}


def test_states_have_their_published_codes() -> None:
    assert set(STATE_CODES) == set(State)
    samples = exposed()["numlycee_resource_state"]
    assert one(samples, uai=UAI, resource="link").value == 0
    assert one(samples, uai=list(sites())[3], resource="link").value == 5


def test_rates_are_those_of_the_picture() -> None:
    shown = small()
    found = scrape(shown)
    labels = {"level": "site", "uai": UAI, "class": "link", "calendar": "service", "window": "24h"}
    scope = Scope(Level.SITE, UAI)
    tally = shown.rates.figures(scope, ResourceClass.LINK, "24h", Hours.SERVICE).contract
    known = one(found["numlycee_availability_ratio"], **labels, bound="known")
    assert known.value == tally.known.value
    assert one(found["numlycee_required_seconds"], **labels).value == tally.required / 1000
    assert one(found["numlycee_coverage_ratio"], **labels).value == tally.coverage.value


def test_of_a_site_only_the_last_day_and_the_school_year_are_scraped() -> None:
    found: dict[str, set[tuple[str, str]]] = {}
    for sample in exposed()["numlycee_coverage_ratio"]:
        labels = sample.labels
        found.setdefault(labels["level"], set()).add((labels["window"], labels["calendar"]))
    assert found["site"] == OF_SITES
    assert found["region"] == set(product(WINDOW_NAMES, Hours))


def test_only_a_site_has_a_uai() -> None:
    for sample in exposed()["numlycee_availability_ratio"]:
        assert ("uai" in sample.labels) is (sample.labels["level"] == "site")


def test_budgets_are_given_on_the_calendar_of_the_objective() -> None:
    samples = exposed()["numlycee_error_budget_remaining_ratio"]
    assert {s.labels["calendar"] for s in samples} == {"service"}
    assert {s.labels["class"] for s in samples} == {str(name) for name in OBJECTIVES}


def test_what_is_not_measured_is_absent() -> None:
    for shown in (early(), empty(), no_sites()):
        assert "numlycee_availability_ratio" not in scrape(shown)
    assert one(scrape(empty())["numlycee_agent_up"], uai=UAI).value == 0
    assert "numlycee_agent_last_report_timestamp_seconds" not in scrape(empty())


def test_gauges_bear_the_name_of_their_kind() -> None:
    found = exposed()
    assert one(found["numlycee_link_rtt_seconds"], uai=UAI).value == 0.0123
    assert one(found["numlycee_ent_total_seconds"], uai=UAI).value == 0.64
    assert one(found["numlycee_link_target_rtt_seconds"], uai=UAI, target="2").value == 0.031
    samples = found["numlycee_device_temperature_celsius"]
    assert one(samples, uai=UAI, resource="sw-1").labels["kind"] == "switch"


def test_open_outages_have_their_start() -> None:
    samples = scrape(replace(bad_day(), rates=no_rates()))[
        "numlycee_outage_start_timestamp_seconds"
    ]
    assert len(samples) == 8
    dark = one(samples, cause="site-dark")
    assert dark.value == NOW / 1000 - 420


def test_silent_agents_are_down() -> None:
    found = scrape(replace(one_silent(), rates=no_rates()))
    assert sum(s.value for s in found["numlycee_agent_up"]) == 224


def test_every_count_of_the_ledger_is_told() -> None:
    shown = small()
    counts = [name.name for name in fields(LedgerLine) if name.name != "uai"]
    line = LedgerLine(UAI, *range(1, len(counts) + 1))
    shown = replace(shown, ledger=replace(shown.ledger, sites={UAI: line}))
    samples = scrape(shown)["numlycee_ledger_records"]
    assert {s.labels["outcome"]: s.value for s in samples} == {
        name: getattr(line, name) for name in counts
    }


def test_devices_are_counted_between_bounds_and_a_few_are_not_told() -> None:
    told = {
        (sample.labels["measure"], sample.labels["bound"]): sample.value
        for sample in exposed()["numlycee_fleet_devices"]
        if sample.labels["uai"] == UAI
    }
    assert (told["seen", "low"], told["seen", "high"]) == (541, 544)
    assert (told["issued", "low"], told["issued", "high"]) == (765, 771)
    assert told["repair", "low"] == told["repair", "high"] == 12
    assert not {measure for measure, _ in told} & {"idle", "non_compliant"}


def test_names_are_escaped() -> None:
    found = scrape(hostile())["numlycee_site_info"]
    assert one(found, operator='a\\b"c\nd').labels["name"] == '\\"\n{{ 7*7 }}'


@pytest.mark.parametrize("shown", [small, hostile, empty, no_sites])
def test_openmetrics_says_the_same(shown: Callable[[], Picture]) -> None:
    metrics, seen = Metrics(CollectorRegistry()), shown()
    body, kind = metrics.answer(seen, "application/openmetrics-text;version=1.0.0,text/plain;q=0.1")
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    families = openmetrics.text_string_to_metric_families(body.decode())  # type: ignore[no-untyped-call]
    found = [sample for family in families for sample in family.samples]
    assert found == [sample for samples in scrape(seen).values() for sample in samples]


def test_compressed_is_the_same_whatever_was_kept_from_before() -> None:
    metrics, plain = Metrics(CollectorRegistry()), Metrics(CollectorRegistry())
    for shown in (None, small(), bad_day(), small(), one_silent(), hostile(), empty()):
        body, kind = metrics.answer(shown, packed=True)
        assert gzip.decompress(body) == plain.render(shown)
        assert kind.startswith("text/plain; version=0.0.4")


def test_scrapes_that_come_together_do_not_disturb_each_other() -> None:
    metrics, shown = Metrics(CollectorRegistry()), (small(), bad_day())
    alone = [Metrics(CollectorRegistry()).render(picture) for picture in shown]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(metrics.render, shown * 4))
    assert found == alone * 4


def test_before_the_first_picture_the_process_speaks_for_itself() -> None:
    text = Metrics().render(None).decode()
    assert "process_cpu_seconds_total" in text
    assert "numlycee_" not in text
