"""Mobile devices of one lycée, or of several together: what each has told, added up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from numlycee.domain.devices import NOBODY, Fleet, Headcount, Measure

STALE = timedelta(days=7)
"""What was counted this long before the latest count is not added to it."""


@dataclass(frozen=True, slots=True)
class Devices:
    """Counts by measure, of so many lycées, from their days `first` to `last`."""

    counts: Mapping[Measure, Headcount]
    lycees: int
    first: date
    last: date


def together(fleets: Collection[Fleet]) -> Devices | None:
    """Return the sum of what lycées counted; None where nobody counts."""
    if not fleets:
        return None
    last = max(fleet.day for fleet in fleets)
    fresh = [fleet for fleet in fleets if last - fleet.day <= STALE]
    counts = {measure: sum((fleet[measure] for fleet in fresh), NOBODY) for measure in Measure}
    return Devices(counts, len(fresh), min(fleet.day for fleet in fresh), last)
