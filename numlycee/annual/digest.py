"""The digest of what a report rests on: the resolved past, without who told it or when."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import Any

from numlycee.annual.order import Order
from numlycee.annual.stated import Correction, Intervention
from numlycee.domain.contracts import Contract
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.register import Register
from numlycee.domain.sites import Site
from numlycee.domain.timeline import Timeline
from numlycee.rates.model import Life, Window

Parts = Mapping[str, str]
"""The SHA-256 (hexadecimal) of each kind of input, by its name."""


def inputs(
    order: Order,
    window: Window,
    lives: Sequence[Life],
    stated: Sequence[Correction] = (),
    planned: Sequence[Intervention] = (),
) -> Parts:
    """Return the digest of each kind of input, so that two editions can be told apart by kind.

    Everything is cut to what can move a figure of the window: what comes after `as_of` changes
    nothing, nor does what was over before the window, an outage that runs into it excepted.
    """
    lives = sorted(lives, key=lambda life: life.key)
    reach = [_reach(life.timeline, window.start) for life in lives]
    told_of = [*zip(lives, reach, strict=True)]
    composed = [one for one in told_of if _composed(one[0])]
    plain = [one for one in told_of if not _composed(one[0])]
    first = min(reach, default=window.start)
    told: dict[str, Iterator[Any]] = {
        "period": _period(order, window),
        "sites": (_site(order.sites[uai]) for uai in sorted(order.sites)),
        "calendars": _calendars(order, first, window.until),
        "objectives": ([*astuple(one)] for one in _promised(order)),
        "contracts": map(_contract, sorted(order.contracts, key=lambda one: one.name)),
        "resources": (_resource(*one, order.register) for one in plain),
        "lifetimes": _lifetimes(window, lives),
        "maintenance": _maintenance(planned, told_of, window),
        "overrules": ([*one.key, *astuple(one.overrule)] for one in stated),
        "observations": (_observed(*one, window) for one in plain),
        "composites": (
            [*_resource(*one, order.register), _observed(*one, window)] for one in composed
        ),
    }
    if order.lost:
        told["losses"] = ([uai, count] for uai, count in sorted(order.lost.items()))
    return {name: _sha256(items) for name, items in told.items()}


def combined(parts: Parts) -> str:
    """Return the one digest (SHA-256, hexadecimal) of all inputs."""
    return _sha256(iter(sorted(parts.items())))


def _sha256(items: Iterator[Any]) -> str:
    """Return the digest of one line of canonical JSON for each item."""
    total = hashlib.sha256()
    for item in items:
        line = json.dumps(item, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        total.update(line.encode() + b"\n")
    return total.hexdigest()


def _period(order: Order, window: Window) -> Iterator[Any]:
    yield [order.year, order.region, order.zone, order.simulated]
    yield [window.start, window.end, window.as_of]


def _calendars(order: Order, start: int, end: int) -> Iterator[Any]:
    """Yield the very instants that each calendar opens: a new version of it may open the same."""
    for name in sorted(order.calendars):
        yield [name, order.calendars[name].opening(start, end).spans]


def _site(site: Site) -> list[Any]:
    """Return what of a site is in the figures: neither labels, nor the pupils of other years."""
    return [
        site.uai, site.name, site.commune, astuple(site.department), site.latitude, site.longitude,
        site.enrolment, site.operator, site.calendar, site.others,
    ]  # fmt: skip


def _resource(life: Life, reach: int, register: Register) -> list[Any]:
    resource = life.resource
    born = max(life.born, reach)
    owner = register.owner(life.key)
    listed = [owner] if owner else []
    return [*life.key, resource.kind, resource.name, resource.resolution, born, *listed]


def _promised(order: Order) -> Sequence[Objective]:
    """Return the objectives, whatever the order in which they were given."""
    promised = order.objectives.objectives
    return sorted(promised, key=lambda o: (o.resource_class, o.academy, o.uai, o.period))


def _contract(contract: Contract) -> list[Any]:
    return [
        contract.name, contract.owner, contract.restore_ms, contract.calendar, contract.kind,
        contract.spares_maintenance, contract.target and astuple(contract.target),
        sorted(contract.keys),
    ]  # fmt: skip


def _composed(life: Life) -> bool:
    return life.resource.resource_class is ResourceClass.COMPOSITE


def _maintenance(
    planned: Sequence[Intervention], lives: Iterable[tuple[Life, int]], window: Window
) -> Iterator[Any]:
    """Yield what was announced, and what it takes out of the contract resource by resource."""
    for one in planned:
        yield [*one.key, *astuple(one.planned)]
    for life, reach in lives:
        apart = life.maintenance.clip(reach, window.until)
        if apart:
            yield [*life.key, apart.spans]


def _lifetimes(window: Window, lives: Sequence[Life]) -> Iterator[Any]:
    """Yield when the resources retired, as far as the window goes: their births are theirs."""
    for life in lives:
        if life.retired is not None and life.retired < window.until:
            yield [*life.key, max(life.retired, window.start)]


def _observed(life: Life, reach: int, window: Window) -> list[Any]:
    end = window.until
    told = [
        [max(spell.start, reach), min(spell.end, end), spell.state, spell.cause]
        for spell in life.timeline.spells
        if spell.start < end and reach < spell.end
    ]
    return [*life.key, life.timeline.coverage.clip(reach, end).spans, told]


def _reach(timeline: Timeline, start: int) -> int:
    """Return where the outage that runs into `start` may have begun; `start` without one."""
    dark = [s for s in timeline.spells if s.start < start and not s.state.available]
    if not dark:
        return start
    blind = timeline.coverage.complement(timeline.coverage.spans[0][0], start)
    gone = IntervalSet.of((*blind, *((s.start, s.end) for s in dark)))
    since, until = gone.clip(0, start).spans[-1]
    return since if until == start else start
