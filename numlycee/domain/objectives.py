"""Objectives and their three-valued verdicts."""

from dataclasses import dataclass
from enum import StrEnum

from numlycee.domain.causes import Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.tallies import Rate, Tally


class Verdict(StrEnum):
    """What can be said of an objective, given what was observed."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"
    NOT_MEASURED = "not-measured"


@dataclass(frozen=True, slots=True)
class Objective:
    """A target rate for a class of resources on a calendar, and the party that owes it."""

    resource_class: ResourceClass
    target: Rate
    calendar: str
    owner: Owner

    def verdict(self, tally: Tally) -> Verdict:
        """Return `MET` when even the low bound reaches the target, `MISSED` when the high fails."""
        if not tally.low.denominator:
            return Verdict.NOT_MEASURED
        if tally.low.reaches(self.target):
            return Verdict.MET
        return Verdict.UNDECIDED if tally.high.reaches(self.target) else Verdict.MISSED

    def budget(self, tally: Tally) -> int:
        """Return the milliseconds of `down` that the target allows over the required time."""
        owed = tally.required - tally.unreachable
        return owed - -(-owed * self.target.numerator // self.target.denominator)

    def remaining(self, tally: Tally) -> Rate:
        """Return the share of the error budget not yet spent; negative once overspent."""
        budget = self.budget(tally)
        return Rate(budget - tally.down, budget)
