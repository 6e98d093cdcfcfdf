"""School holidays as a source tells them, and the calendar of service that they leave."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from numlycee.domain.calendars import Calendar, first_year


@dataclass(frozen=True, slots=True)
class SchoolHolidays:
    """The days without class of one zone, each with its name, as one source tells them.

    `years` are the first civil years of the school years that the source covers whole, summer
    included; `gaps` says what it lacks of others.
    """

    source: str
    days: Mapping[date, str]
    years: frozenset[int]
    gaps: Mapping[int, str] = field(default_factory=dict)

    def known(self) -> tuple[date, date]:
        """Return the first of September that begins the first year, and the one after the last."""
        return date(min(self.years), 9, 1), date(max(self.years) + 1, 9, 1)

    def lacking(self) -> dict[int, str]:
        """Return what is lacking of each year that is not known, those in between included."""
        silent = f"{self.source} says nothing of it"
        between = {*range(min(self.years), max(self.years))} - self.years
        return dict.fromkeys(between, silent) | dict(self.gaps)

    def then(self, since: date, other: "SchoolHolidays") -> "SchoolHolidays":
        """Return these holidays until a date, and others from that date on."""
        turn = first_year(since)
        begins = since == date(turn, 9, 1)
        days = {day: name for day, name in self.days.items() if day < since}
        days |= {day: name for day, name in other.days.items() if day >= since}
        before = {year for year in self.years if year < turn}
        after = {year for year in other.years if year > turn}
        both = {turn} & other.years & (other.years if begins else self.years)
        gaps = {year: gap for year, gap in self.gaps.items() if year < turn + (not begins)}
        gaps |= {year: gap for year, gap in other.gaps.items() if year >= turn}
        return SchoolHolidays(other.source, days, frozenset(before | after | both), gaps)


def stamped(calendar: Calendar, source: str) -> Calendar:
    """Return a calendar whose version names its source and changes with any of its rules."""
    rules = [
        calendar.zone,
        calendar.weekly,
        [[since.isoformat(), week] for since, week in calendar.changes],
        sorted(day.isoformat() for day in calendar.closed),
        sorted((day.isoformat(), hours) for day, hours in calendar.opened.items()),
        calendar.known and [day.isoformat() for day in calendar.known],
        sorted(calendar.gaps),
    ]
    digest = hashlib.sha256(json.dumps(rules, separators=(",", ":")).encode()).hexdigest()
    return replace(calendar, version=f"{source} · {digest[:8]}")
