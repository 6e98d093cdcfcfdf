"""The figures of a window: tallies by scope and class, on a calendar, with their outages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from numlycee.domain.causes import Owner
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.outages import Outage
from numlycee.domain.register import Key, Overrule
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate, Tally
from numlycee.domain.timeline import Timeline


class Level(StrEnum):
    """Levels of a roll-up."""

    REGION = "region"
    ACADEMY = "academy"
    DEPARTMENT = "department"
    SITE = "site"


class Hours(StrEnum):
    """The two calendars on which every rate is published."""

    SERVICE = "service"
    ALWAYS = "always"


def judged_on(objective: Objective | None) -> Hours:
    """Return the calendar on which an objective is judged: service hours unless it says 24/7."""
    return Hours.ALWAYS if objective and objective.calendar == Hours.ALWAYS else Hours.SERVICE


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a figure is about; `key` is the academy's name, the département's code or the UAI.

    The region's key is empty.
    """

    level: Level
    key: str = ""


REGION = Scope(Level.REGION)


@dataclass(frozen=True, slots=True)
class Window:
    """A named period ``[start, end)``, read as of an instant: what comes later is not required."""

    name: str
    start: int
    end: int
    as_of: int

    @property
    def until(self) -> int:
        """Return where the required time ends."""
        return min(self.end, self.as_of)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one class of resources in one scope over one window, on one calendar.

    `contract` leaves announced maintenance out, `felt` keeps it in. Outages are those whose first
    required millisecond falls in the window; their durations are whole, in milliseconds.
    `lost_pupil_ms` is enrolment × contractual `down` milliseconds of links and services.
    """

    resources: int
    contract: Tally
    felt: Tally
    outages: int = 0
    outage_ms: int = 0
    longest_outage_ms: int = 0
    lost_pupil_ms: int = 0

    @property
    def mean_time_to_restore(self) -> Rate:
        """Return milliseconds of outage over number of outages (not measured without any)."""
        return Rate(self.outage_ms, self.outages)

    @property
    def mean_time_between_failures(self) -> Rate:
        """Return required milliseconds seen available over number of outages (likewise)."""
        return Rate(self.contract.up + self.contract.degraded, self.outages)


@dataclass(frozen=True, slots=True)
class ResourceOutage:
    """One outage of one resource of a site; the rule proposes an owner, a person may overrule."""

    site: Site
    resource: Resource
    outage: Outage
    proposed: Owner
    overrule: Overrule | None = None

    @property
    def owner(self) -> Owner:
        """Return the one party that answers for it."""
        return self.overrule.owner if self.overrule else self.proposed


@dataclass(frozen=True, slots=True)
class SharedOutage:
    """One outage of a service that sites share, as their vote decided it."""

    service: Resource
    outage: Outage
    proposed: Owner
    overrule: Overrule | None = None

    @property
    def owner(self) -> Owner:
        """Return the one party that answers for it."""
        return self.overrule.owner if self.overrule else self.proposed


@dataclass(frozen=True, slots=True)
class Life:
    """A resource of a site (`uai`), or a service that sites share (`uai` empty), since `born`.

    `maintenance` holds the announced instants that the contract leaves out; from `retired` on, if
    a person stated it, nothing is required.
    """

    uai: str
    resource: Resource
    born: int
    timeline: Timeline
    maintenance: IntervalSet = NEVER
    retired: int | None = None

    @property
    def key(self) -> Key:
        """Return what names it: its site and its id there."""
        return self.uai, self.resource.id


Heading = tuple[Scope, ResourceClass]
"""What figures are about: a class in a scope."""

Table = Mapping[Heading, Figures]


@dataclass(frozen=True, slots=True)
class DayBar:
    """One local day of one class in one scope, for the bars of a page: the service-hours tally.

    `day` is an ISO date. A day on which no service was owed has a tally of zeros.
    """

    day: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class RatesSnapshot:
    """Every rolling window on both calendars, and the last 30 local days of each scope's class."""

    as_of: int
    windows: Mapping[str, Window]
    tables: Mapping[tuple[str, Hours], Table]
    days: Mapping[Heading, tuple[DayBar, ...]]

    def figures(
        self, scope: Scope, resource_class: ResourceClass, window: str, hours: Hours
    ) -> Figures:
        """Return the figures asked for; of nothing (not measured) where there are none."""
        return self.tables.get((window, hours), {}).get((scope, resource_class), NOTHING)


NOTHING = Figures(0, Tally(), Tally())
WINDOW_NAMES = ("1h", "24h", "7d", "30d", "year")
"""The rolling windows; `year` is the current school year."""
