"""The past as the agents would have reported it: one bulletin per site and local day."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from numlycee.domain.calendars import day_bounds, local_date, school_year, school_year_of, zone_of
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.region.fleets import fleet_of
from numlycee.region.past import RegionalPast, SitePast, Trouble, regional_past, site_past
from numlycee.region.world import ancestors
from numlycee.wire.records import (
    Bulletin,
    InventoryRecord,
    Key,
    Previous,
    Record,
    ResourceSpell,
    inventory_of,
)

_AFTER_FIRST_FAILURE = 700


@dataclass(frozen=True, slots=True)
class History:
    """A Region's past from the first instant to `end`, reproducible from its seed."""

    sites: Sequence[Site]
    seed: int
    first: date
    end: int
    zone: str

    def bulletins(self) -> int:
        """Return about how many bulletins it takes, for a progress bar."""
        days = (local_date(self.end - 1, zone_of(self.zone)) - self.first).days + 1
        return days * len(self.sites)

    def regional(self) -> dict[str, RegionalPast]:
        """Draw what all sites share, by school year."""
        return {
            name: regional_past(self.seed, school_year(name, self.zone)) for name in self.years()
        }

    def years(self) -> list[str]:
        """Return the school years that it touches."""
        last = local_date(self.end - 1, zone_of(self.zone))
        first = int(school_year_of(self.first)[:4])
        return [f"{y}-{y + 1}" for y in range(first, int(school_year_of(last)[:4]) + 1)]

    def of(
        self, site: Site, resources: Sequence[Resource], shared: dict[str, RegionalPast]
    ) -> Iterator[Record]:
        """Yield the records of one site: an inventory, then a bulletin per covered day."""
        pasts = [
            site_past(site, resources, shared[name], self.seed, school_year(name, self.zone))
            for name in self.years()
        ]
        whole = SitePast(
            tuple(trouble for past in pasts for trouble in past.troubles),
            IntervalSet.of(span for past in pasts for span in past.agent_off),
        )
        yield from _records(self, site, inventory_of(resources), whole)


def _records(
    history: History, site: Site, inventory: Inventory, past: SitePast
) -> Iterator[Record]:
    start = day_bounds(history.first, history.zone)[0]
    spells = deque(
        sorted(_observed(site, inventory.resources, past, history), key=lambda s: s.start)
    )
    previous: Previous | None = None
    for began, end in past.agent_off.complement(start, history.end):
        run = hashlib.sha256(f"{history.seed} {site.uai} {began}".encode()).hexdigest()[:16]
        key = Key(Vantage.SITE, run, began, 1)
        yield InventoryRecord(key, inventory, previous)
        seq = 1
        for day_start, day_end, over in _days(began, end, history.zone):
            seq += 1
            key = Key(Vantage.SITE, run, began, seq)
            inside = _take(spells, day_start, day_end)
            fleet = fleet_of(site, history.seed, over) if over else None
            yield Bulletin(key, inventory.digest, day_start, day_end, inside, fleet=fleet)
        previous = Previous(run, seq)


def _days(start: int, end: int, zone: str) -> Iterator[tuple[int, int, date | None]]:
    """Yield the stretches of local days, with the day if the stretch ends it."""
    day = local_date(start, zone_of(zone))
    while start < end:
        midnight = day_bounds(day, zone)[1]
        until = min(end, midnight)
        if start < until:
            yield start, until, day if until == midnight else None
        start, day = until, day + timedelta(days=1)


def _observed(
    site: Site, resources: Iterable[Resource], past: SitePast, history: History
) -> Iterator[ResourceSpell]:
    listing = tuple(resources)
    chains = ancestors(listing)
    broken = {resource.id: _times(past.troubles, {resource.id}) for resource in listing}
    random = Random(f"edges {history.seed} {site.uai}")
    for resource in listing:
        own = broken[resource.id]
        above = IntervalSet.of(span for parent in chains[resource.id] for span in broken[parent])
        edges = IntervalSet.of(_edges(random, own | above, resource.period))
        faint = [t for t in past.troubles if t.resource == resource.id]
        yield from _spells(resource.id, edges, State.UNOBSERVED, Cause.EDGE)
        yield from _spells(resource.id, own - edges, State.DOWN, _cause(faint))
        yield from _spells(resource.id, above - own - edges, State.UNREACHABLE, Cause.PARENT)
        free = IntervalSet.of([(0, 1 << 60)]) - (own | above | edges)
        for trouble in (t for t in faint if t.state is State.DEGRADED):
            clear = free.clip(trouble.start, trouble.end)
            free = free - clear
            yield from _spells(resource.id, clear, State.DEGRADED, trouble.cause)


def _times(troubles: Iterable[Trouble], of: set[str]) -> IntervalSet:
    return IntervalSet.of(
        (t.start, t.end) for t in troubles if t.resource in of and t.state is State.DOWN
    )


def _edges(random: Random, bad: IntervalSet, period: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches that hold the true changes: up to a period before, a time-out after."""
    for start, end in bad:
        yield start - random.randrange(period), start + _AFTER_FIRST_FAILURE
        yield end - random.randrange(1, 1000), end + random.randrange(1, 1000)


def _cause(troubles: Iterable[Trouble]) -> Cause:
    return next((t.cause for t in troubles if t.state is State.DOWN), Cause.TIMEOUT)


def _spells(
    resource: str, times: IntervalSet, state: State, cause: Cause
) -> Iterator[ResourceSpell]:
    for start, end in times:
        yield ResourceSpell(resource, state, cause, start, end)


def _take(spells: deque[ResourceSpell], start: int, end: int) -> tuple[ResourceSpell, ...]:
    """Take what lies inside ``[start, end)`` off a queue sorted by start, leaving what follows."""
    taken: list[ResourceSpell] = []
    left: list[ResourceSpell] = []
    while spells and spells[0].start < end:
        spell = spells.popleft()
        a, b = max(start, spell.start), min(end, spell.end)
        if a < b:
            taken.append(spell._replace(start=a, end=b))
        if spell.end > end:
            left.append(spell._replace(start=end))
    spells.extendleft(reversed(left))
    return tuple(taken)
