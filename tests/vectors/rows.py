"""A published case as numlycee spells it: rows, sites, calendars, register, windows and records."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from numlycee.adapters.memory import MemoryStore
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.domain.calendars import Calendar, Hours
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.register import Lifetime, Overrule, Register, Trace
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.domain.tallies import Maintenance
from numlycee.rates.model import Hours as Basis
from numlycee.rates.model import Window
from numlycee.rates.ports import CoverageRow, SpellRow
from numlycee.wire.receipts import site_key
from numlycee.wire.records import (
    Bulletin,
    InventoryRecord,
    Key,
    Record,
    ResourceSpell,
    batch,
    encode,
    inventory_of,
)
from numlycee.wire.topics import Topics
from tests.rates.histories import ListHistory, site

Json = Any
CASES: Mapping[str, Json] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "cases").glob("*.json"))
}
EVERY_READING = pytest.mark.parametrize(
    ("case", "reading"),
    [
        pytest.param(case, reading, id=f"{name}-{number}")
        for name, case in CASES.items()
        for number, reading in enumerate(case["readings"], 1)
    ],
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def told(case: Json, reading: Json) -> Iterator[Json]:
    """Yield the records that have come when a reading is made."""
    for delivery in case["deliveries"][: reading["after"]]:
        yield from delivery


def sites(case: Json) -> dict[str, Site]:
    return {uai: site(uai, calendar=calendar) for uai, calendar in case["sites"].items()}


def calendars(case: Json) -> dict[str, Calendar]:
    return {name: _calendar(name, spelt) for name, spelt in case["calendars"].items()}


def _calendar(name: str, spelt: Json) -> Calendar:
    return Calendar(
        name=name,
        zone=spelt["zone"],
        weekly=tuple(_hours(spelt["weekly"].get(day, ())) for day in WEEKDAYS),
        closed=frozenset(map(date.fromisoformat, spelt["closed"])),
        opened={date.fromisoformat(day): _hours(r) for day, r in spelt["opened"].items()},
    )


def _hours(ranges: Json) -> Hours:
    return tuple((_minutes(opens), _minutes(closes)) for opens, closes in ranges)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def register(case: Json) -> Register:
    maintenance: dict[tuple[str, str], list[Maintenance]] = {}
    for each in case.get("maintenance", ()):
        window = Maintenance(ms(each["start"]), ms(each["end"]), ms(each["announced"]))
        maintenance.setdefault((each["site"], each["resource"]), []).append(window)
    lifetimes = {
        (each["site"], each["resource"]): Lifetime(
            *(ms(each[key]) if key in each else None for key in ("begun", "retired"))
        )
        for each in case.get("lifetimes", ())
    }
    overrules: dict[tuple[str, str], list[Overrule]] = {}
    for each in case.get("overrules", ()):
        trace = Trace(ms(each["given"]), "a person", "known on the spot")
        overrule = Overrule(ms(each["at"]), Owner(each["owner"]), trace)
        overrules.setdefault((each["site"], each["resource"]), []).append(overrule)
    return Register(maintenance, lifetimes, overrules)


def window(reading: Json) -> Window:
    start, end = map(ms, reading["period"])
    return Window("case", start, end, ms(reading["as_of"]))


def basis(reading: Json) -> Basis:
    return Basis(reading["hours"])


def inventory(case: Json, name: str) -> Inventory:
    return inventory_of(
        [
            Resource(each["id"], Kind(each["kind"]), each["id"], each.get("parent"))
            for each in case["inventories"][name]
        ]
    )


def history(case: Json, reading: Json) -> ListHistory:
    """Return the rows as they stand when a reading is made: unions of what was told."""
    past = ListHistory()
    listed, spelt = {}, set()
    covered: dict[tuple[str, Key, str], list[tuple[int, int]]] = {}
    for uai, record in records(case, reading):
        if isinstance(record, InventoryRecord):
            listed[uai, record.inventory.digest] = record.inventory
        elif isinstance(record, Bulletin):
            key = replace(record.key, seq=0)
            covered.setdefault((uai, key, record.inventory), []).append((record.start, record.end))
            spelt |= {
                SpellRow(
                    uai, s.resource, key.vantage, key.run, key.began,
                    s.state, s.cause, s.start, s.end,
                )
                for s in record.spells
            }  # fmt: skip
    past.lists = [(uai, inventory) for (uai, _), inventory in listed.items()]
    past.covered = [
        CoverageRow(uai, key.vantage, key.run, key.began, digest, start, end)
        for (uai, key, digest), spans in covered.items()
        for start, end in IntervalSet.of(spans)
    ]
    past.spelt = sorted(spelt, key=str)
    return past


def records(case: Json, reading: Json) -> Iterator[tuple[str, Record]]:
    """Yield the records as they go over the wire, each run counting its own, with their site."""
    numbers: Counter[tuple[str, str]] = Counter()
    for record in told(case, reading):
        uai, run = record["site"], record["run"]
        numbers[uai, run] += 1
        key = Key(Vantage(record["vantage"]), run, ms(record["began"]), numbers[uai, run])
        watched = inventory(case, record["inventory"])
        if "start" not in record:
            yield uai, InventoryRecord(key, watched)
            continue
        spells = tuple(
            ResourceSpell(name, State(state), Cause(cause), ms(start), ms(end))
            for name, state, cause, start, end in record["spells"]
        )
        yield uai, Bulletin(key, watched.digest, ms(record["start"]), ms(record["end"]), spells)


class Later:
    """A wall clock that stands after every case."""

    def now(self) -> int:
        return ms("2030-01-01T00:00+01:00")

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


def stored(case: Json, letters: Sequence[tuple[str, Record]]) -> MemoryStore:
    """Send records to a centre, one message each and in their order, and return what it keeps."""
    clock, topics = Later(), Topics()
    store = MemoryStore(clock)
    ingest = Ingest(
        store,
        Board(case["sites"], clock),
        case["sites"],
        partial(site_key, b"a master secret of the tests"),
        clock,
        vantages=tuple(Vantage),
    )
    for uai, record in letters:
        ingest.handle([(topics.up(uai, "bulletin"), batch([encode(record)], clock.now()))])
    assert not {"refused", "conflict", "malformed"} & set(+Counter(ingest.outcomes)), (
        ingest.outcomes
    )
    return store
