"""Service time over the year of a report, by site, and what each `down` spell cost of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from numlycee.annual.order import Order
from numlycee.annual.owners import Rulings
from numlycee.domain.calendars import ServiceTime
from numlycee.domain.causes import Owner
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.register import Key
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, restrict
from numlycee.rates.model import Life, Window

PUPIL_CLASSES = frozenset({ResourceClass.LINK, ResourceClass.SERVICE})
"""Classes whose lost time is weighed by pupils: the whole lycée depends on them."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One `down` spell of one resource: its owner, and the milliseconds it cost."""

    start: int
    end: int
    owner: Owner
    service: int
    always: int


@dataclass(slots=True)
class Owed:
    """The year's service hours of each calendar; everything is cut to the year."""

    order: Order
    window: Window
    _times: dict[str, tuple[IntervalSet, ServiceTime]] = field(default_factory=dict)

    def opening(self, uai: str) -> IntervalSet:
        """Return the instants of the year at which a site owes service."""
        return self._of(uai)[0]

    def service(self, uai: str, start: int, end: int) -> int:
        """Return the service milliseconds of a site inside ``[start, end)``."""
        return self._of(uai)[1].between(start, end)

    def losses(self, life: Life, rulings: Rulings) -> Iterator[Loss]:
        """Yield what each `down` spell of a resource cost, announced maintenance left out.

        It belongs whole to the owner of the outage that it is part of, whatever its own cause.
        """
        for spell in self.spells(life, State.DOWN):
            owner = rulings.owner(life.key, spell.start)
            service = self.service(life.uai, spell.start, spell.end)
            yield Loss(spell.start, spell.end, owner, service, spell.end - spell.start)

    def spells(self, life: Life, *states: State) -> Iterator[Spell]:
        """Yield a resource's spells of some states inside its life and the year.

        Announced maintenance is left out.
        """
        start, end = self.living(life)
        inside = (
            spell
            for spell in life.timeline.spells
            if spell.state in states and spell.start < end and start < spell.end
        )
        return restrict(inside, life.maintenance.complement(start, end))

    def living(self, life: Life) -> tuple[int, int]:
        """Return the part of the year during which a resource owes anything."""
        start, end = max(self.window.start, life.born), self.window.until
        return start, end if life.retired is None else min(end, life.retired)

    def _of(self, uai: str) -> tuple[IntervalSet, ServiceTime]:
        site: Site | None = self.order.sites.get(uai)
        name = site.calendar if site else ""
        if name not in self._times:
            calendar = self.order.calendars[name]
            opening = calendar.opening(self.window.start, self.window.until)
            self._times[name] = (opening, ServiceTime(opening))
        return self._times[name]


Losses = Mapping[Key, Sequence[Loss]]
"""Losses of every resource, keyed as lives are."""


def losses(lives: Sequence[Life], owed: Owed, rulings: Rulings) -> Losses:
    """Return the losses of every resource, those without any left out."""
    found = {life.key: [*owed.losses(life, rulings)] for life in lives}
    return defaultdict(list, {key: lost for key, lost in found.items() if lost})
