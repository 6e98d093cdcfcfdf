"""What is left of each promise's error budget, how fast it goes, and whom that should wake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from numlycee.domain.budgets import PAGE, TICKET, Budget, Burn, Pair, budget, burn, lookback
from numlycee.domain.calendars import ALWAYS, Calendar, ServiceTime
from numlycee.domain.intervals import Interval
from numlycee.domain.objectives import Objective
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Tally
from numlycee.rates.model import NOTHING, Hours, Level, Scope, Table, Window, judged_on

LENGTHS = sorted({length for pair in (*PAGE, *TICKET) for length in (pair.long, pair.short)})
"""Windows whose burn rate is told, in milliseconds of service."""


class Tables(Protocol):
    """Figures of any window."""

    def table(self, window: Window, hours: Hours) -> Table:
        """Return the figures of every scope and class."""
        ...


@dataclass(frozen=True, slots=True)
class Spending:
    """The budget of one objective in one scope; `burns` is by length of window (`LENGTHS`).

    `page` and `ticket` tell whether one of their pairs of windows fires.
    """

    scope: Scope
    objective: Objective
    budget: Budget
    burns: Mapping[int, Burn]
    page: bool
    ticket: bool


@dataclass(slots=True)
class Spendings:
    """Budgets of one period as of an instant of it; tables of a window are asked for once.

    Windows are those of a lycée's own calendar, elsewhere of the usual one, named "". None begins
    before the period does: its budget is new.
    """

    rates: Tables
    sites: Mapping[str, Site]
    calendars: Mapping[str, Calendar]
    period: Interval
    as_of: int
    _tables: dict[tuple[Hours, Window], Table] = field(default_factory=dict)
    _services: dict[str, ServiceTime] = field(default_factory=dict)

    def of(self, scope: Scope, objective: Objective) -> Spending:
        """Return what the objective of a class has spent in a scope."""
        start, end = self.period
        service = self._service(scope, objective)
        owed = self._tally(scope, objective, Window("", start, end, end)).required
        spent = self._tally(scope, objective, Window("", start, end, self.as_of))
        seen = {
            length: self._tally(scope, objective, self._window(service, length))
            for length in LENGTHS
        }
        whole = service.between(start, end)
        return Spending(
            scope=scope,
            objective=objective,
            budget=budget(objective.target, owed, spent),
            burns={length: burn(objective.target, tally) for length, tally in seen.items()},
            page=_any_fires(PAGE, objective, whole, seen),
            ticket=_any_fires(TICKET, objective, whole, seen),
        )

    def _window(self, service: ServiceTime, length: int) -> Window:
        return Window("", *lookback(service, self.as_of, length), self.as_of)

    def _tally(self, scope: Scope, objective: Objective, window: Window) -> Tally:
        key = judged_on(objective), window
        if key not in self._tables:
            self._tables[key] = self.rates.table(window, judged_on(objective))
        return self._tables[key].get((scope, objective.resource_class), NOTHING).contract

    def _service(self, scope: Scope, objective: Objective) -> ServiceTime:
        name = self.sites[scope.key].calendar if scope.level is Level.SITE else ""
        calendar = ALWAYS if judged_on(objective) is Hours.ALWAYS else self.calendars[name]
        if calendar.name not in self._services:
            self._services[calendar.name] = ServiceTime(calendar.opening(*self.period))
        return self._services[calendar.name]


def _any_fires(
    pairs: Sequence[Pair], objective: Objective, whole: int, seen: Mapping[int, Tally]
) -> bool:
    return any(
        pair.fires(objective.target, whole, seen[pair.long], seen[pair.short]) for pair in pairs
    )
