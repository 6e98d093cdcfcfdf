"""Service time: how many milliseconds were owed up to an instant, seen from any group of subjects.

It only grows with time, so that clipping to a window may come before or after.
"""

from dataclasses import dataclass
from typing import Protocol

from numlycee.rates.integral import LINE, Integral, Ints
from numlycee.rates.spans import Spans


class ServiceTime(Protocol):
    """The service time of each group on its own calendar."""

    def owed(self, group: Ints, instants: Ints) -> Ints:
        """Return the milliseconds owed to each group up to each instant, from some origin."""
        ...

    def first(self, group: Ints, instants: Ints) -> Ints:
        """Return the first instant owed at or after each; one beyond every line when none."""
        ...


class Ceaseless:
    """Around the clock, every instant is owed."""

    def owed(self, group: Ints, instants: Ints) -> Ints:  # noqa: ARG002
        """Return the instants themselves."""
        return instants

    def first(self, group: Ints, instants: Ints) -> Ints:  # noqa: ARG002
        """Return the instants themselves."""
        return instants


@dataclass(frozen=True, slots=True)
class Opened:
    """Opening hours laid on lines; `line` is where each group's line begins."""

    integral: Integral
    line: Ints

    def owed(self, group: Ints, instants: Ints) -> Ints:
        """Return the milliseconds of opening hours up to each instant."""
        return self.integral(self.line[group] + instants)

    def first(self, group: Ints, instants: Ints) -> Ints:
        """Return the first instant of opening hours at or after each."""
        line = self.line[group]
        return self.integral.first_after(line + instants) - line


def opened(spans: Spans, line: Ints) -> Opened:
    """Return the service time of opening hours; `line` is the number of each group's line."""
    return Opened(Integral.over(*spans), line * LINE)
