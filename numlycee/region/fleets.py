"""The mobile devices of the simulated lycées, as their agents would have counted them."""

from datetime import date
from random import Random

from numlycee.domain.devices import Cell, Fleet, hidden
from numlycee.domain.sites import Site

_SUMMER = range(7, 9)
_CHRISTMAS = ((12, 20), (1, 3))


def fleet_of(site: Site, seed: int, day: date) -> Fleet | None:
    """Return the counts of one day; None on a day that is no day of school."""
    if not _school_on(day):
        return None
    usual, that_day = Random(f"fleet {seed} {site.uai}"), Random(f"{seed} {site.uai} {day}")
    issued = round(site.enrolment * usual.uniform(0.2, 0.5))
    repair = round(issued * usual.uniform(0.0, 0.02))
    never = round(issued * usual.uniform(0.0, 0.04))
    idle = round(issued * usual.uniform(0.0, 0.03))
    unfit = round(issued * usual.uniform(0.0, 0.04))
    fit = issued - repair - never - idle - unfit
    come = that_day.uniform(0.55, 0.85)
    counts = {
        Cell.SERVICEABLE_SEEN: round(fit * come),
        Cell.SERVICEABLE_AWAY: fit - round(fit * come),
        Cell.NON_COMPLIANT_SEEN: round(unfit * come),
        Cell.NON_COMPLIANT_AWAY: unfit - round(unfit * come),
        Cell.REPAIR: repair,
        Cell.IDLE: idle,
        Cell.NEVER_SEEN: never,
    }
    return Fleet(day, {cell: hidden(number) for cell, number in counts.items()})


def _school_on(day: date) -> bool:
    """Tell term from holidays, near enough for a Region that does not exist."""
    christmas = (day.month, day.day) >= _CHRISTMAS[0] or (day.month, day.day) <= _CHRISTMAS[1]
    return day.isoweekday() <= 5 and day.month not in _SUMMER and not christmas
