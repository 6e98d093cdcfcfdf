"""What the local page shows, taken from the running agent at one instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from numlycee.domain.causes import Cause
from numlycee.domain.devices import Headcount
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.messages import Now
from numlycee_agent.mobile.ports import Today
from numlycee_agent.spool.marks import Marks

WORST_FIRST = (State.DOWN, State.UNREACHABLE, State.DEGRADED, State.UNOBSERVED, State.UP)


class Site(Protocol):
    """The agent that watches the site."""

    @property
    def inventory(self) -> Inventory:
        """Return what is watched."""
        ...

    def now(self) -> Now:
        """Return the present by exception."""
        ...

    def since(self) -> Mapping[str, int]:
        """Return when each resource entered its live state."""
        ...

    def wake(self, resource_id: str) -> None:
        """Observe a resource at once."""
        ...


class Kept(Protocol):
    """The spool."""

    @property
    def marks(self) -> Marks:
        """Return what the centre has confirmed."""
        ...


class Told(Protocol):
    """The publisher."""

    @property
    def heard_at(self) -> int | None:
        """Return when the centre last confirmed anything."""
        ...


@dataclass(frozen=True, slots=True)
class Inside:
    """The parts of a running agent that the page looks at.

    `today` is there where devices are counted, `beacons` where they may send one.
    """

    uai: str
    version: str
    site: Site
    kept: Kept
    told: Told
    today: Today | None = None
    beacons: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One resource as it stands."""

    resource: Resource
    state: State
    cause: Cause | None
    since: int
    gauges: Mapping[str, float]

    @property
    def is_equipment(self) -> bool:
        """Tell it from the link and the services."""
        return self.resource.kind not in {Kind.LINK, Kind.SERVICE}


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that is shown, at one instant.

    `devices` is None where none are counted, `beacons` where none may be sent.
    """

    uai: str
    version: str
    now: Now
    items: tuple[Item, ...]
    marks: Marks
    heard_at: int | None
    devices: Mapping[str, Headcount] | None
    beacons: Mapping[str, int] | None
    children: Mapping[str | None, tuple[Item, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the resources by what they hang from; None for those that hang from nothing."""
        known = {item.resource.id for item in self.items}
        below: dict[str | None, list[Item]] = {}
        for item in self.items:
            parent = item.resource.parent
            below.setdefault(parent if parent in known else None, []).append(item)
        object.__setattr__(self, "children", {key: tuple(found) for key, found in below.items()})

    @property
    def at(self) -> int:
        """Return the instant, in milliseconds since the epoch."""
        return self.now.at

    @property
    def worst(self) -> State:
        """Return the worst state that anything is in."""
        return min((item.state for item in self.items), key=WORST_FIRST.index, default=State.UP)

    def below(self, resource_id: str) -> list[Item]:
        """Return everything that hangs from a resource, near or far."""
        near = self.children.get(resource_id, ())
        return [*near, *(far for item in near for far in self.below(item.resource.id))]


def take(inside: Inside) -> Sight:
    """Look at the agent once."""
    now, since = inside.site.now(), inside.site.since()
    troubles = {present.resource: present for present in now.states}
    items = []
    for resource in inside.site.inventory:
        trouble = troubles.get(resource.id)
        state, cause = (trouble.state, trouble.cause) if trouble else (State.UP, None)
        gauges = now.gauges.get(resource.id, {})
        items.append(Item(resource, state, cause, since.get(resource.id, now.began), gauges))
    devices = None if inside.today is None else inside.today.today(now.at)
    return Sight(
        inside.uai,
        inside.version,
        now,
        tuple(items),
        inside.kept.marks,
        inside.told.heard_at,
        devices,
        inside.beacons,
    )
