"""Error budgets and burn rates in service time: a budget is spent only when the school is open."""

from bisect import bisect_right
from dataclasses import dataclass

from numlycee.domain.calendars import ServiceTime
from numlycee.domain.durations import HOUR, MINUTE
from numlycee.domain.intervals import Interval
from numlycee.domain.objectives import allowed
from numlycee.domain.tallies import Rate, Tally


@dataclass(frozen=True, slots=True)
class Budget:
    """Milliseconds of failure allowed over a whole period, and spent so far.

    `certain` was seen `down`; what was truly spent lies in ``[certain, possible]``.
    """

    allowed: int
    certain: int
    possible: int

    @property
    def remaining(self) -> Rate:
        """Return the share not yet spent for certain; negative once overspent."""
        return Rate(self.allowed - self.certain, self.allowed)

    @property
    def remaining_low(self) -> Rate:
        """Return the share left if all that nobody saw was failure."""
        return Rate(self.allowed - self.possible, self.allowed)


def budget(target: Rate, owed: int, tally: Tally) -> Budget:
    """Return the budget of a target over a whole period, and what a tally spent of it.

    `owed` counts the period's required milliseconds, the future ones too: a calendar knows them.
    What was unreachable so far is not owed, as in the rates; so that at the period's end the
    objective is met when `possible` is within the budget, and missed when `certain` is not.
    """
    return Budget(
        allowed=allowed(target, owed - tally.unreachable),
        certain=tally.down,
        possible=tally.down + tally.unobserved,
    )


@dataclass(frozen=True, slots=True)
class Burn:
    """How many times faster than allowed a window spent the budget: 1 spends it exactly in time.

    A target of 100 % allows nothing: any failure burns without bound (a zero denominator).
    """

    certain: Rate
    possible: Rate


def burn(target: Rate, tally: Tally) -> Burn:
    """Return the burn rate of a window: its failing share ÷ (1 − target)."""
    owed = tally.required - tally.unreachable
    spared = owed * (target.denominator - target.numerator)
    return Burn(
        certain=Rate(tally.down * target.denominator, spared),
        possible=Rate((tally.down + tally.unobserved) * target.denominator, spared),
    )


def lookback(service: ServiceTime, as_of: int, length: int) -> Interval:
    """Return the shortest window up to `as_of` that holds `length` milliseconds of service.

    On a Monday at 8 h 30, the last two hours of service begin on Friday. Where the calendar holds
    less than that before `as_of`, the window is all that there is.
    """
    passed = service(as_of)
    mark = max(passed - length, 0)
    if mark == passed:
        return as_of, as_of
    index = bisect_right(service.before, mark) - 1
    return service.starts[index] + mark - service.before[index], as_of


@dataclass(frozen=True, slots=True)
class Pair:
    """An alert on two windows, in milliseconds of service: over both, a share of the budget burns.

    The long one says that it matters, the short one that it still goes on.
    """

    share: Rate
    long: int
    short: int

    def factor(self, period: int) -> Rate:
        """Return the burn rate that spends the share of a period's budget in the long window."""
        return Rate(self.share.numerator * period, self.share.denominator * self.long)

    def fires(self, target: Rate, period: int, long: Tally, short: Tally) -> bool:
        """Tell whether both windows, given by their tallies, for certain burn too fast.

        `period` counts the service milliseconds of the objective's whole period.
        """
        factor = self.factor(period)
        return all(_exceeds(burn(target, window).certain, factor) for window in (long, short))


PAGE = (
    Pair(Rate(2, 100), HOUR, 5 * MINUTE),
    Pair(Rate(5, 100), 6 * HOUR, 30 * MINUTE),
)
"""Call somebody: a fiftieth of the budget in an hour of service, or a twentieth in six."""

TICKET = (
    Pair(Rate(10, 100), 24 * HOUR, 2 * HOUR),
    Pair(Rate(10, 100), 72 * HOUR, 6 * HOUR),
)
"""Open a ticket: a tenth of the budget in twenty-four hours of service, or in seventy-two.

Shares and windows come from « Alerting on SLOs » in the SRE workbook, as Sloth publishes them.
"""


def _exceeds(rate: Rate, factor: Rate) -> bool:
    return rate.numerator * factor.denominator > factor.numerator * rate.denominator
