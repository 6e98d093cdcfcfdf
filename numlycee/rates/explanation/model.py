"""The facts that make one figure, as values: a proof that can be written in words or as data."""

from dataclasses import dataclass, field
from enum import StrEnum

from numlycee.domain.calendars import Ground
from numlycee.domain.calendars import Hours as OpeningHours
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.outages import Outage
from numlycee.domain.register import Lifetime, Overrule
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.domain.tallies import NOTHING, Maintenance, Tally
from numlycee.domain.timeline import Spell
from numlycee.rates.model import Hours, Window


class Rule(StrEnum):
    """Why the state of a stretch is read where it is read."""

    ALONE = "alone"
    GREATER_RUN = "greater-run"
    CENTRE = "centre"
    NOT_LISTED = "not-listed"
    NOBODY = "nobody"
    PARTS = "parts"
    VOTE = "vote"
    CENTRE_DECIDES = "centre-decides"
    FEW_VOTERS = "few-voters"


class Due(StrEnum):
    """Whether a stretch counts, and why it does not."""

    DUE = "due"
    CLOSED = "closed"
    UNBORN = "unborn"
    RETIRED = "retired"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Question:
    """The figure to explain: a resource (`uai` empty for a shared service) over a window.

    `at` is the instant that is asked about in particular, or None.
    """

    uai: str
    resource: str
    window: Window
    hours: Hours = Hours.SERVICE
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Who is read, by which rule; no vantage where a vote decides or nobody watched."""

    rule: Rule
    vantage: Vantage | None = None
    run: str = ""
    began: int | None = None
    inventory: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the window with one state, one reading and one answer to « is it due? »."""

    start: int
    end: int
    state: State
    cause: Cause | None
    due: Due
    reading: Reading

    @property
    def length(self) -> int:
        """Return its milliseconds."""
        return self.end - self.start

    @property
    def tally(self) -> Tally:
        """Return what it adds to a tally when it counts."""
        edge = self.state is State.UNOBSERVED and self.cause is Cause.EDGE
        lengths = {self.state.value: self.length}
        return Tally(required=self.length, edge=self.length if edge else 0, **lengths)


@dataclass(frozen=True, slots=True)
class Day:
    """The calendar's hours of one local day (an ISO date), and why they are not those of the week.

    `since` is the date from which the week in force replaced another, empty for the first.
    """

    date: str
    hours: OpeningHours
    ground: Ground | None
    reason: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The calendar that applied, and what it says of each day of the window."""

    name: str
    version: str
    zone: str
    days: tuple[Day, ...]


ENDLESS = 1 << 62
"""Later than anything: an end that nobody knows."""


@dataclass(frozen=True, slots=True)
class Life:
    """From when service is owed: the first inventory, and what people stated."""

    listed: int
    stated: Lifetime

    @property
    def born(self) -> int:
        """Return the instant from which service is owed."""
        return self.listed if self.stated.begun is None else min(self.listed, self.stated.begun)

    @property
    def retired(self) -> int | None:
        """Return the instant from which nothing is owed any more, None where nobody stated it."""
        return None if self.stated.retired is None else max(self.born, self.stated.retired)

    @property
    def alive(self) -> IntervalSet:
        """Return the instants up to its end: what is reported later is not read."""
        return IntervalSet(((0, ENDLESS if self.retired is None else self.retired),))


@dataclass(frozen=True, slots=True)
class Run:
    """What one run of one vantage covers of the window, and how much of that is read."""

    vantage: Vantage
    run: str
    began: int
    start: int
    end: int
    covered: int
    read: int


@dataclass(frozen=True, slots=True)
class Listing:
    """An inventory in force in the window, and whether it lists the resource."""

    digest: str
    since: int
    names: bool


@dataclass(frozen=True, slots=True)
class Intervention:
    """A stated maintenance that touches the window; `overrun` is counted, in due milliseconds."""

    stated: Maintenance
    excluded: int
    overrun: int


@dataclass(frozen=True, slots=True)
class Poll:
    """The vote on a shared service over a stretch during which nobody's vote changed."""

    start: int
    end: int
    voters: int
    failing: int
    state: State | None


class Vote(StrEnum):
    """What one site had to say of a shared service at an instant."""

    WORKS = "works"
    FAILS = "fails"
    NO_LINK = "no-link"
    LINK_AT_FAULT = "link-at-fault"
    SAW_NOTHING = "saw-nothing"


@dataclass(frozen=True, slots=True)
class Voter:
    """One site and its vote."""

    uai: str
    vote: Vote


@dataclass(frozen=True, slots=True)
class Ballots:
    """Every vote at one instant."""

    at: int
    voters: tuple[Voter, ...]


@dataclass(frozen=True, slots=True)
class PartTold:
    """What one part of a composite is worth: of its living members, so many work or must."""

    name: str
    living: int
    needed: int
    working: int
    state: State
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class Composition:
    """The parts of a composite over a stretch during which none of them changed."""

    start: int
    end: int
    parts: tuple[PartTold, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """An outage, where it counts and to whom it is ascribed.

    `counted` is its first due millisecond: it belongs to the windows that hold it; None when no
    service was owed. `overrule` is a person's statement that replaces the `proposed` owner.
    """

    outage: Outage
    counted: int | None
    proposed: Owner
    overrule: Overrule | None

    @property
    def owner(self) -> Owner:
        """Return the party that the outage is ascribed to."""
        return self.overrule.owner if self.overrule else self.proposed


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that makes the figures of one resource over one window.

    The stretches follow one another from the start of the window to where its time ends; the two
    tallies are their sums. `spells` are those that touch the window, whole.
    """

    question: Question
    site: Site | None
    resource: Resource
    timetable: Timetable
    life: Life
    runs: tuple[Run, ...]
    lists: tuple[Listing, ...]
    interventions: tuple[Intervention, ...]
    spells: tuple[Spell, ...]
    stretches: tuple[Stretch, ...]
    losses: tuple[Loss, ...]
    polls: tuple[Poll, ...] = ()
    ballots: Ballots | None = None
    compositions: tuple[Composition, ...] = ()
    contract: Tally = field(default=NOTHING)
    felt: Tally = field(default=NOTHING)
