"""Mobile devices handed to pupils, counted so that nobody can be told from a count.

A count of 1 to 4 is never told. Every device stands in one cell and no total is told beside the
cells: each hidden cell stays anything from 1 to 4, whatever one adds and takes away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

SMALLEST_TOLD = 5
"""The smallest count above none that is told."""
MOST_DEVICES = 100_000
"""No site holds more."""


class Cell(StrEnum):
    """Where a device stands on a school day; the cells are disjoint, and together they are all."""

    SERVICEABLE_SEEN = "serviceable_seen"
    SERVICEABLE_AWAY = "serviceable_away"
    NON_COMPLIANT_SEEN = "non_compliant_seen"
    NON_COMPLIANT_AWAY = "non_compliant_away"
    REPAIR = "repair"
    IDLE = "idle"
    NEVER_SEEN = "never_seen"


class Measure(StrEnum):
    """What is shown of devices: sums of cells."""

    ISSUED = "issued"
    SEEN = "seen"
    SERVICEABLE = "serviceable"
    REPAIR = "repair"
    NON_COMPLIANT = "non_compliant"
    IDLE = "idle"
    NEVER_SEEN = "never_seen"


PARTS: Final[Mapping[Measure, frozenset[Cell]]] = {
    Measure.ISSUED: frozenset(Cell),
    Measure.SEEN: frozenset({Cell.SERVICEABLE_SEEN, Cell.NON_COMPLIANT_SEEN}),
    Measure.SERVICEABLE: frozenset({Cell.SERVICEABLE_SEEN, Cell.SERVICEABLE_AWAY}),
    Measure.REPAIR: frozenset({Cell.REPAIR}),
    Measure.NON_COMPLIANT: frozenset({Cell.NON_COMPLIANT_SEEN, Cell.NON_COMPLIANT_AWAY}),
    Measure.IDLE: frozenset({Cell.IDLE}),
    Measure.NEVER_SEEN: frozenset({Cell.NEVER_SEEN}),
}


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many devices, as may be told: exactly when `low` equals `high`, else between them."""

    low: int
    high: int

    def __add__(self, other: "Headcount") -> "Headcount":
        return Headcount(self.low + other.low, self.high + other.high)

    @property
    def exact(self) -> int | None:
        """Return the count where it is told exactly."""
        return self.low if self.low == self.high else None


NOBODY: Final = Headcount(0, 0)
FEW: Final = Headcount(1, SMALLEST_TOLD - 1)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The counts of one school day, every cell given; `None` is a count of 1 to 4."""

    day: date
    cells: Mapping[Cell, int | None]

    def __getitem__(self, measure: Measure) -> Headcount:
        return sum((_told(self.cells[cell]) for cell in PARTS[measure]), NOBODY)


def count(day: date, standing: Iterable[Cell]) -> Fleet:
    """Return the counts of a day from where each device stands."""
    counts = dict.fromkeys(Cell, 0)
    for cell in standing:
        counts[cell] += 1
    return Fleet(day, {cell: hidden(number) for cell, number in counts.items()})


def hidden(number: int) -> int | None:
    """Return a count as it may leave the site."""
    return None if 0 < number < SMALLEST_TOLD else number


def _told(number: int | None) -> Headcount:
    return FEW if number is None else Headcount(number, number)
