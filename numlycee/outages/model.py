"""Open outages as the maintenance teams see them."""

from dataclasses import dataclass

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.inventory import Resource
from numlycee.domain.sites import Site
from numlycee.domain.states import State


@dataclass(frozen=True, slots=True)
class OpenOutage:
    """A resource `down` or `degraded` on the live board, held long enough to be told.

    `since` is the first sign; the true beginning lies in ``[earliest, since]``. `alerting` says
    whether maintenance teams are called for it (links, core equipment, services, dark sites).
    """

    site: Site
    resource: Resource
    state: State
    cause: Cause
    owner: Owner
    since: int
    earliest: int
    alerting: bool

    @property
    def id(self) -> str:
        """Return a stable identifier: the same trouble keeps it while it lasts."""
        return f"{self.site.uai}-{self.resource.id}-{self.since // 1000}"


@dataclass(frozen=True, slots=True)
class OutagesSnapshot:
    """Open outages, oldest first, and how many were opened and closed since the start."""

    at: int
    open: tuple[OpenOutage, ...]
    opened: int
    closed: int
