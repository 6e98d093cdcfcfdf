"""Which objective holds for a figure: the one promised most closely to its scope."""

from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Promises
from numlycee.domain.sites import Site
from numlycee.rates.model import Level, Scope


@dataclass(frozen=True, slots=True)
class Promised:
    """Finds objectives; a département is held to what its academy is."""

    promises: Promises
    sites: Mapping[str, Site]
    academies: Mapping[str, str]

    @classmethod
    def to(cls, sites: Mapping[str, Site], promises: Promises) -> "Promised":
        """Return what was promised to a fleet."""
        places = (site.department for site in sites.values())
        return cls(promises, sites, {place.code: place.academy for place in places})

    def __call__(self, scope: Scope, name: ResourceClass) -> Objective | None:
        """Return the objective of a class in a scope, None where nothing was promised."""
        if scope.level is Level.SITE:
            return self.promises.for_site(name, self.sites[scope.key])
        if scope.level is Level.REGION:
            return self.promises.for_region(name)
        return self.promises.for_academy(name, self.academies.get(scope.key, scope.key))
