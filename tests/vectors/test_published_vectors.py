"""The published cases: judged by brute force, by the readable reference, at once, and by wire."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from numlycee.domain.french import percentage
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.outages import Outage
from numlycee.domain.tallies import Rate, Tally
from numlycee.domain.timeline import Spell, Timeline
from numlycee.rates.figures import Rates
from numlycee.rates.model import (
    NOTHING,
    REGION,
    Figures,
    Level,
    ResourceOutage,
    Scope,
    SharedOutage,
)
from tests.reading import quickly, slowly
from tests.vectors import rows
from tests.vectors.brute import judge
from tests.vectors.rows import CASES, EVERY_READING, Json, ms

FEWEST = 32
DURATIONS = ("required", "up", "degraded", "down", "unreachable", "unobserved", "edge")
BOUNDS = ("start", "end", "earliest", "latest")


def test_the_cases_are_published() -> None:
    assert len(CASES) >= FEWEST
    assert all(case["name"] and case["by_hand"] and case["readings"] for case in CASES.values())


@EVERY_READING
def test_brute_force_finds_what_is_published(case: Json, reading: Json) -> None:
    for expected in reading["expected"]:
        found = judge(case, reading, expected["site"], expected["resource"])
        assert {key: found[key] for key in expected if key in found} == {
            key: value for key, value in expected.items() if key in found
        }


@EVERY_READING
def test_the_readable_reference_agrees(case: Json, reading: Json) -> None:
    history = rows.history(case, reading)
    slow = slowly(history, rows.sites(case), rows.calendars(case), rows.register(case))
    table = slow.table(rows.window(reading), rows.basis(reading))
    for expected in reading["expected"]:
        uai, name = expected["site"], expected["resource"]
        agrees(_figures(table, case, expected), expected)
        if expected.get("timeline"):
            timeline = slow.timeline(uai, name) if uai else slow.verdict(name)
            assert _segments(timeline, expected["timeline"])
        if uai and expected["outages"]:
            known = [_outage(one) for one in slow.outages(uai, name, ms(reading["as_of"]))]
            wanted = [_instants(outage) for outage in expected["outages"]]
            assert all({key: one[key] for key in known[0]} in known for one in wanted)


@EVERY_READING
def test_the_vectorised_figures_agree(case: Json, reading: Json) -> None:
    history = rows.history(case, reading)
    rates = quickly(history, rows.sites(case), rows.calendars(case), rows.register(case))
    assert_read(rates, case, reading)


@EVERY_READING
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_same_comes_of_the_wire_in_any_order(case: Json, reading: Json, seed: int) -> None:
    letters = list(rows.records(case, reading))
    if seed:
        dice = Random(seed)
        letters = dice.sample(letters + letters[::2], len(letters) + len(letters[::2]))
    with rows.stored(case, letters).history() as history:
        rates = quickly(history, rows.sites(case), rows.calendars(case), rows.register(case))
    assert_read(rates, case, reading)


def assert_read(rates: Rates, case: Json, reading: Json) -> None:
    window, basis = rows.window(reading), rows.basis(reading)
    table = rates.table(window, basis)
    for expected in reading["expected"]:
        uai, name = expected["site"], expected["resource"]
        agrees(_figures(table, case, expected), expected)
        found: list[ResourceOutage | SharedOutage] = [
            one
            for one in rates.outages(window, basis)
            if (one.site.uai, one.resource.id) == (uai, name)
        ]
        if not uai:
            found += [o for o in rates.shared_outages(window, basis) if o.service.id == name]
        told = [_outage(one.outage) | _owners(one) for one in found]
        assert told == [_instants(outage) for outage in expected["outages"]]
        if expected.get("timeline"):
            assert _segments(rates.timeline(uai, name), expected["timeline"])


def _figures(table: Mapping[Any, Figures], case: Json, expected: Json) -> Figures:
    """Return the figures of a resource: in every case it is alone in its class at its site."""
    kinds = {
        each["id"]: each["kind"] for listing in case["inventories"].values() for each in listing
    }
    resource_class = {
        "link": ResourceClass.LINK,
        "switch": ResourceClass.LAN,
        "wifi-ap": ResourceClass.WIFI,
        "service": ResourceClass.SERVICE,
    }[kinds[expected["resource"]]]
    scope = Scope(Level.SITE, expected["site"]) if expected["site"] else REGION
    return table.get((scope, resource_class), NOTHING)


def agrees(found: Figures, expected: Json) -> None:
    for durations, wanted in (
        (found.contract, expected["contract"]),
        (found.felt, expected["felt"]),
    ):
        assert {name: getattr(durations, name) for name in DURATIONS} == wanted
    lengths = [ms(outage["end"]) - ms(outage["start"]) for outage in expected["outages"]]
    assert (found.outages, found.outage_ms) == (len(lengths), sum(lengths))
    assert found.longest_outage_ms == max(lengths, default=0)
    for name, wanted in expected["rates"].items():
        assert _same(_rate(found.contract, found.felt, name), wanted), name


def _rate(contract: Tally, felt: Tally, name: str) -> Rate:
    rate: Rate = getattr(felt if name.startswith("felt") else contract, name)
    return rate


def _same(rate: Rate, wanted: Sequence[Any]) -> bool:
    numerator, denominator, shown = wanted
    if percentage(rate) != shown:
        return False
    if numerator is None:
        return rate.denominator == 0
    return bool(numerator * rate.denominator == rate.numerator * denominator)


def _outage(outage: Outage) -> dict[str, Any]:
    fields = (*BOUNDS, "down", "cause", "ongoing")
    return {name: getattr(outage, name) for name in fields}


def _owners(one: ResourceOutage | SharedOutage) -> dict[str, Any]:
    return {"owner": one.proposed} | ({"overruled": one.overrule.owner} if one.overrule else {})


def _instants(outage: Json) -> Json:
    return outage | {name: ms(outage[name]) for name in BOUNDS}


def _segments(timeline: Timeline, wanted: Json) -> bool:
    found = list(timeline.segments(ms(wanted[0][0]), ms(wanted[-1][1])))
    return found == [Spell(ms(a), ms(b), state, cause) for a, b, state, cause in wanted]
