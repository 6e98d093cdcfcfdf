"""What a report is asked for, and what identifies it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from numlycee.domain.calendars import Calendar
from numlycee.domain.contracts import Contract
from numlycee.domain.objectives import Promises
from numlycee.domain.register import SILENT, Register
from numlycee.domain.sites import Site
from numlycee.rates.model import Window

RULES = "2"
"""Version of the rules by which figures are made: raise it with the arithmetic of `rates` or here.

A change gives every year that was declared final a new edition, and says so in it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a report is asked for: a school year of a fleet, its calendars and its objectives.

    `calendars` holds the service hours by the name that a site gives, the usual ones under "".
    `register` is what persons stated of maintenance, lives and owners; `contracts` are those that
    guarantee a time to restore. `lost` counts, by UAI, the records of the year that agents declared
    lost: those of runs that began in it.
    """

    year: str
    region: str
    zone: str
    sites: Mapping[str, Site]
    calendars: Mapping[str, Calendar]
    objectives: Promises
    simulated: bool = False
    register: Register = SILENT
    contracts: tuple[Contract, ...] = ()
    lost: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """What identifies a report: same edition, same bytes. No wall clock, no fact of arrival.

    `inputs` are the digests of each kind of input, `digest` the one of them all. An edition that
    nobody declared `final` is provisional: it gives way to the next reading.
    """

    window: Window
    digest: str
    number: int = 1
    rules: str = RULES
    inputs: Mapping[str, str] = field(default_factory=dict)
    final: bool = False

    @property
    def ongoing(self) -> bool:
        """Tell whether the year was still going on."""
        return self.window.as_of < self.window.end
