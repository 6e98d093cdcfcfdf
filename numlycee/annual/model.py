"""The annual report as values: every figure that its page and its files show."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from numlycee.domain.calendars import Calendar
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Verdict
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.model import Figures, Hours, Scope, Window

RULES = "1"
"""Version of the rules by which figures are made: raise it with the arithmetic of `rates` or here.

A change gives every year that was declared final a new edition, and says so in it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a report is asked for: a school year of a fleet, its calendars and its objectives.

    `calendars` holds the service hours by the name that a site gives, the usual ones under "".
    """

    year: str
    region: str
    zone: str
    sites: Mapping[str, Site]
    calendars: Mapping[str, Calendar]
    objectives: Mapping[ResourceClass, Objective]
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """What identifies a report: same edition, same bytes. No wall clock, no fact of arrival.

    `inputs` are the digests of each kind of input, `digest` the one of them all. An edition that
    nobody declared `final` is provisional: it gives way to the next reading.
    """

    window: Window
    digest: str
    number: int = 1
    rules: str = RULES
    inputs: Mapping[str, str] = field(default_factory=dict)
    final: bool = False

    @property
    def ongoing(self) -> bool:
        """Tell whether the year was still going on."""
        return self.window.as_of < self.window.end


@dataclass(frozen=True, slots=True)
class Standing:
    """What one edition says of one line; the verdict and what was not told are empty."""

    tally: Tally
    outages: int | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs between two editions: a class in a place, or what an owner lost.

    Without a standing `before` the line is new, without one `after` it is gone. All in the words
    of the published tables.
    """

    resource_class: str
    level: str
    code: str
    name: str
    hours: str
    before: Standing | None
    after: Standing | None

    @property
    def moved(self) -> Tally:
        """Return the difference of each duration."""
        old, new = (s.tally if s else Tally() for s in (self.before, self.after))
        return new - old

    @property
    def gap(self) -> Rate:
        """Return the exact difference of the known rates, not measured unless both are."""
        old, new = (s.tally.known if s else Rate(0, 0) for s in (self.before, self.after))
        return difference(new, old)

    @property
    def weight(self) -> int:
        """Return the largest of the differences in required, observed and lost milliseconds."""
        moved = self.moved
        return max(map(abs, (moved.required, moved.required - moved.unobserved, moved.down)))


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the last edition that was declared final, and the reasons proven.

    `lines` go from the heaviest to the lightest; `others` are the titles of the other tables that
    differ.
    """

    since: int
    digest: str
    reasons: tuple[str, ...]
    lines: tuple[Change, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """The same figures on both calendars."""

    service: Figures
    always: Figures

    def on(self, hours: Hours) -> Figures:
        """Return the figures of one calendar."""
        return self.always if hours is Hours.ALWAYS else self.service


@dataclass(frozen=True, slots=True)
class Month:
    """One local month, « 2025-09 », on the calendar of the class's objective."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class over the whole Region.

    `figures` are the Region's: for a shared service the verdict of all lycées together. `lived` is
    the sum of the lycées' own, which differs for shared services only. `resolution` is the longest
    one (milliseconds) among its resources.
    """

    name: ResourceClass
    objective: Objective | None
    verdict: Verdict | None
    figures: Both
    lived: Both
    lycees: int
    resolution: int
    months: tuple[Month, ...]

    @property
    def hours(self) -> Hours:
        """Return the calendar on which it is judged."""
        return judged_on(self.objective)


@dataclass(frozen=True, slots=True)
class Distribution:
    """How the known rates of lycées spread; rates of real lycées, by the nearest rank."""

    measured: int
    lowest: Rate
    median: Rate
    highest: Rate

    @property
    def spread(self) -> Rate:
        """Return P95 − P5, exact, as a rate."""
        return difference(self.highest, self.lowest)


@dataclass(frozen=True, slots=True)
class Territory:
    """One class in one territory: the pooled figures and how its lycées stand beside them.

    `weighted` is the known rate with each lycée weighing its pupils. `clear` counts measured
    lycées without an outage, `verdicts` those that met, missed … the objective.
    """

    scope: Scope
    name: str
    resource_class: ResourceClass
    lycees: int
    figures: Both
    weighted: Rate
    distribution: Distribution
    clear: int
    verdicts: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class Blame:
    """Milliseconds of `down` of one class ascribed to one owner, lycée by lycée added up."""

    resource_class: ResourceClass
    owner: Owner
    service: int
    always: int
    pupils: int

    @property
    def minutes(self) -> int:
        """Return whole minutes of service time: totals add these up, so that pages add up too."""
        return self.service // 60_000

    @property
    def minutes_always(self) -> int:
        """Return whole minutes around the clock."""
        return self.always // 60_000

    @property
    def pupil_hours(self) -> int:
        """Return whole pupil-hours of service time."""
        return self.pupils // 3_600_000


@dataclass(frozen=True, slots=True)
class Incident:
    """Outages told together: of a shared service, of one operator's links at once, or one alone.

    The true beginning lies in ``[earliest, start]``, the true end in ``[end, latest]``. `lost`
    adds up the service time lost in each lycée, `pupils` weighs it by enrolment (milliseconds).
    """

    resource_class: ResourceClass
    name: str
    sites: tuple[Site, ...]
    start: int
    end: int
    earliest: int
    latest: int
    cause: Cause
    owner: Owner
    ongoing: bool
    lost: int
    pupils: int

    @property
    def uncertainty(self) -> int:
        """Return how many milliseconds longer it may truly have been."""
        return (self.start - self.earliest) + (self.latest - self.end)


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One local day of a shared service, in milliseconds of service time.

    `down` and `partial` by the verdict of all lycées, `slow` added up over lycées that saw it
    degraded.
    """

    day: str
    down: int
    partial: int
    slow: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """Required service time of one class, split by what is known of it (milliseconds).

    `declared` is what an agent itself said it could not observe, `silent` what nobody accounted
    for; ``required = observed + edge + declared + silent``.
    """

    resource_class: ResourceClass
    required: int
    observed: int
    edge: int
    declared: int
    silent: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch for which nobody accounted for a site; `service` milliseconds of it were owed."""

    site: Site
    start: int
    end: int
    service: int


@dataclass(frozen=True, slots=True)
class SiteMeasure:
    """How well one lycée was measured: service time owed, accounted for, and its silences."""

    site: Site
    required: int
    covered: int
    silences: tuple[Silence, ...]

    @property
    def coverage(self) -> Rate:
        """Return the share accounted for."""
        return Rate(self.covered, self.required)


@dataclass(frozen=True, slots=True)
class LyceeLine:
    """One class of one lycée; figures of nothing where it was not measured."""

    site: Site
    resource_class: ResourceClass
    figures: Both
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """All of it; `incidents` heaviest first, `days` worst first, `lycees` by place then class.

    `changes` is there from the second edition on.
    """

    order: Order
    edition: Edition
    classes: tuple[ClassReport, ...]
    territories: tuple[Territory, ...]
    blames: tuple[Blame, ...]
    incidents: tuple[Incident, ...]
    days: tuple[ServiceDay, ...]
    completeness: tuple[Completeness, ...]
    measures: tuple[SiteMeasure, ...]
    lycees: tuple[LyceeLine, ...]
    changes: Changes | None = None


def difference(one: Rate, other: Rate) -> Rate:
    """Return ``one - other``, exact; not measured unless both are."""
    return Rate(
        one.numerator * other.denominator - other.numerator * one.denominator,
        one.denominator * other.denominator,
    )


def judged_on(objective: Objective | None) -> Hours:
    """Return the calendar on which an objective is judged: service hours unless it says 24/7."""
    return Hours.ALWAYS if objective and objective.calendar == Hours.ALWAYS else Hours.SERVICE
