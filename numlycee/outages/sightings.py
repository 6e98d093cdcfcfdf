"""What one look at the live board says of each resource: in trouble, well, or nobody knows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from numlycee.collector.model import BoardSnapshot, LiveResource, LiveSite
from numlycee.domain.causes import Cause, propose_owner
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.register import Register
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.outages.model import OpenOutage

Key = tuple[str, str, bool]
"""UAI, resource id, and whether it is about the whole site being dark."""

_TROUBLED = frozenset({State.DOWN, State.DEGRADED})
_BLIND = frozenset({State.UNOBSERVED, State.UNREACHABLE})
_CALLED = frozenset({Kind.LINK, Kind.SERVICE})
NO_LINK = Resource("link", Kind.LINK, "Accès Internet")
"""What stands for the link of a lycée whose inventory names none."""


@dataclass(frozen=True, slots=True)
class Sightings:
    """Troubles seen, resources that nobody can judge now, how many sites were ever heard of."""

    troubles: Mapping[Key, OpenOutage]
    blind: frozenset[Key]
    known: int


def look(board: BoardSnapshot, sites: Mapping[str, Site], register: Register) -> Sightings:
    """Return what a board shows of the sites of the fleet, for the owners that a register lists.

    What is `unreachable` is its parent's affair; a site never heard of is nobody's yet.
    """
    troubles: dict[Key, OpenOutage] = {}
    blind: set[Key] = set()
    known = 0
    for uai, live in board.sites.items():
        if uai not in sites:
            continue
        known += live.last_seen is not None or bool(live.resources)
        blind |= {(uai, seen.resource.id, False) for seen in live.resources if seen.state in _BLIND}
        if live.silent:
            troubles |= {(uai, one.resource.id, True): one for one in _dark(live, sites[uai])}
        else:
            troubles |= {
                (uai, o.resource.id, False): o for o in _troubles(live, sites[uai], register)
            }
    return Sightings(troubles, frozenset(blind), known)


def _dark(live: LiveSite, site: Site) -> Iterator[OpenOutage]:
    link = next((r for r in live.resources if r.resource.kind is Kind.LINK), None)
    since = live.last_seen if link is None or live.last_seen is not None else link.since
    if since is not None:
        resource = link.resource if link else NO_LINK
        owner = propose_owner(Kind.LINK, Cause.SITE_DARK)
        yield OpenOutage(
            site, resource, State.DOWN, Cause.SITE_DARK, owner, since, since, alerting=True
        )


def _troubles(live: LiveSite, site: Site, register: Register) -> Iterator[OpenOutage]:
    troubled = [seen for seen in live.resources if seen.state in _TROUBLED]
    core = Inventory("", tuple(r.resource for r in live.resources)).core() if troubled else ()
    for seen in troubled:
        resource, cause = seen.resource, seen.cause or Cause.OTHER
        called = resource.kind in _CALLED or resource.id in core
        yield OpenOutage(
            site=site,
            resource=resource,
            state=seen.state,
            cause=cause,
            owner=propose_owner(resource.kind, cause, register.owner((site.uai, resource.id))),
            since=seen.since,
            earliest=seen.since - resource.period,
            alerting=called and seen.state is State.DOWN,
        )


def working(live: LiveSite) -> bool:
    """Tell whether a site speaks and its own link works: it may then judge what lies beyond."""
    links = sorted(
        (seen for seen in live.resources if seen.resource.kind is Kind.LINK),
        key=lambda seen: seen.resource.id,
    )
    return not live.silent and bool(links) and links[0].state.available


def services(live: LiveSite) -> Iterator[LiveResource]:
    """Yield the services that a site observes at this instant."""
    for seen in live.resources:
        if seen.resource.kind is Kind.SERVICE and seen.state not in _BLIND:
            yield seen
