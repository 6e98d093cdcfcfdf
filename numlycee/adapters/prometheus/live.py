"""The samples of every single resource: what it is, how it is, and its gauges.

They are most of what is exposed, and between two scrapes only figures change. Of each site the text
is kept as a pattern with a place for every figure, written anew when its list of resources or of
gauges changes: one formatting then writes hundreds of lines.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from numlycee.adapters.prometheus.catalogue import (
    CATALOGUE,
    INFO,
    RESOURCE,
    STATE,
    Metric,
    gauge_name,
    target_of,
)
from numlycee.adapters.prometheus.packing import Part, pack
from numlycee.adapters.prometheus.text import labels
from numlycee.collector.model import LiveResource, LiveSite
from numlycee.domain.causes import Cause, propose_owner
from numlycee.domain.inventory import Resource
from numlycee.domain.states import State
from numlycee.picture import Picture

STATE_CODES: Final[Mapping[State, int]] = {
    State.UP: 0,
    State.DEGRADED: 1,
    State.DOWN: 2,
    State.UNREACHABLE: 3,
    State.UNOBSERVED: 5,
}
"""4 is kept for maintenance."""


class Kept:
    """A text, and its compressed form once that was asked for; both as long as it is the same."""

    def __init__(self, text: str = "") -> None:
        self.text = text.encode(errors="replace")
        self._part: Part | None = None

    @property
    def part(self) -> Part:
        """Return the text compressed."""
        self._part = self._part or pack(self.text)
        return self._part


class Live:
    """The resources of the latest picture, as text."""

    def __init__(self) -> None:
        self._sites: dict[str, _SiteText] = {}

    def show(self, picture: Picture) -> None:
        """Take in a picture; the sites that it lacks are forgotten."""
        known, self._sites = self._sites, {}
        for uai, live in picture.board.sites.items():
            site = picture.sites.get(uai)
            kept = self._sites[uai] = known.get(uai) or _SiteText()
            kept.show(live, site.operator if site else "")

    def families(self) -> Iterator[tuple[Metric, Iterator[Kept] | str]]:
        """Yield each metric with its samples: kept texts of the sites, or one fresh text."""
        sites = self._sites.values()
        yield INFO, (site.info for site in sites)
        yield STATE, (site.states for site in sites)
        written: dict[str, list[str]] = {}
        for site in sites:
            for name, text in site.gauges():
                written.setdefault(name, []).append(text)
        for metric in CATALOGUE:
            if metric.name in written:
                yield metric, "".join(written.pop(metric.name))


class _SiteText:
    """One site's texts; `_values` are its gauges in the order of the metrics."""

    def __init__(self) -> None:
        self.info = self.states = Kept()
        self._resources: list[Resource] = []
        self._operator = ""
        self._codes: list[int] = []
        self._named: list[tuple[str, ...]] = []
        self._gauges: list[tuple[str, str, itemgetter[Any]]] = []
        self._values: list[float] = []

    def show(self, live: LiveSite, operator: str) -> None:
        """Take in what is shown of the site now."""
        items = live.resources
        resources = [item.resource for item in items]
        listed = resources != self._resources or operator != self._operator
        if listed:
            self._resources, self._operator = resources, operator
            self.info = Kept(_information(items, operator))
        codes = [STATE_CODES[item.state] for item in items]
        if listed or codes != self._codes:
            self._codes = codes
            self.states = Kept(_states(items))
        named = [tuple(item.gauges) for item in items]
        if listed or named != self._named:
            self._named = named
            self._gauges = list(_patterns(items))
        self._values = list(chain.from_iterable(item.gauges.values() for item in items))

    def gauges(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each metric of which the site has samples, and these."""
        for name, pattern, pick in self._gauges:
            yield name, pattern % pick(self._values)


def _information(items: Sequence[LiveResource], operator: str) -> str:
    lines = []
    for item in items:
        resource = item.resource
        owner = propose_owner(resource.kind, Cause.OTHER)
        inside = labels(
            INFO.labels,
            (
                item.uai, resource.id, resource.kind, resource.resource_class,
                resource.vendor, resource.model, owner, operator,
            ),
        )  # fmt: skip
        lines.append(f"{INFO.name}{{{inside}}} 1\n")
    return "".join(lines)


def _states(items: Sequence[LiveResource]) -> str:
    return "".join(
        f"{STATE.name}{{{_identity(item)}}} {STATE_CODES[item.state]}\n" for item in items
    )


def _patterns(items: Sequence[LiveResource]) -> Iterator[tuple[str, str, "itemgetter[Any]"]]:
    """Yield metric, lines with a place for each sample, and what picks the samples for them."""
    lines: dict[str, list[str]] = {}
    places: dict[str, list[int]] = {}
    place = 0
    for item in items:
        inside = _identity(item).replace("%", "%%")
        for gauge in item.gauges:
            name = gauge_name(item.resource.kind, gauge)
            target = target_of(gauge)
            of = f',target="{target}"' if target else ""
            lines.setdefault(name, []).append(f"{name}{{{inside}{of}}} %r\n")
            places.setdefault(name, []).append(place)
            place += 1
    for name, at in places.items():
        yield name, "".join(lines[name]), itemgetter(*at)


def _identity(item: LiveResource) -> str:
    return labels(RESOURCE, (item.uai, item.resource.id, item.resource.kind))
