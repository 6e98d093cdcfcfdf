"""Days of school, on the local calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from numlycee.domain.calendars import zone_of


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """The weekdays of school, 1 for Monday, without the ranges of dates that are closed."""

    zone: str
    weekdays: Sequence[int]
    closed: Sequence[tuple[date, date]]

    def day_of(self, at: int) -> date:
        """Return the local date of an instant in milliseconds since the epoch."""
        return datetime.fromtimestamp(at / 1000, zone_of(self.zone)).date()

    def open_on(self, day: date) -> bool:
        """Tell whether there may be school on a day."""
        if day.isoweekday() not in self.weekdays:
            return False
        return not any(first <= day <= last for first, last in self.closed)
