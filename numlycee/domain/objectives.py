"""Objectives, what they promise to whom, and their three-valued verdicts."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Self

from numlycee.domain.causes import Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate, Tally


class Verdict(StrEnum):
    """What can be said of an objective, given what was observed."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"
    NOT_MEASURED = "not-measured"


class Period(StrEnum):
    """Over how long an objective is judged: a school year, or each of its local months."""

    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Needed:
    """The coverage that a verdict would have needed, as shares of the required time.

    `at_best` is the least share if all the rest had turned out available: the verdict is then
    `MET`. `as_known` is the least if the rest had gone on at the known rate, with the verdict
    `then`; not measured when nothing at all was seen.
    """

    at_best: Rate
    as_known: Rate
    then: Verdict


@dataclass(frozen=True, slots=True)
class Objective:
    """A target rate for a class of resources on a calendar, and the party that owes it.

    It holds for the Region, or for one academy, or for one lycée (`uai`, a tripartite contract).
    """

    resource_class: ResourceClass
    target: Rate
    calendar: str
    owner: Owner
    academy: str = ""
    uai: str = ""
    period: Period = Period.YEAR

    def __post_init__(self) -> None:
        """Refuse an objective for two places."""
        if self.academy and self.uai:
            message = (
                f"objective of class {self.resource_class}: for academy {self.academy} or for "
                f"lycée {self.uai}? leave one of the two out"
            )
            raise ValueError(message)

    def verdict(self, tally: Tally) -> Verdict:
        """Return `MET` when even the low bound reaches the target, `MISSED` when the high fails."""
        return verdict_on(self.target, tally)

    def needed(self, tally: Tally) -> Needed | None:
        """Return the coverage that a verdict would have needed, None unless undecided."""
        undecided = self.verdict(tally) is Verdict.UNDECIDED
        return needed(self.target, tally) if undecided else None

    def budget(self, tally: Tally) -> int:
        """Return the milliseconds of `down` that the target allows over the required time."""
        return allowed(self.target, tally.required - tally.unreachable)

    def remaining(self, tally: Tally) -> Rate:
        """Return the share of the error budget not yet spent; negative once overspent."""
        budget = self.budget(tally)
        return Rate(budget - tally.down, budget)


def verdict_on(target: Rate, tally: Tally) -> Verdict:
    """Return what a tally says of a target."""
    if not tally.low.denominator:
        return Verdict.NOT_MEASURED
    if tally.low.reaches(target):
        return Verdict.MET
    return Verdict.UNDECIDED if tally.high.reaches(target) else Verdict.MISSED


def allowed(target: Rate, owed: int) -> int:
    """Return the whole milliseconds of failure that a target allows over the owed ones."""
    return owed * (target.denominator - target.numerator) // target.denominator


def needed(target: Rate, tally: Tally) -> Needed:
    """Return the coverage that an undecided tally would have needed for a verdict.

    With A available, U unobserved and D = required − unreachable milliseconds, of which the target
    t asks tD, x more observed milliseconds give a verdict

    * all available: ``A + x ≥ tD``, hence ``x = ⌈tD − A⌉``;
    * at the known rate k: met when ``A + kx ≥ tD``, missed when ``A + U − (1−k)x < tD``. At x = U
      the two bounds meet, so that exactly one of the two happens: met (``x = ⌈(tD − A)/k⌉``) when
      ``A + kU ≥ tD``, else missed (``x = ⌊(A + U − tD)/(1−k)⌋ + 1``).
    """
    available, unobserved = tally.up + tally.degraded, tally.unobserved
    owed = tally.required - tally.unreachable
    asked = Fraction(target.numerator * owed, target.denominator)

    def covered(more: int) -> Rate:
        return Rate(tally.required - unobserved + more, tally.required)

    at_best = covered(ceil(asked - available))
    if not tally.known.denominator:
        return Needed(at_best, Rate(0, 0), Verdict.NOT_MEASURED)
    rate = Fraction(tally.known.numerator, tally.known.denominator)
    if available + rate * unobserved >= asked:
        return Needed(at_best, covered(ceil((asked - available) / rate)), Verdict.MET)
    failing = floor((available + unobserved - asked) / (1 - rate)) + 1
    return Needed(at_best, covered(failing), Verdict.MISSED)


@dataclass(frozen=True, slots=True)
class Promises:
    """Every objective; for a place the one made most closely to it holds: lycée, academy, class."""

    objectives: tuple[Objective, ...] = ()

    @classmethod
    def of(cls, objectives: Iterable[Objective]) -> Self:
        """Keep objectives; raises `ValueError` when two say something of the same thing."""
        kept: dict[tuple[object, ...], Objective] = {}
        for one in objectives:
            key = (one.resource_class, one.academy, one.uai, one.period)
            if key in kept:
                place = one.uai or one.academy or "the Region"
                message = (
                    f"two objectives of class {one.resource_class} for {place}, each {one.period}: "
                    "keep one"
                )
                raise ValueError(message)
            kept[key] = one
        return cls(tuple(kept.values()))

    def for_site(
        self, name: ResourceClass, site: Site, period: Period = Period.YEAR
    ) -> Objective | None:
        """Return the objective of a class in one lycée: its own, its academy's or the Region's."""
        own = self._made(name, period, uai=site.uai)
        return own or self.for_academy(name, site.department.academy, period)

    def for_academy(
        self, name: ResourceClass, academy: str, period: Period = Period.YEAR
    ) -> Objective | None:
        """Return the objective of a class in one academy: its own or the Region's."""
        own = self._made(name, period, academy=academy) if academy else None
        return own or self.for_region(name, period)

    def for_region(self, name: ResourceClass, period: Period = Period.YEAR) -> Objective | None:
        """Return the objective of a class for the whole Region."""
        return self._made(name, period)

    def _made(
        self, name: ResourceClass, period: Period, academy: str = "", uai: str = ""
    ) -> Objective | None:
        sought = (name, period, academy, uai)
        made = (
            o for o in self.objectives if (o.resource_class, o.period, o.academy, o.uai) == sought
        )
        return next(made, None)
