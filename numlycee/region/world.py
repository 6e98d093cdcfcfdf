"""The truth of the simulated Region: what is broken now, and hence what answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.states import State

Target = tuple[str, str]
"""A resource of a site: (uai, resource id)."""

ENT = "ent"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with something: `DOWN` (it does not answer) or `DEGRADED`, and why."""

    state: State
    cause: Cause


SILENCE = Fault(State.DOWN, Cause.TIMEOUT)


class World:
    """Sites and their resources; faults of single resources and of the shared portal."""

    def __init__(self, resources: Mapping[str, tuple[Resource, ...]]) -> None:
        """Begin with nothing broken; `resources` are keyed by UAI."""
        self.resources = resources
        self.portal: Fault | None = None
        self._faults: dict[Target, Fault] = {}
        self._ancestors = {
            (uai, resource_id): chain
            for uai, listing in resources.items()
            for resource_id, chain in ancestors(listing).items()
        }

    def strike(self, target: Target, fault: Fault) -> None:
        """Break a resource."""
        self._faults[target] = fault

    def mend(self, target: Target) -> None:
        """Repair a resource."""
        self._faults.pop(target, None)

    def condition(self, target: Target) -> Fault | None:
        """Return what a probe would find: its parents' silence, its own fault, or nothing."""
        uai = target[0]
        if any(self._dead((uai, parent)) for parent in self._ancestors[target]):
            return SILENCE
        own = self._faults.get(target)
        return self.portal if own is None and target[1] == ENT else own

    def _dead(self, target: Target) -> bool:
        fault = self._faults.get(target)
        return fault is not None and fault.state is State.DOWN


def ancestors(resources: Iterable[Resource]) -> dict[str, tuple[str, ...]]:
    """Return, for each resource id, what it hangs from, nearest first."""
    parent_of = {resource.id: resource.parent for resource in resources}
    return {resource_id: tuple(_climb(parent_of, resource_id)) for resource_id in parent_of}


def _climb(parent_of: Mapping[str, str | None], resource_id: str) -> Iterator[str]:
    parent = parent_of[resource_id]
    while parent is not None:
        yield parent
        parent = parent_of[parent]
