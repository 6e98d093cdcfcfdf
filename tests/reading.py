"""How tests read a history: the one place that knows how `Rates` and its reference are built."""

from collections.abc import Mapping

from numlycee.domain.calendars import Calendar
from numlycee.domain.register import SILENT, Register
from numlycee.domain.sites import Site
from numlycee.rates.figures import Rates
from numlycee.rates.ports import History
from tests.rates.histories import ListHistory
from tests.rates.slowly import Slow


def quickly(
    history: History,
    sites: Mapping[str, Site],
    calendars: Mapping[str, Calendar],
    register: Register = SILENT,
) -> Rates:
    """Return the vectorised figures."""
    return Rates(history, sites, calendars, register)


def slowly(
    history: ListHistory,
    sites: Mapping[str, Site],
    calendars: Mapping[str, Calendar],
    register: Register = SILENT,
) -> Slow:
    """Return the readable reference."""
    return Slow(history, sites, calendars, register)
