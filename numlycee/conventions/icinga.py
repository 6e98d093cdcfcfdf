"""Icinga: the SLA function of Icinga DB, and that of idoreports with an SLA period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from numlycee.conventions.model import Account, Case, Convention, Evidence, Source
from numlycee.conventions.seeing import CENTRAL, Sight, see
from numlycee.domain.intervals import Interval, IntervalSet

PENDING = 99
_STATES = {Sight.OK: 0, Sight.WARNING: 1, Sight.DOWN: 2}


class Checkable(IntEnum):
    """What is checked; the value is the greatest hard state that is no problem."""

    HOST = 0
    SERVICE = 1


@dataclass(frozen=True, slots=True, order=True)
class HardState:
    """A change of hard state; the state before is 99 when the object was new (pending)."""

    at: int
    state: int
    previous: int


@dataclass(frozen=True, slots=True)
class SlaHistory:
    """What the function reads of one object: sorted hard states, downtimes, and the state now."""

    states: Sequence[HardState]
    downtimes: Sequence[Interval] = ()
    current: int | None = None

    def initial(self, start: int) -> int:
        """Return the state at the start: the last before it, or what the first after it says."""
        before = [change.state for change in self.states if change.at <= start]
        after = [change.previous for change in self.states if change.at > start]
        return (before[-1:] or after[:1] or [self.current or 0])[0]


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    """A row of the walk; at the same instant a change of state comes first, the end last."""

    at: int
    rank: int
    change: HardState | None = None
    depth: int = 0


def ok_account(history: SlaHistory, start: int, end: int, checkable: Checkable) -> Account:
    """Return what `get_sla_ok_percent` counts over ``[start, end)``.

    Pending time leaves the denominator; time in a problem without downtime leaves the numerator.
    Raises `ValueError` for a period that does not end after it starts.
    """
    if end <= start:
        raise ValueError("the period must end after it starts")
    pending: list[Interval] = []
    problem: list[Interval] = []
    last, state, depth = start, history.initial(start), 0
    for event in sorted(_events(history, start, end)):
        if event.change is not None and event.change.previous == PENDING:
            pending.append((last, event.at))
        elif checkable < state != PENDING and not depth:
            problem.append((last, event.at))
        last, depth = event.at, depth + event.depth
        state = state if event.change is None else event.change.state
    counted = IntervalSet.of([(start, end)]) - IntervalSet.of(pending)
    return Account(counted - IntervalSet.of(problem), counted)


def _events(history: SlaHistory, start: int, end: int) -> Iterator[_Event]:
    for change in history.states:
        if start < change.at < end:
            yield _Event(change.at, 0, change)
    for began, ended in history.downtimes:
        if began < end and ended >= start:
            yield _Event(max(began, start), 1, depth=1)
            if ended < end:
                yield _Event(ended, 2, depth=-1)
    yield _Event(end, 3)


def icinga_db(case: Case) -> Account:
    """Count the past of the period as `get_sla_ok_percent` would, for a service."""
    return ok_account(_history(case), case.start, case.until, Checkable.SERVICE)


def _history(case: Case) -> SlaHistory:
    states: list[HardState] = []
    previous = PENDING
    for at, sight in see(case, CENTRAL).changes():
        states.append(HardState(at, _STATES[sight], previous))
        previous = _STATES[sight]
    return SlaHistory(states, case.maintenance.spans, previous)


def idoreports(case: Case) -> Account:
    """Count the past of the period; only problems inside the SLA period and no downtime cost.

    A downtime counts once it has ended.
    """
    problem = see(case, CENTRAL).of(Sight.DOWN) & case.service.owed
    ended = IntervalSet.of(span for span in case.maintenance if span[1] <= case.until)
    return Account(case.past - (problem - ended), case.past)


_SEES = "un contrôleur central : ce qui ne répond pas, ou n’est pas joignable, est un problème"
_POOLS = "moyenne des taux (ligne « Total » des rapports SLA)"

CONVENTIONS = (
    Convention(
        key="icingadb",
        name="Icinga DB, SLA",
        rule=icinga_db,
        counts=(
            "1 − problèmes hors arrêt programmé ÷ toute la période, 24 h sur 24 ; WARNING et "
            "maintenance comptent comme du service"
        ),
        sees=_SEES,
        source=Source(
            "https://github.com/Icinga/icingadb/blob/02415f3a6709a397cc34b6ba3dedeaa8e685b546/schema/pgsql/schema.sql",
            "get_sla_ok_percent(), 02415f3",
            Evidence.CODE,
        ),
        pools=_POOLS,
    ),
    Convention(
        key="idoreports",
        name="Icinga idoreports, période SLA",
        rule=idoreports,
        counts=(
            "le temps hors de la période SLA, celui des arrêts terminés et celui d’avant la "
            "création comptent comme du service, au dénominateur aussi"
        ),
        sees=_SEES,
        source=Source(
            "https://github.com/Icinga/icingaweb2-module-idoreports/blob/0c7145ffeb3ea60e86e49765ce686a4bab814883/schema/mysql/get_sla_ok_percent.sql",
            "idoreports_get_sla_ok_percent(), MySQL, 0c7145f",
            Evidence.CODE,
        ),
        pools=_POOLS,
    ),
)
