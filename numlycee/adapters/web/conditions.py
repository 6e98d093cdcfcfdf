"""The one state of a lycée, or of a class of its equipment, out of the states of its resources."""

from collections.abc import Iterable, Sequence

from numlycee.collector.model import LiveResource, LiveSite
from numlycee.domain.inventory import Inventory
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.states import State

WORST_FIRST = (State.DOWN, State.UNREACHABLE, State.DEGRADED, State.UNOBSERVED, State.UP)
_ALL_DEPEND = frozenset({Kind.LINK, Kind.SERVICE})
_PROBLEMS = frozenset({State.DOWN, State.UNREACHABLE, State.DEGRADED})


def site_state(live: LiveSite | None) -> State:
    """Return the state of a whole lycée; `unobserved` when nothing was ever heard of it."""
    return condition(live.resources, essential(live)) if live else State.UNOBSERVED


def class_states(live: LiveSite | None) -> dict[ResourceClass, State]:
    """Return the state of each class of resources that a lycée has."""
    if live is None:
        return {}
    groups: dict[ResourceClass, list[LiveResource]] = {}
    for item in live.resources:
        groups.setdefault(item.resource.resource_class, []).append(item)
    core = essential(live)
    return {name: condition(groups[name], core) for name in ResourceClass if name in groups}


def essential(live: LiveSite) -> frozenset[str]:
    """Return the ids of what a whole lycée depends on: links, services and core equipment."""
    resources = tuple(item.resource for item in live.resources)
    core = Inventory(digest="", resources=resources).core()
    return core | {resource.id for resource in resources if resource.kind in _ALL_DEPEND}


def condition(resources: Sequence[LiveResource], core: frozenset[str]) -> State:
    """Return the worst state of what is essential; trouble elsewhere only degrades.

    Without anything essential, all must fail for the whole to fail.
    """
    vital = {item.state for item in resources if item.resource.id in core}
    minor = {item.state for item in resources if item.resource.id not in core}
    if not vital:
        return _shared_fate(minor)
    if failed := worst(vital & {State.DOWN, State.UNREACHABLE}):
        return failed
    if State.DEGRADED in vital or minor & _PROBLEMS:
        return State.DEGRADED
    return State.UNOBSERVED if State.UNOBSERVED in vital else State.UP


def worst(states: Iterable[State]) -> State | None:
    """Return the worst of some states, None of none."""
    return min(states, key=WORST_FIRST.index, default=None)


def _shared_fate(states: set[State]) -> State:
    seen = states - {State.UNOBSERVED}
    if not seen:
        return State.UNOBSERVED
    if seen <= {State.DOWN, State.UNREACHABLE}:
        return worst(seen) or State.UNOBSERVED
    return State.DEGRADED if seen & _PROBLEMS else State.UP
