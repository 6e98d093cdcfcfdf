"""Who owes service when: the calendar of each group of subjects, and its service time."""

from collections.abc import Mapping

import numpy as np

from numlycee.domain.calendars import Calendar
from numlycee.domain.sites import Site
from numlycee.rates.columns import Columns
from numlycee.rates.integral import LINE, Ints, ints
from numlycee.rates.model import Hours
from numlycee.rates.openings import openings
from numlycee.rates.service import Ceaseless, ServiceTime, opened

DEFAULT_CALENDAR = ""
"""The calendar of sites that name none, and of services that the Region shares."""


class Duties:
    """The service time of columns on both calendars, as far as it was asked."""

    def __init__(
        self, columns: Columns, sites: Mapping[str, Site], calendars: Mapping[str, Calendar]
    ) -> None:
        """Raise `ValueError` for a site whose calendar is not there."""
        names = _names(sites, calendars)
        self._calendars = [calendars[name] for name in names]
        self._line = _lines(columns, sites, names)
        self._first = min(columns.born.tolist(), default=LINE)

    def service(self, hours: Hours, until: int) -> ServiceTime:
        """Return the service time of each group up to `until`.

        Raises `UnknownDateError` where a calendar does not know a date before.
        """
        if hours is Hours.ALWAYS:
            return Ceaseless()
        return opened(openings(self._calendars, self._first, until), self._line)


def _names(sites: Mapping[str, Site], calendars: Mapping[str, Calendar]) -> list[str]:
    """Return the calendars in use, the default first; one that does not exist is an error."""
    if DEFAULT_CALENDAR not in calendars:
        message = "no default calendar: give one under the empty name"
        raise ValueError(message)
    for site in sites.values():
        if site.calendar not in calendars:
            known = ", ".join(sorted(filter(None, calendars))) or "none"
            message = f"site {site.uai}: unknown calendar {site.calendar!r}; known: {known}"
            raise ValueError(message)
    return [DEFAULT_CALENDAR, *sorted({s.calendar for s in sites.values()} - {DEFAULT_CALENDAR})]


def _lines(columns: Columns, sites: Mapping[str, Site], names: list[str]) -> Ints:
    """Return the number of the calendar of each group: that of the site of its subjects."""
    number = {name: n for n, name in enumerate(names)}
    _, member = np.unique(columns.group, return_index=True)
    uais = (columns.subjects[subject].uai for subject in member.tolist())
    return ints([number[sites[uai].calendar if uai else DEFAULT_CALENDAR] for uai in uais])
