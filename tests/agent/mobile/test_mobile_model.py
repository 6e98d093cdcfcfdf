"""Weeks of sightings, restarts and days off, counted again by a model that keeps everything."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.devices import Cell, Fleet, hidden
from numlycee_agent.config.mobile import Mobile
from numlycee_agent.mobile.counting import Counting
from numlycee_agent.mobile.states import GONE, Standing
from numlycee_agent.spool.disk import Disk
from tests.agent.mobile.school import HASHER, MONDAY, at, issued, macs, school
from tests.proof import examples

WORDS = {
    Standing.ISSUED: 14,
    Standing.NON_COMPLIANT: 8,
    Standing.REPAIR: 3,
    Standing.LOST: 2,
}
STANDINGS = [word for word, many in WORDS.items() for _ in range(many)]
RECENT = 3
SETTINGS = Mobile(recent=RECENT, keep_days=10)
DAYS = st.lists(
    st.tuples(st.frozensets(st.integers(0, len(STANDINGS) - 1)), st.booleans()),
    min_size=1,
    max_size=20,
)


def expected(seen: dict[date, frozenset[int]], day: date) -> Fleet:
    """The counts of one day, from everything that was ever seen."""
    known = [d for d in seen if d <= day and day - d <= timedelta(days=SETTINGS.keep_days)]
    school_days = sorted(d for d in known if seen[d])
    since = school_days[-RECENT] if len(school_days) >= RECENT else date.min
    cells: Counter[Cell] = Counter()
    for number, word in enumerate(STANDINGS):
        if word not in GONE:
            last = max((d for d in known if number in seen[d]), default=None)
            cells[_cell(word, last, since, day)] += 1
    return Fleet(day, {cell: hidden(cells[cell]) for cell in Cell})


def _cell(word: Standing, last: date | None, since: date, day: date) -> Cell:
    if word is Standing.REPAIR:
        return Cell.REPAIR
    if last is None:
        return Cell.NEVER_SEEN
    if last < since:
        return Cell.IDLE
    fit = word is Standing.ISSUED
    if last == day:
        return Cell.SERVICEABLE_SEEN if fit else Cell.NON_COMPLIANT_SEEN
    return Cell.SERVICEABLE_AWAY if fit else Cell.NON_COMPLIANT_AWAY


@settings(max_examples=examples(60), deadline=None)
@given(DAYS)
def test_every_day_of_school_is_counted_as_the_model_counts_it(
    days: list[tuple[frozenset[int], bool]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told: list[Fleet] = []
        seen: dict[date, frozenset[int]] = {}
        counting = school(folder, issued(WORDS), SETTINGS)
        for i, (numbers, restarts) in enumerate(days):
            day = MONDAY + timedelta(days=i)
            if restarts:
                counting.save()
                counting = Counting(SETTINGS, folder, HASHER, Disk())
            counting.saw(at(day, 9), macs(*numbers))
            while fleet := counting.waiting(at(day, 9)):
                told.append(fleet)
                counting.told(fleet)
            if counting.days.open_on(day):
                seen[day] = numbers
        over = MONDAY + timedelta(days=len(days) - 1)
        assert told == [expected(seen, day) for day in seen if seen[day] and day < over]
