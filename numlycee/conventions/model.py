"""What a convention is asked about, what it counts, and where its rule was read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from numlycee.domain.calendars import Calendar, Hours, local_date, zone_of
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.tallies import Rate
from numlycee.domain.timeline import Timeline


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """A service calendar over one period: what is owed, and what its weekly hours alone open.

    `week` holds the ranges of each weekday as somebody would have typed them when the period
    began, Monday first, in minutes of the time zone `zone`.
    """

    owed: IntervalSet
    weekly: IntervalSet
    week: tuple[Hours, ...]
    zone: str

    @classmethod
    def of(cls, calendar: Calendar, start: int, end: int, until: int | None = None) -> Self:
        """Read a calendar over ``[start, end)``, for what is owed no further than `until`.

        Raises `UnknownDateError` as the calendar does.
        """
        bare = replace(calendar, closed=frozenset(), opened={}, known=None)
        return cls(
            owed=calendar.opening(start, end if until is None else until),
            weekly=bare.opening(start, end),
            week=calendar.week(local_date(start, zone_of(calendar.zone))),
            zone=calendar.zone,
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One resource over the period ``[start, end)``, read at `until`, which is not after `end`.

    It was born before `until`; `maintenance` holds the instants that were announced.
    """

    start: int
    end: int
    until: int
    born: int
    timeline: Timeline
    service: ServiceHours
    maintenance: IntervalSet = NEVER

    @property
    def past(self) -> IntervalSet:
        """Return the part of the period that has passed, before the birth included."""
        return IntervalSet.of([(self.start, self.until)])

    @property
    def life(self) -> IntervalSet:
        """Return the part of the period in which the resource existed."""
        return IntervalSet.of([(max(self.start, self.born), self.until)])


@dataclass(frozen=True, slots=True)
class Account:
    """What a rule counts as service, out of what it counts at all; `good` lies in `counted`.

    `credit` is service that stands at no instant, in milliseconds. `note` is a French sentence
    about this one answer.
    """

    good: IntervalSet
    counted: IntervalSet
    credit: int = 0
    note: str = ""

    @property
    def rate(self) -> Rate:
        """Return the figure that the product would print; without denominator, none."""
        return Rate(self.good.measure + self.credit, self.counted.measure)


class Evidence(StrEnum):
    """How much a rule is worth: read in its source or documentation, or recalled only."""

    CODE = "code lu"
    DOCUMENTATION = "documentation lue"
    RECALLED = "de mémoire, non vérifié"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands, which version of it was read, and what that is worth."""

    address: str
    version: str
    evidence: Evidence


MEAN_UNKNOWN = "moyenne des taux, faute de règle publiée"


@dataclass(frozen=True, slots=True)
class Convention:
    """A product's rule, in French: what it counts, how it would have seen our five states.

    `pools` says how several resources become one figure: here always the mean of their rates.
    """

    key: str
    name: str
    rule: Callable[[Case], Account]
    counts: str
    sees: str
    source: Source
    pools: str = MEAN_UNKNOWN

    @property
    def title(self) -> str:
        """Return the name, with a warning where the rule was not verified."""
        recalled = self.source.evidence is Evidence.RECALLED
        return f"{self.name} ({Evidence.RECALLED})" if recalled else self.name
