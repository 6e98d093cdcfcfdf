"""Operators' contracts: whether each outage ended within its guaranteed time to restore (GTR)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from numlycee.domain.calendars import Calendar, ServiceTime
from numlycee.domain.causes import Owner
from numlycee.domain.kinds import Kind
from numlycee.domain.objectives import Verdict, verdict_on
from numlycee.domain.outages import Outage
from numlycee.domain.register import WHOLE_SITE, Key
from numlycee.domain.tallies import Maintenance, Rate, Tally, excluded


class Compliance(StrEnum):
    """What can be said of a guarantee, given the bounds of an outage."""

    KEPT = "kept"
    BROKEN = "broken"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Contract:
    """A promise to restore within `restore_ms`, counted in the contract's own hours.

    `keys` names what it covers; an empty id stands for every resource of `kind` of the site.
    `target` is the availability promised beside, if any, on the same hours. The clock stands still
    outside these hours, and during announced maintenance where `spares_maintenance`.
    """

    name: str
    owner: Owner
    restore_ms: int
    calendar: str
    keys: frozenset[Key]
    target: Rate | None = None
    kind: Kind = Kind.LINK
    spares_maintenance: bool = True

    def covers(self, key: Key, kind: Kind) -> bool:
        """Tell whether the contract is about a resource."""
        return key in self.keys or (kind is self.kind and (key[0], WHOLE_SITE) in self.keys)

    def hours(
        self, calendar: Calendar, start: int, end: int, maintenance: Iterable[Maintenance] = ()
    ) -> ServiceTime:
        """Return the contract's clock over ``[start, end)``, maintenance being one resource's.

        It must begin before the outages to be judged, and go on after them.
        """
        opening = calendar.opening(start, end)
        return ServiceTime(opening - excluded(maintenance) if self.spares_maintenance else opening)

    def restorations(
        self, outages: Iterable[Outage], hours: ServiceTime
    ) -> Iterator["Restoration"]:
        """Yield how each outage of a resource stands; those that took no contract time are none."""
        for outage in outages:
            least = hours.between(outage.start, outage.end)
            if least:
                most = hours.between(outage.earliest, outage.latest)
                yield Restoration(outage, least, most, self._judged(outage, least, most))

    def verdict(self, tally: Tally) -> Verdict | None:
        """Return what a tally on the contract's hours says of its target, None without one."""
        return verdict_on(self.target, tally) if self.target else None

    def _judged(self, outage: Outage, least: int, most: int) -> Compliance:
        if least > self.restore_ms:
            return Compliance.BROKEN
        kept = most <= self.restore_ms and not outage.ongoing
        return Compliance.KEPT if kept else Compliance.UNDECIDED


@dataclass(frozen=True, slots=True)
class Restoration:
    """One outage on the contract's clock: from `least` to `most` milliseconds to restore.

    `least` goes from the first to the last sign of failure, `most` over all that may have been of
    it. An outage still going on has no longest: `most` is what it may have taken so far.
    """

    outage: Outage
    least: int
    most: int
    compliance: Compliance


@dataclass(frozen=True, slots=True)
class Record:
    """How often a guarantee was kept, and the longest restoration, as bounds in milliseconds."""

    kept: int = 0
    broken: int = 0
    undecided: int = 0
    longest_least: int = 0
    longest_most: int = 0

    @property
    def outages(self) -> int:
        """Return how many outages were judged."""
        return self.kept + self.broken + self.undecided

    @property
    def low(self) -> Rate:
        """Return the least share kept: what is undecided was broken."""
        return Rate(self.kept, self.outages)

    @property
    def high(self) -> Rate:
        """Return the greatest share kept: what is undecided was kept."""
        return Rate(self.kept + self.undecided, self.outages)


def record(restorations: Sequence[Restoration]) -> Record:
    """Return the totals of any restorations, of one resource or of a whole contract."""
    told = [one.compliance for one in restorations]
    return Record(
        kept=told.count(Compliance.KEPT),
        broken=told.count(Compliance.BROKEN),
        undecided=told.count(Compliance.UNDECIDED),
        longest_least=max((one.least for one in restorations), default=0),
        longest_most=max((one.most for one in restorations), default=0),
    )
