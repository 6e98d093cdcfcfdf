"""A shared service day by day: what all lycées together said, and where it was slow."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from numlycee.annual.model import ServiceDay
from numlycee.annual.owed import Owed
from numlycee.domain.calendars import day_bounds, local_date, zone_of
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.states import State
from numlycee.rates.model import Life


def service_days(lives: Sequence[Life], owed: Owed) -> tuple[ServiceDay, ...]:
    """Return the local days on which a shared service failed or was slow, worst first."""
    services = [life for life in lives if life.resource.resource_class is ResourceClass.SERVICE]
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for life in services:
        for state, day, lost in _by_day(life, owed):
            column = _COLUMNS.get((not life.uai, state))
            if column is not None and lost:
                sums[day][column] += lost
    days = [ServiceDay(day, *figures) for day, figures in sums.items()]
    return tuple(sorted(days, key=lambda d: (-d.down, -d.partial, -d.slow, d.day)))


_COLUMNS = {(True, State.DOWN): 0, (True, State.DEGRADED): 1, (False, State.DEGRADED): 2}
"""Column by whether the service is the shared one, and by state."""


def _by_day(life: Life, owed: Owed) -> Iterator[tuple[State, str, int]]:
    zone = owed.order.zone
    for spell in owed.spells(life, State.DOWN, State.DEGRADED):
        for day in _days(spell.start, spell.end, zone):
            first, after = day_bounds(day, zone)
            lost = owed.service(life.uai, max(spell.start, first), min(spell.end, after))
            yield spell.state, day.isoformat(), lost


def _days(start: int, end: int, zone: str) -> Iterator[date]:
    day = local_date(start, zone_of(zone))
    last = local_date(end - 1, zone_of(zone))
    while day <= last:
        yield day
        day += timedelta(days=1)
