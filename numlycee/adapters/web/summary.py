"""A picture counted up once: lycées, classes, départements, the sentence at the top."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from numlycee.adapters.web.conditions import WORST_FIRST, class_states, site_state, worst
from numlycee.adapters.web.words import counted, lycees
from numlycee.collector.model import LiveSite
from numlycee.domain import french
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.quorum import verdict
from numlycee.domain.sites import Department, Site
from numlycee.domain.states import State
from numlycee.outages.model import OpenOutage
from numlycee.picture import Picture
from numlycee.rates.model import REGION, Level, Scope

SERIOUS = 20
"""One lycée in twenty failing makes the banner red."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """One lycée with its present state, whole and class by class."""

    site: Site
    live: LiveSite | None
    state: State
    classes: Mapping[ResourceClass, State]


@dataclass(frozen=True, slots=True)
class Banner:
    """The answer to « is it serious? »: a tone (a state) and a sentence."""

    tone: State
    sentence: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some lycées taken together: the whole Region or one département."""

    scope: Scope
    sites: tuple[SiteView, ...]
    outages: tuple[OpenOutage, ...]
    counts: Mapping[State, int]
    answering: int
    last_seen: int | None
    banner: Banner
    department: Department | None = None

    @property
    def state(self) -> State:
        """Return the worst state of its lycées."""
        return worst(view.state for view in self.sites) or State.UNOBSERVED

    def class_counts(self, resource_class: ResourceClass) -> Mapping[State, int]:
        """Return how many lycées have the class in each state."""
        return Counter(
            view.classes[resource_class] for view in self.sites if resource_class in view.classes
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """All that several pages need of a picture."""

    picture: Picture
    region: Group
    departments: tuple[Group, ...]
    sites: Mapping[str, SiteView]


def summarise(picture: Picture) -> Summary:
    """Count a picture up; départements come worst first."""
    views = tuple(_site(picture, site) for site in sorted(picture.sites.values(), key=_by_name))
    places = {view.site.department.code: view.site.department for view in views}
    departments = [
        _group(picture, [v for v in views if v.site.department.code == code], place)
        for code, place in places.items()
    ]
    return Summary(
        picture=picture,
        region=_group(picture, views),
        departments=tuple(sorted(departments, key=_trouble)),
        sites={view.site.uai: view for view in views},
    )


def _site(picture: Picture, site: Site) -> SiteView:
    live = picture.board.sites.get(site.uai)
    return SiteView(site, live, site_state(live), class_states(live))


def _by_name(site: Site) -> tuple[str, str, str]:
    return french.plain(site.commune), french.plain(site.name), site.uai


def _trouble(group: Group) -> tuple[object, ...]:
    code = group.department.code if group.department else ""
    return (*(-group.counts.get(state, 0) for state in WORST_FIRST[:-1]), code)


def _group(
    picture: Picture, views: Iterable[SiteView], department: Department | None = None
) -> Group:
    sites = tuple(views)
    mine = {view.site.uai for view in sites}
    heard = [view.live for view in sites if view.live]
    return Group(
        scope=Scope(Level.DEPARTMENT, department.code) if department else REGION,
        sites=sites,
        outages=tuple(outage for outage in picture.outages.open if outage.site.uai in mine),
        counts=Counter(view.state for view in sites),
        answering=sum(not live.silent and live.last_seen is not None for live in heard),
        last_seen=max((live.last_seen for live in heard if live.last_seen), default=None),
        banner=_banner(sites),
        department=department,
    )


def _banner(sites: tuple[SiteView, ...]) -> Banner:
    counts = Counter(view.state for view in sites)
    total, unseen = len(sites), counts[State.UNOBSERVED]
    if not total:
        return Banner(State.UNOBSERVED, "Aucun lycée n’est encore suivi")
    failing = counts[State.DOWN] + counts[State.UNREACHABLE]
    if failing or counts[State.DEGRADED]:
        if shared_failure(sites):
            lost = sum(view.classes.get(ResourceClass.SERVICE) is State.DOWN for view in sites)
            return Banner(State.DOWN, f"ENT en panne pour {lycees(lost)} sur {total}")
        red = failing * SERIOUS >= total and (failing > 1 or total == 1)
        return Banner(State.DOWN if red else State.DEGRADED, _trouble_sentence(counts, total))
    if unseen == total:
        return Banner(State.UNOBSERVED, "Aucune mesure : aucun agent ne répond")
    if unseen:
        tone = State.UNOBSERVED if unseen * SERIOUS >= total else State.UP
        words = counted(State.UNOBSERVED, unseen)
        return Banner(tone, f"Aucune panne constatée, {words} sur {total}")
    return Banner(
        State.UP, f"Tout fonctionne dans les {total} lycées" if total > 1 else "En service"
    )


def _trouble_sentence(counts: Mapping[State, int], total: int) -> str:
    failing = counts[State.DOWN] + counts[State.UNREACHABLE]
    degraded = counts[State.DEGRADED]
    parts = [f"{lycees(failing)} en panne"] if failing else []
    if degraded:
        words = counted(State.DEGRADED, degraded)
        parts.append(words if failing else words.replace(str(degraded), lycees(degraded), 1))
    return f"{', '.join(parts)} sur {total}"


def shared_failure(sites: Iterable[SiteView]) -> bool:
    """Tell whether a service fails for at least half of the lycées whose own link works."""
    votes: dict[str, list[bool]] = {}
    for view in sites:
        if view.live and view.classes.get(ResourceClass.LINK, State.UP).available:
            for item in view.live.resources:
                if item.resource.kind is Kind.SERVICE and item.state in _VOTES:
                    votes.setdefault(item.resource.id, []).append(item.state is State.DOWN)
    return any(verdict(len(v), sum(v)) is State.DOWN for v in votes.values())


_VOTES = frozenset({State.UP, State.DEGRADED, State.DOWN})
