"""Open outages as the maintenance teams see them."""

from dataclasses import dataclass

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.inventory import Resource
from numlycee.domain.sites import Site
from numlycee.domain.states import State


@dataclass(frozen=True, slots=True)
class OpenOutage:
    """A resource `down` or `degraded` on the live board, held long enough to be told.

    `since` is the first sign; the true beginning lies in ``[earliest, since]``. A lycée that fell
    silent is one outage of its link, cause `site-dark`, dated from the last word heard.
    `alerting` says whether maintenance teams are called for it: a link, core equipment or a service
    that is `down`, or a dark site; a service in regional trouble is told once, for the Region.
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
class RegionalOutage:
    """A service that sites share, `down` or `degraded` (partial) by their vote at this instant.

    Of `voters` lycées that see it over a working link, `failing` see it `down`. `since` is when
    enough of them did.
    """

    service: Resource
    state: State
    cause: Cause
    owner: Owner
    since: int
    voters: int
    failing: int

    @property
    def id(self) -> str:
        """Return a stable identifier: the same trouble keeps it while it lasts."""
        return f"region-{self.service.id}-{self.since // 1000}"


@dataclass(frozen=True, slots=True)
class MassSilence:
    """Half of the lycées or more are dark together: the centre or its broker is likelier at fault.

    `since` is when the last word of half of them was heard.
    """

    lycees: int
    since: int


@dataclass(frozen=True, slots=True)
class OutagesSnapshot:
    """Open outages, oldest first, and how many were opened and closed since the start.

    `regional` are the verdicts on shared services; the sites' own stay in `open` and alone count.
    During a `mass_silence` dark sites are listed but nobody is called for each of them.
    """

    at: int
    open: tuple[OpenOutage, ...]
    opened: int
    closed: int
    regional: tuple[RegionalOutage, ...] = ()
    mass_silence: MassSilence | None = None
