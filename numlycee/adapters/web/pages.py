"""The pages: each a function of a summary and an instant, told in a template."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from numlycee.adapters.web import figures, geography, lycee, tiles
from numlycee.adapters.web.devices import Devices, together
from numlycee.adapters.web.rendering import Templates
from numlycee.adapters.web.summary import Group, SiteView, Summary
from numlycee.adapters.web.words import REJECTED
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import principal
from numlycee.domain.states import State
from numlycee.domain.tallies import Tally
from numlycee.rates.model import REGION, Level, Scope

SILENCE = 180_000
"""Milliseconds without a measurement from anywhere after which the page says so."""

Context = dict[str, Any]

STATE_WORDS = (
    (State.UP, "observé en service."),
    (State.DEGRADED, "en service, mais hors de ses seuils ; compte comme du service."),
    (State.DOWN, "observé hors service."),
    (State.UNREACHABLE, "caché derrière un équipement en panne."),
    (State.UNOBSERVED, "personne ne peut le dire : agent muet, mesure impossible, changement."),
)
EXAMPLE = Tally(required=39_600_000, up=37_140_000, down=1_800_000, unobserved=660_000, edge=60_000)
DEPARTMENT_COUNTS = (State.DOWN, State.DEGRADED, State.UNOBSERVED)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long ago anything was measured (milliseconds, None if never), and whether too long."""

    age: int | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Request:
    """What a page is asked for: its path, the part of it that varies, and the search."""

    path: str
    key: str = ""
    query: str = ""


class Pages:
    """Renders every page; `stale_after` is the age in milliseconds of a picture too old."""

    def __init__(self, templates: Templates, stale_after: int) -> None:
        """Keep the templates and the patience."""
        self.templates = templates
        self.stale_after = stale_after

    def render(self, name: str, summary: Summary, now: int, request: Request) -> str | None:
        """Return a page of `PAGES`, or None when what it asks for does not exist."""
        context = PAGES[name](summary, request)
        if context is None:
            return None
        fresh = self._freshness(summary, now)
        common = {"summary": summary, "now": now, "fresh": fresh, "here_path": request.path}
        zone = summary.picture.zone
        return self.templates.render(f"{name}.html", zone, request.path, common | context)

    def message(self, summary: Summary | None, heading: str, text: str) -> str:
        """Return a page that only says something, whatever the picture."""
        zone = summary.picture.zone if summary else "Europe/Paris"
        context = {"summary": summary, "fresh": None, "heading": heading, "text": text}
        return self.templates.render("message.html", zone, "", context)

    def _freshness(self, summary: Summary, now: int) -> Freshness:
        seen = summary.region.last_seen
        age = None if seen is None else max(0, now - seen)
        old = now - summary.picture.at > self.stale_after
        return Freshness(age, old or (age is not None and age > SILENCE))


def home(summary: Summary, _: Request) -> Context:
    """Is it serious, where, who."""
    lines = [
        {
            "group": group,
            "counts": [(state, _count(group, state)) for state in DEPARTMENT_COUNTS],
            "row": figures.row(summary.picture, group.scope, ResourceClass.LINK, "30d"),
            "bars": figures.thirty_days(summary.picture, group.scope, ResourceClass.LINK),
        }
        for group in summary.departments
    ]
    return {
        "cards": tiles.cards(summary, summary.region),
        "lines": lines,
        "map": _map(summary),
        "devices": _devices(summary, summary.region.sites),
    }


def lycees(summary: Summary, request: Request) -> Context:
    """My lycée: by name, commune or UAI, accents and case set aside."""
    words = fold(request.query).split()
    found = [view for view in summary.sites.values() if _matches(view.site, words)]
    return {"found": found, "query": request.query, "link_rate": _link_rate(summary)}


def one_lycee(summary: Summary, request: Request) -> Context | None:
    """All that is known of one lycée."""
    view = summary.sites.get(principal(summary.picture.sites, request.key))
    if view is None:
        return None
    scope = Scope(Level.SITE, view.site.uai)
    return {
        "view": view,
        "outages": [o for o in summary.region.outages if o.site.uai == view.site.uai],
        "kinds": lycee.kinds(view.live),
        "listed": lycee.listed(view.live, summary.picture.equipment.get(view.site.uai, {})),
        "rates": _rates(summary, scope),
        "ledger": summary.picture.ledger.sites.get(view.site.uai),
        "devices": _devices(summary, [view]),
    }


