"""What went wrong in a past school year: drawn once for each (seed, lycée, year), never by date."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from numlycee.domain.causes import Cause
from numlycee.domain.durations import DAY, HOUR, MINUTE
from numlycee.domain.intervals import Interval, IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.region.places import OPERATORS, PLACES

_RATES = {
    Kind.LINK: (3.0, 0.8),
    Kind.SWITCH: (0.25, 2.5),
    Kind.FIREWALL: (0.3, 1.0),
    Kind.ACCESS_POINT: (0.8, 6.0),
    Kind.SERVER: (0.6, 2.0),
    Kind.UPS: (0.1, 8.0),
    Kind.PRINTER: (1.0, 5.0),
}
"""For each kind: breakdowns a year, and their median length in hours."""

_DEGRADED = {
    Kind.LINK: (4.0, 1.0, Cause.LOSS),
    Kind.SWITCH: (0.2, 48.0, Cause.PSU),
    Kind.UPS: (1.0, 30.0, Cause.BATTERY),
    Kind.PRINTER: (6.0, 8.0, Cause.SUPPLIES),
}
"""For each kind: degradations a year, their median length in hours, their cause."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong with a resource over ``[start, end)``, in truth."""

    resource: str
    start: int
    end: int
    state: State
    cause: Cause


@dataclass(frozen=True, slots=True)
class SitePast:
    """What happened to one site in one year, and when its agent was off."""

    troubles: tuple[Trouble, ...]
    agent_off: IntervalSet


@dataclass(frozen=True, slots=True)
class RegionalPast:
    """Troubles that several sites share: the portal's, and each operator's by département."""

    portal: tuple[Trouble, ...]
    operators: tuple[tuple[str, str, int, int], ...]

    def of(self, site: Site) -> Iterator[Trouble]:
        """Yield the shared troubles as one site has them."""
        yield from self.portal
        for operator, department, start, end in self.operators:
            if (operator, department) == (site.operator, site.department.code):
                yield Trouble("link", start, end, State.DOWN, Cause.TIMEOUT)


def regional_past(seed: int, year: Interval) -> RegionalPast:
    """Draw the shared troubles of a year: twelve of the portal, eight of operators."""
    random = Random(f"regional {seed} {year[0]}")
    portal = []
    for _ in range(12):
        start = _working_instant(random, year)
        slow = random.random() < 0.4
        state, cause = (State.DEGRADED, Cause.SLOW) if slow else (State.DOWN, Cause.CONTENT)
        portal.append(Trouble("ent", start, start + _length(random, 0.6), state, cause))
    operators = []
    for _ in range(8):
        start = year[0] + random.randrange(year[1] - year[0])
        department = random.choice(PLACES).department.code
        end = start + _length(random, 1.5)
        operators.append((random.choice(OPERATORS), department, start, end))
    return RegionalPast(tuple(portal), tuple(operators))


def site_past(
    site: Site, resources: Iterable[Resource], shared: RegionalPast, seed: int, year: Interval
) -> SitePast:
    """Draw one site's year: its own troubles, those it shares, and its agent's absences."""
    random = Random(f"past {seed} {site.uai} {year[0]}")
    own = [trouble for resource in resources for trouble in _breakdowns(random, resource, year)]
    off = [_spell(random, year, 9.0) for _ in range(_count(random, 1.2))]
    if random.random() < 0.02:
        off.append((year[1] - 55 * DAY, year[1] - 3 * DAY))
    return SitePast((*own, *shared.of(site)), IntervalSet.of(off))


def _breakdowns(random: Random, resource: Resource, year: Interval) -> Iterator[Trouble]:
    often, hours = _RATES.get(resource.kind, (0.0, 1.0))
    for _ in range(_count(random, often)):
        start, end = _spell(random, year, hours)
        yield Trouble(resource.id, start, end, State.DOWN, Cause.TIMEOUT)
    often, hours, cause = _DEGRADED.get(resource.kind, (0.0, 1.0, Cause.OTHER))
    for _ in range(_count(random, often)):
        start, end = _spell(random, year, hours)
        yield Trouble(resource.id, start, end, State.DEGRADED, cause)


def _spell(random: Random, year: Interval, hours: float) -> Interval:
    start = year[0] + random.randrange(year[1] - year[0])
    return start, start + _length(random, hours)


def _length(random: Random, median_hours: float) -> int:
    return max(MINUTE, int(random.lognormvariate(0, 1.0) * median_hours * HOUR))


def _count(random: Random, mean: float) -> int:
    """Draw from a Poisson law by adding exponential gaps."""
    total, count = random.expovariate(1.0), 0
    while total < mean:
        total += random.expovariate(1.0)
        count += 1
    return count


def _working_instant(random: Random, year: Interval) -> int:
    """Draw an instant of a weekday between 7 and 16 o'clock UTC: when portals give way."""
    while True:
        day = year[0] + random.randrange((year[1] - year[0]) // DAY) * DAY
        midnight = day - day % DAY
        if (midnight // DAY + 3) % 7 < 5:
            return midnight + random.randrange(7 * HOUR, 16 * HOUR)
