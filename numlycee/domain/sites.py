"""A site: one lycée's network, its place and the people who depend on it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Department:
    """A département: its code as printed (« 31 », « 2A »), its name and its académie."""

    code: str
    name: str
    academy: str


@dataclass(frozen=True, slots=True)
class Site:
    """One lycée's network, named by its principal UAI; `others` are those that share it.

    `enrolment` counts the pupils of all of them, `latitude` and `longitude` are degrees (WGS 84).
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


def principal(sites: Mapping[str, Site], uai: str) -> str:
    """Return the principal UAI of the site that bears a UAI among its others; else that UAI."""
    if uai in sites:
        return uai
    return next((site.uai for site in sites.values() if uai in site.others), uai)
