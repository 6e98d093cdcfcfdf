"""The witness year: one link over 2025-2026, made so that every figure can be had by hand.

Open Monday to Friday, 7:30 to 18:30, school days of zone C. What happened, local times:

* a cut on Tuesday 16 September, 9:00 to 13:00, an edge of thirty seconds on either side;
* a night cut, 8 October 22:00 to 6:00, and a cut of 24 h in the autumn holidays;
* the agent off on 17 and 18 November, and all summer from 4 July, to the end and beyond;
* an announced maintenance on 3 December, 13:00 to 17:00, that cut from 13:30 to 16:30;
* unreachable on 15 January, 10:00 to 11:00, degraded on 23 January, 8:00 to 10:00;
* forty cuts of ninety seconds on 16 March, every ten minutes from 8:00.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from numlycee.conventions.model import Case, ServiceHours
from numlycee.domain.calendars import Calendar, school_year
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, Timeline, merge_spells

PARIS = ZoneInfo("Europe/Paris")
HOLIDAYS = [
    (date(2025, 10, 18), date(2025, 11, 3)),
    (date(2025, 12, 20), date(2026, 1, 5)),
    (date(2026, 2, 21), date(2026, 3, 9)),
    (date(2026, 4, 18), date(2026, 5, 4)),
    (date(2026, 5, 14), date(2026, 5, 16)),
    (date(2026, 7, 4), date(2026, 9, 1)),
]
PUBLIC = [date(2025, 11, 11), date(2026, 4, 6), date(2026, 5, 8), date(2026, 5, 25)]


def closed() -> Iterator[date]:
    yield from PUBLIC
    for first, after in HOLIDAYS:
        yield from (first + timedelta(days=n) for n in range((after - first).days))


OPEN_DAY = ((450, 1110),)
CALENDAR = Calendar(
    name="school",
    zone="Europe/Paris",
    weekly=(OPEN_DAY,) * 5 + ((), ()),
    closed=frozenset(closed()),
)
START, END = school_year("2025-2026", "Europe/Paris")
BORN = START - 31 * 86_400_000
HOURS = ServiceHours.of(CALENDAR, START, END)


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """An instant of the school year, local time."""
    year = 2025 if month >= 9 else 2026
    local = datetime(year, month, day, hour, minute, second, tzinfo=PARIS)
    return int(local.timestamp()) * 1000


def spells() -> Iterator[Spell]:
    yield Spell(at(9, 16, 8, 59, 30), at(9, 16, 9), State.UNOBSERVED, Cause.EDGE)
    yield Spell(at(9, 16, 9), at(9, 16, 13), State.DOWN, Cause.TIMEOUT)
    yield Spell(at(9, 16, 13), at(9, 16, 13, 0, 30), State.UNOBSERVED, Cause.EDGE)
    yield Spell(at(10, 8, 22), at(10, 9, 6), State.DOWN, Cause.TIMEOUT)
    yield Spell(at(10, 20, 8), at(10, 21, 8), State.DOWN, Cause.POWER)
    yield Spell(at(12, 3, 13, 30), at(12, 3, 16, 30), State.DOWN, Cause.TIMEOUT)
    yield Spell(at(1, 15, 10), at(1, 15, 11), State.UNREACHABLE, Cause.PARENT)
    yield Spell(at(1, 23, 8), at(1, 23, 10), State.DEGRADED, Cause.LATENCY)
    for flap in range(40):
        start = at(3, 16, 8) + flap * 600_000
        yield Spell(start, start + 90_000, State.DOWN, Cause.TIMEOUT)


COVERAGE = IntervalSet.of([(BORN, at(11, 17)), (at(11, 19), at(7, 4))])
MAINTENANCE = IntervalSet.of([(at(12, 3, 13), at(12, 3, 17))])


def witness() -> Case:
    return Case(
        start=START,
        end=END,
        until=END,
        born=BORN,
        timeline=Timeline(COVERAGE, merge_spells(spells())),
        service=HOURS,
        maintenance=MAINTENANCE,
    )


def plain(timeline: Timeline, start: int = START, end: int = END, born: int = BORN) -> Case:
    """A resource of the witness's hours, without maintenance."""
    return Case(start, end, end, born, timeline, ServiceHours.of(CALENDAR, start, end))
