"""Judges each contract over the year, in the contract's own hours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from numlycee.annual.guaranteed import ContractReport, Cut
from numlycee.annual.owed import Owed
from numlycee.annual.owners import Ruling, Rulings
from numlycee.domain.calendars import ALWAYS, Calendar, ServiceTime
from numlycee.domain.contracts import Contract
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.tallies import excluded, tally, total
from numlycee.rates.model import Hours, Life


def guarantees(lives: Sequence[Life], rulings: Rulings, owed: Owed) -> Iterator[ContractReport]:
    """Yield each contract in order of name, with every cut that first took its time this year."""
    for contract in sorted(owed.order.contracts, key=lambda one: one.name):
        yield _Judge(contract, rulings, owed).report(lives)


@dataclass(slots=True)
class _Judge:
    contract: Contract
    rulings: Rulings
    owed: Owed
    _usual: dict[int, ServiceTime] = field(default_factory=dict)

    def report(self, lives: Sequence[Life]) -> ContractReport:
        mine = [one for one in lives if self.contract.covers(one.key, one.resource.kind)]
        window = self.owed.window
        opening = self._calendar.opening(window.start, window.until)
        cuts = [cut for life in mine for cut in self._cuts(life)]
        return ContractReport(
            contract=self.contract,
            resources=len(mine),
            tally=total(tally(life.timeline, self._required(life, opening)) for life in mine),
            cuts=tuple(sorted(cuts, key=_oldest)),
        )

    @property
    def _calendar(self) -> Calendar:
        """Return the calendar of the contract: around the clock, or one of the centre's."""
        name = self.contract.calendar
        if name == Hours.ALWAYS:
            return ALWAYS
        return self.owed.order.calendars["" if name == Hours.SERVICE else name]

    def _required(self, life: Life, opening: IntervalSet) -> IntervalSet:
        required = opening.clip(*self.owed.living(life))
        if not self.contract.spares_maintenance:
            return required
        return required - excluded(self.owed.order.register.announced(life.key))

    def _cuts(self, life: Life) -> Iterator[Cut]:
        ruled = self.rulings.of_resource(life.key)
        if not ruled:
            return
        by_outage = {one.outage: one for one in ruled}
        hours = self._hours(life, ruled)
        for restoration in self.contract.restorations(by_outage, hours):
            first = hours.first_after(restoration.outage.start)
            if first is not None and self.owed.window.start <= first < self.owed.window.until:
                owner = by_outage[restoration.outage].owner
                yield Cut(
                    self.owed.order.sites.get(life.uai), life.resource, restoration, owner,
                    owner is self.contract.owner,
                )  # fmt: skip

    def _hours(self, life: Life, ruled: Sequence[Ruling]) -> ServiceTime:
        """Return the contract's clock for a resource; all those without maintenance share one."""
        start = min(self.owed.window.start, *(one.outage.earliest for one in ruled))
        end = self.owed.window.until
        announced = self.owed.order.register.announced(life.key)
        if announced:
            return self.contract.hours(self._calendar, start, end, announced)
        if start not in self._usual:
            self._usual[start] = self.contract.hours(self._calendar, start, end)
        return self._usual[start]


def _oldest(cut: Cut) -> tuple[int, str, str]:
    outage = cut.restoration.outage
    return outage.start, cut.site.uai if cut.site else "", cut.resource.id
