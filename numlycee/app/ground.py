"""What every figure rests on beside the history: fleet, hours, statements and promises."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from numlycee.app.service import calendars, fleet
from numlycee.app.statements import register
from numlycee.config import Config
from numlycee.domain.calendars import (
    Calendar,
    first_year,
    local_date,
    school_year,
    school_year_of,
    zone_of,
)
from numlycee.domain.composites import Composite
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.register import WHOLE_SITE, Key, Register
from numlycee.domain.sites import Site
from numlycee.rates.duties import DEFAULT_CALENDAR
from numlycee.rates.figures import Rates
from numlycee.rates.model import REGION
from numlycee.rates.ports import History
from numlycee.rates.promised import Promised
from numlycee.rates.spending import Spending, Spendings


@dataclass(frozen=True, slots=True)
class Ground:
    """One for page, metrics, report and answers, so that their figures cannot disagree."""

    sites: Mapping[str, Site]
    calendars: Mapping[str, Calendar]
    register: Register
    composites: tuple[Composite, ...]
    promised: Promised

    def rates(self, history: History) -> Rates:
        """Return the figures of a history."""
        return Rates(history, self.sites, self.calendars, self.register, self.composites)

    def at(self, instant: int) -> "Ground":
        """Return the ground with the pupils of the school year that holds an instant."""
        year = first_year(local_date(instant, zone_of(self.calendars[DEFAULT_CALENDAR].zone)))
        return replace(self, sites={uai: site.in_year(year) for uai, site in self.sites.items()})

    def spendings(self, rates: Rates, as_of: int) -> tuple[Spending, ...]:
        """Return what the Region's promises of the school year have spent of their budgets."""
        zone = self.calendars[DEFAULT_CALENDAR].zone
        year = school_year(school_year_of(local_date(as_of, zone_of(zone))), zone)
        spendings = Spendings(rates, self.sites, self.calendars, year, as_of)
        promised = (self.promised(REGION, name) for name in ResourceClass)
        return tuple(spendings.of(REGION, objective) for objective in promised if objective)

    def strangers(self, rates: Rates) -> frozenset[Key]:
        """Return the resources of which something is stated, and which nobody ever observed."""
        seen = {subject.key for subject in rates.subjects}
        return frozenset(
            key for key in self.register.named() if key[1] != WHOLE_SITE and key not in seen
        )


def ground(config: Config) -> Ground:
    """Read everything that the configuration names; raises `SettingsError`."""
    sites = fleet(config)
    return Ground(
        sites=sites,
        calendars=calendars(config),
        register=register(config, sites),
        composites=config.composed(),
        promised=Promised.to(sites, config.promised()),
    )


def restated(ground: Ground, config: Config) -> Ground:
    """Return the ground with the register as it is written now; raises `SettingsError`."""
    return replace(ground, register=register(config, ground.sites))
