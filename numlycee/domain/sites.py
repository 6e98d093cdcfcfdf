"""A site: one lycée's network, its place and the people who depend on it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Department:
    """A département: its code as printed (« 31 », « 2A »), its name and its académie."""

    code: str
    name: str
    academy: str


@dataclass(frozen=True, slots=True)
class Site:
    """One lycée; `enrolment` counts pupils, `latitude` and `longitude` are degrees (WGS 84)."""

    uai: str
    name: str
    commune: str
    department: Department
    latitude: float
    longitude: float
    enrolment: int
    operator: str = ""
    calendar: str = ""
