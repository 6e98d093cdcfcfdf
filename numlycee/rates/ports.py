"""What the rates ask of whoever keeps the history: rows of what was reported, nothing computed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.domain.states import State


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One run of a vantage accounted for ``[start, end)`` under the inventory of this digest.

    `began` is the instant at which the run began: where runs overlap, the greater is read.
    """

    uai: str
    vantage: Vantage
    run: str
    began: int
    inventory: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SpellRow:
    """One run of a vantage saw a resource in a state other than `up` over ``[start, end)``."""

    uai: str
    resource: str
    vantage: Vantage
    run: str
    began: int
    state: State
    cause: Cause | None
    start: int
    end: int


class History(Protocol):
    """The stored past; rows come in any order, whole (not clipped), once each.

    Many spells are handed over as a `SpellTable`, which is read without looking at any one row.
    """

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        """Return every known inventory with the UAI of its site."""
        ...

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        """Return the coverage rows that share an instant with ``[start, end)``."""
        ...

    def spells(self, start: int, end: int) -> Iterable[SpellRow]:
        """Return the spells that share an instant with ``[start, end)``."""
        ...

    def births(self) -> Iterable[tuple[str, str, int]]:
        """Return UAI, inventory digest and first instant covered under it."""
        ...
