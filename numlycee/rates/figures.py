"""`Rates`: a history read once, and every figure that is shown of it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from numlycee.domain.calendars import Calendar
from numlycee.domain.causes import Owner, propose_owner
from numlycee.domain.composites import Composite
from numlycee.domain.intervals import NEVER
from numlycee.domain.outages import Outage
from numlycee.domain.register import SILENT, Key, Overrule, Register
from numlycee.domain.sites import Site
from numlycee.domain.timeline import Timeline
from numlycee.rates.apart import withheld
from numlycee.rates.bins import Bins
from numlycee.rates.columns import Columns, Subject
from numlycee.rates.compose import with_composites
from numlycee.rates.counts import Counts, Grouping, Totals
from numlycee.rates.duties import DEFAULT_CALENDAR, Duties
from numlycee.rates.hold import uncollected
from numlycee.rates.integral import FOREVER
from numlycee.rates.model import (
    DayBar,
    Heading,
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
from numlycee.rates.rollup import Places, day_tallies, table
from numlycee.rates.vote import with_verdicts
from numlycee.rates.windows import last_days, rolling

_BARS = frozenset({Level.REGION, Level.DEPARTMENT, Level.SITE})


class ColumnRates:
    """Figures of what was read; a pure function of it and of what is asked."""

    def __init__(
        self,
        columns: Columns,
        sites: Mapping[str, Site],
        calendars: Mapping[str, Calendar],
        register: Register = SILENT,
    ) -> None:
        """Rest on columns of subjects of these sites, whose calendars are named in `calendars`.

        The name `""` is the calendar of sites that name none. `register` holds what people state.
        Raises `ValueError` for a site whose calendar is not there.
        """
        self._columns, self._sites, self._register = columns, sites, register
        self._withheld = withheld(register, columns.subjects)
        duties = Duties(columns, sites, calendars)
        self._counts = Counts(columns, duties, self._withheld)
        self._zone = calendars[DEFAULT_CALENDAR].zone

    def table(self, window: Window, hours: Hours) -> Table:
        """Return the figures of a window by scope and class."""
        return table(self._places, self._counts.totals(self._leaves, window, hours))

    def each(self, window: Window, hours: Hours) -> Totals:
        """Return what was counted of every subject alone, as columns in the order of `subjects`."""
        return self._counts.totals(self._alone, window, hours)

    @property
    def subjects(self) -> Sequence[Subject]:
        """Return every resource that was ever covered, and the services that sites share."""
        return self._columns.subjects

    def days(self, as_of: int, count: int = 30) -> Mapping[Heading, tuple[DayBar, ...]]:
        """Return the last local days of each class of the Region, départements and sites."""
        bars: dict[Heading, list[DayBar]] = {}
        for day, (start, end) in last_days(as_of, self._zone, count):
            _, contract = self._counts.tallies(
                self._leaves, Window(day, start, end, as_of), Hours.SERVICE
            )
            for key, summed in day_tallies(self._places, contract, _BARS).items():
                bars.setdefault(key, []).append(DayBar(day, summed))
        return {key: tuple(days) for key, days in bars.items()}

    @uncollected()
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
        retired = columns.retired[columns.group].tolist()
        for index, subject in enumerate(columns.subjects):
            yield Life(
                subject.uai,
                subject.resource,
                born[index],
                columns.timeline(index),
                self._withheld.get(index, NEVER),
                None if retired[index] == FOREVER else retired[index],
            )

    def outages(self, window: Window, hours: Hours = Hours.SERVICE) -> Sequence[ResourceOutage]:
        """Return the outages of sites' resources that belong to a window, oldest first."""
        return [
            ResourceOutage(self._sites[subject.uai], subject.resource, outage, proposed, overrule)
            for subject, outage, proposed, overrule in self._ascribed(window, hours)
            if subject.uai
        ]

    def shared_outages(
        self, window: Window, hours: Hours = Hours.SERVICE
    ) -> Sequence[SharedOutage]:
        """Return the outages of shared services that belong to a window, oldest first."""
        return [
            SharedOutage(subject.resource, outage, proposed, overrule)
            for subject, outage, proposed, overrule in self._ascribed(window, hours)
            if not subject.uai
        ]

    def _ascribed(
        self, window: Window, hours: Hours
    ) -> Iterator[tuple[Subject, Outage, Owner, Overrule | None]]:
        """Yield each outage with the owner that the rule proposes, and what a person stated."""
        for subject, outage in self._counts.outages(window, hours):
            listed = self._register.owner(subject.key)
            proposed = propose_owner(subject.resource.kind, outage.cause, listed)
            stated = self._register.overrule(subject.key, outage.start, outage.end)
            yield subject, outage, proposed, stated

    @cached_property
    def _index(self) -> Mapping[Key, int]:
        return {subject.key: n for n, subject in enumerate(self._columns.subjects)}

    @cached_property
    def _places(self) -> Places:
        return Places.of_subjects(self._columns.subjects, self._sites)

    @cached_property
    def _leaves(self) -> Grouping:
        bins = self._places.bins(self._columns.group)
        return self._counts.grouping(bins, self._places.stakes)

    @cached_property
    def _alone(self) -> Grouping:
        return self._counts.grouping(Bins.alone(self._columns.group), self._places.each())


class Rates(ColumnRates):
    """Figures of one reading of the history."""

    def __init__(
        self,
        history: History,
        sites: Mapping[str, Site],
        calendars: Mapping[str, Calendar],
        register: Register = SILENT,
        composites: Sequence[Composite] = (),
    ) -> None:
        """Read the history of these sites and compose; the rest is that of `ColumnRates`."""
        columns = with_verdicts(read(history, sites, register), register)
        super().__init__(with_composites(columns, composites), sites, calendars, register)
