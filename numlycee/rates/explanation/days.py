"""The tally of an explanation day by day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from numlycee.domain.calendars import day_bounds
from numlycee.domain.tallies import Tally, total
from numlycee.rates.explanation.model import Due, Explanation


def day_tallies(explanation: Explanation) -> Iterator[tuple[str, Tally]]:
    """Yield each local day of the window as an ISO date, with the contract's tally."""
    counted = [s for s in explanation.stretches if s.due is Due.DUE]
    place = 0
    for day in explanation.timetable.days:
        start, end = day_bounds(date.fromisoformat(day.date), explanation.timetable.zone)
        while place < len(counted) and counted[place].end <= start:
            place += 1
        here = []
        for stretch in counted[place:]:
            if stretch.start >= end:
                break
            cut = replace(stretch, start=max(stretch.start, start), end=min(stretch.end, end))
            here.append(cut.tally)
        yield day.date, total(here)
