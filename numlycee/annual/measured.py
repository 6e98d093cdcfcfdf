"""How completely a year was measured, as values."""

from dataclasses import dataclass

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate


@dataclass(frozen=True, slots=True)
class Completeness:
    """Required service time of one class, split by what is known of it (milliseconds).

    `declared` is what an agent itself said it could not observe, `silent` what nobody accounted
    for; ``required = observed + edge + declared + silent``.
    """

    resource_class: ResourceClass
    required: int
    observed: int
    edge: int
    declared: int
    silent: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch for which nobody accounted for a site; `service` milliseconds of it were owed."""

    site: Site
    start: int
    end: int
    service: int


@dataclass(frozen=True, slots=True)
class SiteMeasure:
    """How well one lycée was measured: service time owed, accounted for, and its silences.

    `lost` is how many of the year's records its agent declared lost.
    """

    site: Site
    required: int
    covered: int
    silences: tuple[Silence, ...]
    lost: int = 0

    @property
    def coverage(self) -> Rate:
        """Return the share accounted for."""
        return Rate(self.covered, self.required)
