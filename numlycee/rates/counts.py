"""Everything counted from columns: tallies of any bins on both calendars, outages, lost pupils."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from numlycee.domain.durations import DAY
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.outages import Outage
from numlycee.rates.apart import Apart, Withheld
from numlycee.rates.bins import Bins
from numlycee.rates.columns import Columns, Subject
from numlycee.rates.counting import DOWN_COLUMN, Seen, see, tally_of
from numlycee.rates.duties import Duties
from numlycee.rates.integral import Ints
from numlycee.rates.model import Figures, Hours, Window
from numlycee.rates.runs import OutageCounts, Runs, counted, first_owed, outages, runs
from numlycee.rates.service import ServiceTime

LATELY = 31 * DAY
"""Windows that begin at most so long ago are counted from the spells of that time alone."""


@dataclass(frozen=True, slots=True)
class Stakes:
    """How many pupils the `down` of each bin costs.

    A service that sites share costs what its lycées lost of it: those are the bins beside its own.
    """

    pupils: Ints
    shared: tuple[tuple[int, Ints], ...]

    def lost(self, contract: Ints) -> Ints:
        """Return the pupil-milliseconds that each bin lost."""
        lost: Ints = contract[:, DOWN_COLUMN] * self.pupils
        for own, members in self.shared:
            lost[own] = lost[members].sum()
        return lost


@dataclass(frozen=True, slots=True)
class Grouping:
    """Bins of all subjects, of those with maintenance, and what is at stake in each."""

    whole: Bins
    apart: Bins | None
    stakes: Stakes


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted of each bin over one window, as columns."""

    living: Ints
    contract: Ints
    felt: Ints
    outages: OutageCounts
    lost_pupil_ms: Ints

    def figures(self, index: int) -> Figures:
        """Return what was counted of one bin."""
        return Figures(
            resources=int(self.living[index]),
            contract=tally_of(self.contract[index].tolist()),
            felt=tally_of(self.felt[index].tolist()),
            outages=int(self.outages.count[index]),
            outage_ms=int(self.outages.whole[index]),
            longest_outage_ms=int(self.outages.longest[index]),
            lost_pupil_ms=int(self.lost_pupil_ms[index]),
        )


@dataclass(frozen=True, slots=True)
class _View:
    """Columns seen on one calendar up to an instant; `taken` measures the maintenance alone.

    `lately` and `first` hold by `as_of` what was asked: a view of recent spells, and the first
    required instant of each outage.
    """

    until: int
    service: ServiceTime
    whole: Seen
    taken: Seen | None
    lately: "dict[int, _View]" = field(default_factory=dict)
    first: dict[int, Ints] = field(default_factory=dict)

    def since(self, instant: int) -> "_View":
        """Return the same for windows that start at this instant or later."""
        taken = self.taken and self.taken.since(instant)
        return _View(self.until, self.service, self.whole.since(instant), taken)


class Counts:
    """Counts of the same columns; what several questions share is worked out once."""

    def __init__(
        self, columns: Columns, duties: Duties, withheld: Mapping[int, IntervalSet]
    ) -> None:
        """Count these columns; maintenance is withheld from some subjects, by their number."""
        self._columns, self._duties = columns, duties
        self._apart = Apart.of(columns, withheld) if withheld else None
        self._views: dict[Hours, _View] = {}
        self._found: dict[int, Runs] = {}

    def grouping(self, bins: Bins, stakes: Stakes) -> Grouping:
        """Return bins of all subjects as the other questions take them."""
        apart = self._apart
        part = bins.part(apart.subjects, apart.columns.group) if apart else None
        return Grouping(bins, part, stakes)

    def totals(self, bins: Grouping, window: Window, hours: Hours) -> Totals:
        """Return everything that is counted of each bin over a window."""
        felt, contract = self.tallies(bins, window, hours)
        found, first = self._outages(window, hours)
        return Totals(
            living=self._living(bins.whole, window),
            contract=contract,
            felt=felt,
            outages=counted(found, first, bins.whole, window.start, window.until),
            lost_pupil_ms=bins.stakes.lost(contract),
        )

    def tallies(self, bins: Grouping, window: Window, hours: Hours) -> tuple[Ints, Ints]:
        """Return the felt and the contractual tallies: maintenance left in, and taken out."""
        view = self._near(window, hours)
        felt = view.whole.tallies(bins.whole, window.start, window.until)
        if view.taken is None or bins.apart is None:
            return felt, felt
        return felt, felt - view.taken.tallies(bins.apart, window.start, window.until)

    def outages(self, window: Window, hours: Hours) -> Iterator[tuple[Subject, Outage]]:
        """Yield the outages that belong to a window, known as of it, oldest first."""
        found, first = self._outages(window, hours)
        here = found.take(np.flatnonzero((first >= window.start) & (first < window.until)))
        known = list(outages(self._columns, here, window.as_of))
        for index in np.argsort(here.start, kind="stable").tolist():
            yield self._columns.subjects[int(here.subject[index])], known[index]

    def _living(self, bins: Bins, window: Window) -> Ints:
        born, retired = self._columns.born, self._columns.retired
        alive = (born < np.minimum(retired, window.until)) & (retired > window.start)
        return bins.gathered([alive.astype(np.int64)])[:, 0]

    def _outages(self, window: Window, hours: Hours) -> tuple[Runs, Ints]:
        """Return the outages known as of the window, and the first required instant of each."""
        as_of, view = window.as_of, self._view(hours, window.until)
        if as_of not in self._found:
            self._found[as_of] = runs(self._columns, as_of)
        if as_of not in view.first:
            view.first[as_of] = self._first_required(self._found[as_of], view)
        return self._found[as_of], view.first[as_of]

    def _first_required(self, found: Runs, view: _View) -> Ints:
        """Return the first instant of each outage that the contract requires, or `NEVER`."""
        columns, apart = self._columns, self._apart
        first = first_owed(found.start, found.end, columns.group[found.subject], view.service)
        if apart:
            here, part = apart.during(found.subject, found.start, found.end)
            left = Withheld(apart, view.service)
            group = apart.columns.group[part]
            first[here] = first_owed(found.start[here], found.end[here], group, left)
        return first

    def _view(self, hours: Hours, until: int) -> _View:
        if hours not in self._views or self._views[hours].until < until:
            self._views[hours] = self._seen(hours, until)
        return self._views[hours]

    def _near(self, window: Window, hours: Hours) -> _View:
        """Return a view for a window: of what happened lately, if that is what is asked."""
        view = self._view(hours, window.until)
        if window.as_of - window.start > LATELY:
            return view
        if window.as_of not in view.lately:
            view.lately[window.as_of] = view.since(window.as_of - LATELY)
        return view.lately[window.as_of]

    def _seen(self, hours: Hours, until: int) -> _View:
        columns, apart = self._columns, self._apart
        service = self._duties.service(hours, until)
        taken = see(apart.columns, Withheld(apart, service)) if apart else None
        return _View(until, service, see(columns, service), taken)
