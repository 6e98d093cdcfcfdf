"""What a vantage watches: resources, and the immutable lists that name them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from numlycee.domain.kinds import CORE_KINDS, Kind, ResourceClass, class_of


class Vantage(StrEnum):
    """A place that observes: the one agent of the site, or the centre."""

    SITE = "site"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing whose availability is kept; `id` is unique within its site.

    `period` is the polling period in milliseconds and `confirmation` the time that a confirmation
    takes: their sum is the resolution below which an outage may go unseen.
    """

    id: str
    kind: Kind
    name: str
    parent: str | None = None
    period: int = 30_000
    confirmation: int = 1_000
    vendor: str = ""
    model: str = ""

    @property
    def resource_class(self) -> ResourceClass:
        """Return the class in which its durations are pooled."""
        return class_of(self.kind)

    @property
    def resolution(self) -> int:
        """Return the length in milliseconds below which an outage may go unseen."""
        return self.period + self.confirmation


@dataclass(frozen=True, slots=True)
class Inventory:
    """The resources that a vantage watches, in a fixed order, and the digest that names them."""

    digest: str
    resources: tuple[Resource, ...]

    def __iter__(self) -> Iterator[Resource]:
        """Iterate over the resources."""
        return iter(self.resources)

    def __contains__(self, resource_id: object) -> bool:
        """Tell whether a resource of this id is listed."""
        return any(resource.id == resource_id for resource in self.resources)

    def core(self) -> frozenset[str]:
        """Return the ids of core equipment: routers and the like, and switches with children."""
        parents = {resource.parent for resource in self.resources}
        return frozenset(
            resource.id
            for resource in self.resources
            if resource.kind in CORE_KINDS
            or (resource.kind is Kind.SWITCH and resource.id in parents)
        )
