"""`Rates`: a history read once, and every figure that is shown of it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np

from numlycee.domain.calendars import ALWAYS, Calendar, ServiceTime
from numlycee.domain.causes import propose_owner
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.outages import Outage
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Maintenance, excluded, tally
from numlycee.domain.timeline import Timeline
from numlycee.rates.columns import Subject
from numlycee.rates.counting import DOWN_COLUMN, Seen, row_of, see
from numlycee.rates.integral import LINE, Ints, ints
from numlycee.rates.model import (
    DayBar,
    Hours,
    Level,
    Life,
    RatesSnapshot,
    ResourceOutage,
    SharedOutage,
    Table,
    Window,
)
from numlycee.rates.ports import History
from numlycee.rates.reading import read
from numlycee.rates.rollup import LOSING, Key, Places, SubjectFigures, day_tallies, table
from numlycee.rates.runs import Flags, OutageColumns, first_owed, in_window, outage_columns
from numlycee.rates.vote import with_verdicts
from numlycee.rates.windows import last_days, rolling

DEFAULT_CALENDAR = ""
"""The calendar of sites that name none, and of services that the Region shares."""

_BARS = (Level.REGION, Level.DEPARTMENT, Level.SITE)

Interventions = Mapping[tuple[str, str], Sequence[Maintenance]]
"""Maintenance windows by UAI (empty for a shared service) and resource id."""


class Rates:
    """Figures of one reading of the history; a pure function of it and of what is asked."""

    def __init__(
        self,
        history: History,
        sites: Mapping[str, Site],
        calendars: Mapping[str, Calendar],
        maintenance: Interventions | None = None,
    ) -> None:
        """Read the history of these sites, whose calendars are named in `calendars`.

        The name `""` is the calendar of sites that name none. Raises `ValueError` for a site whose
        calendar is not there.
        """
        self._sites = sites
        self._calendars = calendars
        self._names = _calendar_names(sites, calendars)
        self._columns = with_verdicts(read(history, sites))
        self._index = {(s.uai, s.resource.id): n for n, s in enumerate(self._columns.subjects)}
        self._maintenance = {
            self._index[key]: excluded(windows)
            for key, windows in (maintenance or {}).items()
            if key in self._index
        }
        self._first = min(self._columns.born.tolist(), default=LINE)
        self._seen: dict[tuple[Hours, int], Seen] = {}
        self._found: dict[int, OutageColumns] = {}

    def table(self, window: Window, hours: Hours) -> Table:
        """Return the figures of a window by scope and class."""
        return table(self._places, self._figures(window, hours))

    def days(self, as_of: int, count: int = 30) -> Mapping[Key, tuple[DayBar, ...]]:
        """Return the last local days of each class of the Region, départements and sites."""
        bars: dict[Key, list[DayBar]] = {}
        for day, (start, end) in last_days(as_of, self._zone, count):
            window = Window(day, start, end, as_of)
            _, contract = self._tallies(window, Hours.SERVICE, until=as_of)
            for key, summed in day_tallies(self._places, contract, _BARS).items():
                bars.setdefault(key, []).append(DayBar(day, summed))
        return {key: tuple(days) for key, days in bars.items()}

    def snapshot(self, as_of: int) -> RatesSnapshot:
        """Return every rolling window on both calendars and the last thirty days."""
        windows = rolling(as_of, self._zone)
        tables = {
            (name, hours): self.table(window, hours)
            for name, window in windows.items()
            for hours in Hours
        }
        return RatesSnapshot(as_of, windows, tables, self.days(as_of))

    def timeline(self, uai: str, resource: str) -> Timeline:
        """Return the timeline of a resource, of nothing when it was never covered.

        With an empty `uai`, the verdict on a shared service.
        """
        subject = self._index.get((uai, resource))
        return Timeline() if subject is None else self._columns.timeline(subject)

    def lives(self) -> Iterator[Life]:
        """Yield every resource with its timeline; the verdicts on shared services come too."""
        columns = self._columns
        born = columns.born[columns.group].tolist()
        for index, subject in enumerate(columns.subjects):
            apart = self._maintenance.get(index, NEVER)
            timeline = columns.timeline(index)
            yield Life(subject.uai, subject.resource, born[index], timeline, apart)

    def outages(self, window: Window, hours: Hours = Hours.SERVICE) -> Sequence[ResourceOutage]:
        """Return the outages of sites' resources that belong to a window, oldest first."""
        return [
            ResourceOutage(
                self._sites[subject.uai],
                subject.resource,
                outage,
                propose_owner(subject.resource.kind, outage.cause),
            )
            for subject, outage in self._outages(window, hours)
            if subject.uai
        ]

    def shared_outages(
        self, window: Window, hours: Hours = Hours.SERVICE
    ) -> Sequence[SharedOutage]:
        """Return the outages of shared services that belong to a window, oldest first."""
        return [
            SharedOutage(
                subject.resource, outage, propose_owner(subject.resource.kind, outage.cause)
            )
            for subject, outage in self._outages(window, hours)
            if not subject.uai
        ]

    def _outages(self, window: Window, hours: Hours) -> Iterator[tuple[Subject, Outage]]:
        found = self._known(window.as_of)
        here = np.flatnonzero(self._belonging(window, hours, found))
        for index in here[np.argsort(found.start[here], kind="stable")].tolist():
            yield self._columns.subjects[int(found.subject[index])], found.outage(index)

    def _figures(self, window: Window, hours: Hours) -> SubjectFigures:
        columns, found = self._columns, self._known(window.as_of)
        felt, contract = self._tallies(window, hours, window.until)
        here = self._belonging(window, hours, found)
        subject, length = found.subject[here], (found.end - found.start)[here]
        count, whole, longest = np.zeros((3, len(columns.subjects)), dtype=np.int64)
        np.add.at(count, subject, 1)
        np.add.at(whole, subject, length)
        np.maximum.at(longest, subject, length)
        return SubjectFigures(
            living=(columns.born[columns.group] < window.until).astype(np.int64),
            contract=contract,
            felt=felt,
            outages=count,
            outage_ms=whole,
            longest_outage_ms=longest,
            lost_pupil_ms=self._lost(contract),
        )

    def _lost(self, contract: Ints) -> Ints:
        """Return pupil-milliseconds; a shared service loses what its lycées lost of it."""
        lost = contract[:, DOWN_COLUMN] * self._enrolments
        for name, services in self._shared.items():
            lost[self._index["", name]] = lost[services].sum()
        return lost

    def _tallies(self, window: Window, hours: Hours, until: int) -> tuple[Ints, Ints]:
        """Return the felt and the contractual tallies: maintenance left in, and taken out."""
        felt = self._see(hours, until).tallies(window.start, window.until)
        if not self._maintenance:
            return felt, felt
        contract = felt.copy()
        for subject, apart in self._maintenance.items():
            owed = self._owed(subject, hours, until).clip(window.start, window.until)
            contract[subject] -= row_of(tally(self._columns.timeline(subject), owed & apart))
        return felt, contract

    def _belonging(self, window: Window, hours: Hours, found: OutageColumns) -> Flags:
        seen = self._see(hours, window.until)
        first = first_owed(found, self._columns, seen.owed, seen.line)
        for subject, apart in self._maintenance.items():
            owed = ServiceTime(self._owed(subject, hours, window.until) - apart)
            for index in np.flatnonzero(found.subject == subject).tolist():
                instant = owed.first_after(int(found.start[index]))
                missed = instant is None or instant >= found.end[index]
                first[index] = -1 if missed else instant or 0
        return in_window(first, window.start, window.until)

    def _known(self, as_of: int) -> OutageColumns:
        if as_of not in self._found:
            self._found[as_of] = outage_columns(self._columns, as_of)
        return self._found[as_of]

    def _see(self, hours: Hours, until: int) -> Seen:
        if (hours, until) not in self._seen:
            lines = [self._opening(name, hours, until) for name in self._names]
            self._seen[hours, until] = see(self._columns, lines, self._calendar_of_groups)
        return self._seen[hours, until]

    def _opening(self, name: str, hours: Hours, until: int) -> IntervalSet:
        calendar = ALWAYS if hours is Hours.ALWAYS else self._calendars[name]
        return calendar.opening(self._first, until)

    def _owed(self, subject: int, hours: Hours, until: int) -> IntervalSet:
        group = self._columns.group[subject]
        name = self._names[int(self._calendar_of_groups[group])]
        return self._opening(name, hours, until).clip(int(self._columns.born[group]), until)

    @cached_property
    def _calendar_of_groups(self) -> Ints:
        result = np.zeros(len(self._columns.born), dtype=np.int64)
        for group, subject in zip(
            self._columns.group.tolist(), self._columns.subjects, strict=True
        ):
            name = self._sites[subject.uai].calendar if subject.uai else DEFAULT_CALENDAR
            result[group] = self._names.index(name)
        return result

    @cached_property
    def _places(self) -> Places:
        return Places.of(self._columns.subjects, self._sites)

    @cached_property
    def _enrolments(self) -> Ints:
        """Return the pupils who depend on each subject, none for what is theirs only in part."""
        return ints(
            [
                self._sites[s.uai].enrolment if s.uai and s.resource.resource_class in LOSING else 0
                for s in self._columns.subjects
            ]
        )

    @cached_property
    def _shared(self) -> Mapping[str, list[int]]:
        shared: dict[str, list[int]] = {
            s.resource.id: [] for s in self._columns.subjects if not s.uai
        }
        for index, subject in enumerate(self._columns.subjects):
            if subject.uai and subject.resource.id in shared:
                shared[subject.resource.id].append(index)
        return shared

    @property
    def _zone(self) -> str:
        return self._calendars[DEFAULT_CALENDAR].zone


def _calendar_names(sites: Mapping[str, Site], calendars: Mapping[str, Calendar]) -> list[str]:
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
