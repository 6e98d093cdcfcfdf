"""Property 7: shifting a year across a change of clocks keeps opening hours local."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.calendars import Calendar, day_bounds, instant_of, zone_of
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.outages import outages
from numlycee.domain.states import STORED, State
from numlycee.domain.tallies import tally
from numlycee.domain.timeline import Spell, Timeline, merge_spells
from tests.proof import examples
from tests.vectors.brute import Opening

PARIS = "Europe/Paris"
ZONES = (PARIS, "America/Cayenne", "Indian/Reunion", "America/Miquelon", "Pacific/Noumea", "UTC")
"""Where there are lycées of the Republic: some change their clocks, on other nights than Paris."""
DAY, MINUTE = 86_400_000, 60_000
DAYTIME = (5 * 60, 23 * 60)
"""Minutes of the local day in which no zone of these changes its clocks."""

days = st.dates(date(2015, 1, 1), date(2036, 1, 1))
minutes = st.integers(*DAYTIME)
zones = st.sampled_from(ZONES)


@st.composite
def hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.sets(minutes, max_size=4)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


weeks = st.tuples(*[hours()] * 7)
Event = tuple[int, int, int, int, State]
"""In local time: day of beginning, minute, day of end, minute, state."""


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """Draw what happens to a resource in some days, in local time, one thing after another."""
    places = st.tuples(st.integers(0, 20), minutes)
    marks = sorted(draw(st.sets(places, max_size=10)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return [(*begins, *ends, draw(st.sampled_from(STORED))) for begins, ends in pairs]


def told(first: date, what: list[Event], zone: str) -> Timeline:
    """Return the timeline of these events in the days from `first` on."""
    local = zone_of(zone)

    def at(day: int, minute: int) -> int:
        return instant_of(first + timedelta(days=day), minute, local)

    whole = IntervalSet.of([(at(0, 0), at(21, 0))])
    spells = [Spell(at(d, m), at(e, n), state, Cause.LOSS) for d, m, e, n, state in what]
    return Timeline(whole, merge_spells(spells))


@settings(max_examples=examples(500))
@given(first=days, weekly=weeks, what=events(), shift=st.integers(-104, 104), zone=zones)
def test_the_same_local_weeks_give_the_same_service_time(
    first: date, weekly: tuple[tuple[tuple[int, int], ...], ...], what: list[Event], shift: int,
    zone: str,
) -> None:  # fmt: skip
    calendar = Calendar("local", zone, weekly)
    found = []
    for begins in (first, first + timedelta(weeks=shift)):
        seen = told(begins, what, zone)
        ((start, end),) = seen.coverage
        owed = calendar.opening(start, end)
        lost = [
            [tally(seen, owed.clip(o.start, o.end)), tally(seen, owed.clip(o.earliest, o.latest))]
            for o in outages(seen, start, end)
        ]
        found.append((tally(seen, owed), lost))
    assert found[0] == found[1]


@settings(max_examples=examples(500))
@given(day=days, weekly=weeks, zone=zones)
def test_opening_hours_are_those_of_the_clock_on_the_wall(
    day: date, weekly: tuple[tuple[tuple[int, int], ...], ...], zone: str
) -> None:
    opening = Calendar("local", zone, weekly).opening(*day_bounds(day, zone))
    wall = [
        tuple(datetime.fromtimestamp(at // 1000, ZoneInfo(zone)) for at in span) for span in opening
    ]
    assert {at.date() for span in wall for at in span} <= {day}
    assert (
        tuple(
            (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
            for opens, closes in wall
        )
        == weekly[day.weekday()]
    )


NIGHTS = ("00:00", "01:00", "02:30", "03:00", "05:30", "07:00", "12:30", "20:00", "22:15", "24:00")
CHANGES = tuple(
    date(year, month, 31) - timedelta(days=(date(year, month, 31).weekday() + 1) % 7)
    for year in range(2020, 2030)
    for month in (3, 10)
)
AUTUMNS = frozenset(day for day in CHANGES if day.month == 10)
"""When 2:30 comes twice: hours that begin or end then begin or end the first time."""


@settings(max_examples=examples(150))
@given(
    day=st.one_of(st.sampled_from(CHANGES), days),
    ranges=st.sets(st.sampled_from(NIGHTS), min_size=2, max_size=6),
)
def test_a_calendar_opens_when_a_look_at_the_wall_says_so(day: date, ranges: set[str]) -> None:
    repeated = any((day + timedelta(days=n)) in AUTUMNS for n in range(3))
    marks = sorted(ranges - {"02:30"} if repeated else ranges)
    spelt = [list(pair) for pair in zip(marks[::2], marks[1::2], strict=False)]
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    looks = Opening(
        {"zone": PARIS, "weekly": dict.fromkeys(names, spelt), "closed": [], "opened": {}}
    )
    hours = tuple((_minute(opens), _minute(closes)) for opens, closes in spelt)
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
    opening = Calendar("local", PARIS, (hours,) * 7).opening(start, start + 2 * DAY)
    for at in range(start, start + 2 * DAY, 15 * MINUTE):
        assert (at in opening) is looks(at)


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
