"""The digest of what a report rests on: the resolved past, without who told it or when."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import Any

from numlycee.annual.model import Order
from numlycee.domain.calendars import Calendar, local_date, zone_of
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.timeline import restrict
from numlycee.rates.model import Life, Window


def digest(order: Order, window: Window, lives: Sequence[Life]) -> str:
    """Return the SHA-256 (hexadecimal) over period, sites, calendars, objectives and timelines.

    Timelines and calendars are cut at `as_of`, so that what comes later changes nothing. One line
    of canonical JSON each, in the order of their keys.
    """
    total = hashlib.sha256()
    for item in _items(order, window, lives):
        line = json.dumps(item, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        total.update(line.encode() + b"\n")
    return total.hexdigest()


def _items(order: Order, window: Window, lives: Sequence[Life]) -> Iterator[Any]:
    yield ["year", order.year, order.zone, window.start, window.end, window.as_of]
    for uai in sorted(order.sites):
        yield ["site", *astuple(order.sites[uai])]
    for name in sorted(order.calendars):
        yield ["calendar", name, _calendar(order.calendars[name], window.as_of)]
    for name in sorted(order.objectives):
        yield ["objective", *astuple(order.objectives[name])]
    for life in sorted(lives, key=lambda item: item.key):
        yield ["resource", *_life(life, window.as_of)]


def _calendar(calendar: Calendar, as_of: int) -> dict[str, Any]:
    last = local_date(as_of, zone_of(calendar.zone))
    return {
        "zone": calendar.zone,
        "weekly": calendar.weekly,
        "closed": sorted(day.isoformat() for day in calendar.closed if day <= last),
        "opened": {day.isoformat(): hours for day, hours in calendar.opened.items() if day <= last},
        "version": calendar.version,
    }


def _life(life: Life, as_of: int) -> list[Any]:
    past = IntervalSet(((0, as_of),))
    spells = [
        [spell.start, spell.end, spell.state, spell.cause]
        for spell in restrict(life.timeline.spells, past)
    ]
    coverage = life.timeline.coverage.clip(0, as_of).spans
    return [*life.key, life.resource.kind, life.born, coverage, life.maintenance.spans, spells]