def departement(summary: Summary, request: Request) -> Context | None:
    """My département: the home page, filtered."""
    for group in summary.departments:
        if group.scope.key == request.key:
            return {
                "group": group,
                "cards": tiles.cards(summary, group),
                "devices": _devices(summary, group.sites),
                "bars": [(name, days) for name, _, days in _rates(summary, group.scope)],
                "link_rate": _link_rate(summary),
            }
    return None


def incidents(_summary: Summary, _: Request) -> Context:
    """What is going on now."""
    return {}


def disponibilite(summary: Summary, _: Request) -> Context:
    """Is the engagement kept."""
    return {"rates": _rates(summary, REGION)}


def methode(summary: Summary, _: Request) -> Context:
    """May I believe it."""
    ledger = summary.picture.ledger
    lines = ledger.sites.values()
    holes = [
        (summary.sites[line.uai], line)
        for line in lines
        if line.uai in summary.sites and (line.missing or line.declared_lost)
    ]
    fields = (
        "expected",
        "stored",
        "late",
        "missing",
        "declared_lost",
        "refused",
        "duplicate",
        "conflict",
    )
    return {
        "state_words": STATE_WORDS,
        "example": EXAMPLE,
        "ledger": [sum(getattr(line, field) for line in lines) for field in fields],
        "incomplete": sorted(holes, key=lambda pair: -pair[1].missing - pair[1].declared_lost),
        "rejected": sorted((REJECTED[why], n) for why, n in ledger.rejected.items()),
    }


PAGES: Mapping[str, Callable[[Summary, Request], Context | None]] = {
    "home": home,
    "lycees": lycees,
    "lycee": one_lycee,
    "departement": departement,
    "incidents": incidents,
    "disponibilite": disponibilite,
    "methode": methode,
}


def fold(text: str) -> str:
    """Return a text without accents, hyphens or capitals, for searching."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return bare.casefold().replace("-", " ").replace("’", " ").replace("'", " ")


def _matches(site: Any, words: list[str]) -> bool:
    place = f"{site.department.code} {site.department.name}"
    text = fold(f"{site.name} {site.commune} {site.uai} {' '.join(site.others)} {place}")
    return all(word in text for word in words)


def _count(group: Group, state: State) -> int:
    hidden = group.counts.get(State.UNREACHABLE, 0) if state is State.DOWN else 0
    return group.counts.get(state, 0) + hidden


def _link_rate(summary: Summary) -> Callable[[SiteView], Any]:
    def rate(view: SiteView) -> Any:
        scope = Scope(Level.SITE, view.site.uai)
        line = figures.row(summary.picture, scope, ResourceClass.LINK, "30d")
        return line.service.contract.known

    return rate


def _devices(summary: Summary, views: Iterable[SiteView]) -> Devices | None:
    told = (summary.picture.fleets.get(view.site.uai) for view in views)
    return together([fleet for fleet in told if fleet])


def _rates(
    summary: Summary, scope: Scope
) -> list[tuple[ResourceClass, list[figures.Row], figures.Bars]]:
    known = {key for table in summary.picture.rates.tables.values() for key in table}
    return [
        (name, figures.rows(summary.picture, scope, name), bars)
        for name in ResourceClass
        if (scope, name) in known
        for bars in [figures.thirty_days(summary.picture, scope, name)]
    ]


def _map(summary: Summary) -> Context:
    outlines = geography.outlines()
    placed = [(view.state, *geography.place(view.site)) for view in summary.sites.values()]
    return {
        "outlines": outlines,
        "shapes": [
            (group, outlines.paths[group.scope.key])
            for group in summary.departments
            if group.scope.key in outlines.paths
        ],
        "quiet": [(x, y) for state, x, y in placed if state is State.UP],
        "troubled": [spot for spot in placed if spot[0] is not State.UP],
    }
