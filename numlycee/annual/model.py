"""The annual report as values: every figure that its page and its files show."""

from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.annual.changes import Changes
from numlycee.annual.guaranteed import ContractReport
from numlycee.annual.measured import Completeness, SiteMeasure
from numlycee.annual.order import Edition, Order
from numlycee.annual.stated import Correction, Intervention
from numlycee.domain.budgets import Budget, budget
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.durations import HOUR, MINUTE
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Needed, Objective, Verdict
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.distribution import Spread
from numlycee.rates.model import Figures, Hours, Scope, judged_on


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
    """One local month, « 2025-09 », on the calendar of the class's objective.

    `tally` is the contract's, `felt` keeps announced maintenance in. The verdict is on what is
    promised of each month, None where nothing is.
    """

    name: str
    tally: Tally
    felt: Tally
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class ClassReport:
    """One class over the whole Region.

    `figures` are the Region's: for a shared service the verdict of all lycées together. `lived` is
    the sum of the lycées' own, which differs for shared services only. `resolution` is the longest
    one (milliseconds) among its resources. `objective` is on the year, `monthly` on each month.
    """

    name: ResourceClass
    objective: Objective | None
    monthly: Objective | None
    verdict: Verdict | None
    figures: Both
    lived: Both
    lycees: int
    resolution: int
    months: tuple[Month, ...]

    @property
    def hours(self) -> Hours:
        """Return the calendar on which its year is judged."""
        return judged_on(self.objective)

    @property
    def needed(self) -> Needed | None:
        """Return the coverage that a verdict would have needed, None unless undecided."""
        figures = self.figures.on(self.hours)
        return self.objective.needed(figures.contract) if self.objective else None

    @property
    def budget(self) -> Budget | None:
        """Return the time of failure that its objective allowed so far, and what was spent."""
        tally = self.figures.on(self.hours).contract
        return budget(self.objective.target, tally.required, tally) if self.objective else None

    @property
    def aim(self) -> Objective | None:
        """Return what its months are held against: what is promised of each, or of the year."""
        return self.monthly or self.objective


@dataclass(frozen=True, slots=True)
class Territory:
    """One class in one territory: the pooled figures and how its lycées stand beside them.

    The Region and its académies are judged by the objective made to them, départements by none of
    their own: `objective` says on which calendar they are compared. Each lycée counts in `spreads`,
    one for each calendar, with the verdict on what was promised to it.
    """

    scope: Scope
    name: str
    resource_class: ResourceClass
    lycees: int
    figures: Both
    objective: Objective | None
    verdict: Verdict | None
    spreads: Mapping[Hours, Spread]

    @property
    def hours(self) -> Hours:
        """Return the calendar on which its lycées are compared."""
        return judged_on(self.objective)

    @property
    def spread(self) -> Spread:
        """Return how its lycées stand on the calendar on which they are compared."""
        return self.spreads[self.hours]


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
        return self.service // MINUTE

    @property
    def minutes_always(self) -> int:
        """Return whole minutes around the clock."""
        return self.always // MINUTE

    @property
    def pupil_hours(self) -> int:
        """Return whole pupil-hours of service time."""
        return self.pupils // HOUR


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
class LyceeLine:
    """One class of one lycée; figures of nothing where it was not measured.

    `objective` is its own, or else that of its académie or of the Region.
    """

    site: Site
    resource_class: ResourceClass
    figures: Both
    objective: Objective | None
    verdict: Verdict | None

    @property
    def needed(self) -> Needed | None:
        """Return the coverage that a verdict would have needed, None unless undecided."""
        figures = self.figures.on(judged_on(self.objective))
        return self.objective.needed(figures.contract) if self.objective else None


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
    corrections: tuple[Correction, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    contracts: tuple[ContractReport, ...] = ()
    changes: Changes | None = None


def deciding(needed: Needed) -> tuple[Rate, Verdict]:
    """Return the coverage that would have decided, rounded up to what is printed, and how.

    As if the rest had gone on at the known rate; all available, where nothing at all was seen.
    """
    measured = needed.as_known.denominator > 0
    share = needed.as_known if measured else needed.at_best
    raised = -(-(10**4) * share.numerator // share.denominator)
    return Rate(raised, 10**4), needed.then if measured else Verdict.MET
