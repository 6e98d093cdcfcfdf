"""Live boards written by hand."""

from collections.abc import Iterable

from numlycee.collector.model import BoardSnapshot, LiveResource, LiveSite
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Department, Site
from numlycee.domain.states import State

T0 = 1_790_000_000_000
SECOND = 1000

LINK = Resource("link", Kind.LINK, "Accès THD")
ENT = Resource("ent", Kind.SERVICE, "ENT", parent="link")
CORE = Resource("sw-coeur", Kind.SWITCH, "Cœur", parent="link")
LEAF = Resource("sw-b", Kind.SWITCH, "Bâtiment B", parent="sw-coeur")
PRINTER = Resource("impr", Kind.PRINTER, "Imprimante", parent="sw-b")
ALL = (LINK, ENT, CORE, LEAF, PRINTER)

UAIS = tuple(f"031{n:04d}A" for n in range(8))
SITES = {
    uai: Site(
        uai, f"Lycée {n}", "Muret", Department("31", "Haute-Garonne", "Toulouse"), 43.5, 1.3, 900
    )
    for n, uai in enumerate(UAIS)
}

Seen = tuple[State, Cause | None, int]
DOWN: Seen = (State.DOWN, Cause.TIMEOUT, T0)
DEGRADED: Seen = (State.DEGRADED, Cause.LOSS, T0)
UNREACHABLE: Seen = (State.UNREACHABLE, Cause.PARENT, T0)
UNOBSERVED: Seen = (State.UNOBSERVED, Cause.PROBE, T0)


WELL: Seen = (State.UP, None, T0 - 100 * SECOND)


def live(uai: str, **states: Seen) -> LiveSite:
    """A site where everything works, but for what is named (`sw_coeur` for `sw-coeur`)."""
    seen = {name.replace("_", "-"): state for name, state in states.items()}
    resources = (LiveResource(uai, r, *seen.get(r.id, WELL)) for r in ALL)
    return LiveSite(uai, False, T0, "r1", "0.1.0", 0, 7, tuple(resources))


def mute(uai: str, last_seen: int | None = T0) -> LiveSite:
    """A silent site, last heard of at an instant, or not since the centre started."""
    lost: Seen = (State.UNOBSERVED, Cause.AGENT, last_seen or T0)
    resources = tuple(LiveResource(uai, r, *lost) for r in ALL)
    return LiveSite(uai, True, last_seen, "r1", "0.1.0", 0, 7, resources)


def board(at: int, sites: Iterable[LiveSite]) -> BoardSnapshot:
    named = {site.uai: site for site in sites}
    return BoardSnapshot(at, {uai: named.get(uai, live(uai)) for uai in UAIS})
