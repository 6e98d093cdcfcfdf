"""The samples of every single resource: what it is, how it is, and its gauges.

They are most of what is exposed, and between two scrapes only figures change. Of each site the text
is kept as a pattern with a place for every figure, written anew when its list of resources or of
gauges changes: one formatting then writes hundreds of lines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from numlycee.adapters.prometheus.catalogue import (
    CATALOGUE,
    INFO,
    LABEL,
    RESOURCE,
    STANDING,
    STATE,
    Metric,
    gauge_name,
    target_of,
)
from numlycee.adapters.prometheus.packing import Part, pack
from numlycee.adapters.prometheus.text import labels
from numlycee.collector.model import LiveResource, LiveSite
from numlycee.domain.causes import Cause, propose_owner
from numlycee.domain.equipment import Item
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import EQUIPMENT_KINDS, Kind
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
NONE: Final[Mapping[str, Item]] = {}
UNSAID: Final = Item("", "", Kind.GENERIC, "")


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
            kept.show(live, site.operator if site else "", picture.equipment.get(uai, NONE))

    def families(self) -> Iterator[tuple[Metric, Iterator[Kept] | str]]:
        """Yield each metric with its samples: kept texts of the sites, or one fresh text."""
        sites = self._sites.values()
        yield INFO, (site.info for site in sites)
        yield LABEL, (site.labels for site in sites)
        yield STANDING, (site.standing for site in sites)
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
        self.info = self.labels = self.standing = self.states = Kept()
        self._resources: list[Resource] = []
        self._operator = ""
        self._items = NONE
        self._codes: list[int] = []
        self._named: list[tuple[str, ...]] = []
        self._gauges: list[tuple[str, str, itemgetter[Any]]] = []
        self._values: list[float] = []

    def show(self, live: LiveSite, operator: str, stated: Mapping[str, Item]) -> None:
        """Take in what is shown of the site now, and what is stated of its equipment."""
        items = live.resources
        resources = [item.resource for item in items]
        listed = resources != self._resources
        if listed or operator != self._operator or stated is not self._items:
            self._resources, self._operator, self._items = resources, operator, stated
            self.info = Kept(_information(items, operator, stated))
            self.labels = Kept(_labels(items, stated))
            self.standing = Kept(_standing(live.uai, resources, stated))
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


def _information(items: Sequence[LiveResource], operator: str, stated: Mapping[str, Item]) -> str:
    lines = []
    for item in items:
        resource = item.resource
        said = stated.get(resource.id, UNSAID)
        inside = labels(
            INFO.labels,
            (
                item.uai, resource.id, resource.kind, resource.resource_class,
                resource.vendor or said.vendor, resource.model or said.model,
                propose_owner(resource.kind, Cause.OTHER, said.owner), said.operator or operator,
                said.contract,
            ),
        )  # fmt: skip
        lines.append(f"{INFO.name}{{{inside}}} 1\n")
    return "".join(lines)


def _labels(items: Sequence[LiveResource], stated: Mapping[str, Item]) -> str:
    return "".join(
        f"{LABEL.name}{{{labels(LABEL.labels, (*_named(item), name, value))}}} 1\n"
        for item in items
        if item.resource.id in stated
        for name, value in stated[item.resource.id].labels
    )


def _standing(uai: str, resources: Iterable[Resource], stated: Mapping[str, Item]) -> str:
    """Write how the register agrees with what is observed; nothing of a lycée without one."""
    if not stated:
        return ""
    watched = {resource.id for resource in resources if resource.kind in EQUIPMENT_KINDS}
    both = len(watched & stated.keys())
    counts = {"both": both, "register": len(stated) - both, "observed": len(watched) - both}
    return "".join(
        f"{STANDING.name}{{{labels(STANDING.labels, (uai, name))}}} {count}\n"
        for name, count in counts.items()
    )


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
    return labels(RESOURCE, _named(item))


def _named(item: LiveResource) -> tuple[str, str, str]:
    return item.uai, item.resource.id, item.resource.kind
