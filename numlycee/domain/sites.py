"""A site: one lycée's network, its place and the people who depend on it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from numlycee.domain.labels import Labels


@dataclass(frozen=True, slots=True)
class Department:
    """A département: its code as printed (« 31 », « 2A »), its name and its académie."""

    code: str
    name: str
    academy: str


@dataclass(frozen=True, slots=True)
class Site:
    """One lycée's network, named by its principal UAI; `others` are those that share it.

    `enrolment` counts the pupils of all of them at present, `enrolments` those of school years by
    their first civil year, oldest first. `latitude` and `longitude` are degrees (WGS 84), `web` is
    the address of its public site.
    """

    uai: str
    name: str
    commune: str
    department: Department
    latitude: float
    longitude: float
    enrolment: int
    operator: str = ""
    calendar: str = ""
    others: tuple[str, ...] = ()
    enrolments: tuple[tuple[int, int], ...] = ()
    web: str = ""
    labels: Labels = ()

    def in_year(self, first: int) -> "Site":
        """Return the site with the pupils of the school year that begins in a civil year.

        A year that is not known has those of the last one known before it, else of the first one
        after it; a year later than all that are known has those of the present.
        """
        known = [year for year, _ in self.enrolments]
        if not known or first > known[-1]:
            return self
        before = [pupils for year, pupils in self.enrolments if year <= first]
        return replace(self, enrolment=before[-1] if before else self.enrolments[0][1])


def principal(sites: Mapping[str, Site], uai: str) -> str:
    """Return the principal UAI of the site that bears a UAI among its others; else that UAI."""
    if uai in sites:
        return uai
    return next((site.uai for site in sites.values() if uai in site.others), uai)
