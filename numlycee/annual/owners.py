"""Every outage with its one owner: who the rule proposed, and who a person said it was."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from numlycee.annual.ports import Past
from numlycee.domain.causes import Owner
from numlycee.domain.outages import Outage
from numlycee.domain.register import Key, Overrule, Register
from numlycee.rates.model import Hours, ResourceOutage, SharedOutage, Window


@dataclass(frozen=True, slots=True)
class Ruling:
    """One outage: its one owner, who was proposed, and what a person stated."""

    outage: Outage
    proposed: Owner
    overrule: Overrule | None
    owner: Owner

    @property
    def start(self) -> int:
        """Return the first instant observed `down`."""
        return self.outage.start

    @property
    def end(self) -> int:
        """Return the end of the last observed `down`."""
        return self.outage.end


@dataclass(frozen=True, slots=True)
class Rulings:
    """The outages of every resource that took any time owed, whatever the hours."""

    by_key: dict[Key, list[Ruling]]

    @classmethod
    def of(cls, past: Past, window: Window) -> "Rulings":
        """Read every outage that had begun by the end of a window, those of earlier years too."""
        whole = Window(window.name, 0, window.until, window.as_of)
        by_key: dict[Key, list[Ruling]] = defaultdict(list)
        for one in past.outages(whole, Hours.ALWAYS):
            by_key[one.site.uai, one.resource.id].append(_ruling(one))
        for shared in past.shared_outages(whole, Hours.ALWAYS):
            by_key["", shared.service.id].append(_ruling(shared))
        return cls(dict(by_key))

    def at(self, key: Key, instant: int) -> Ruling | None:
        """Return the outage of a resource that contains an instant."""
        mine = self.of_resource(key)
        index = bisect_right(mine, instant, key=lambda one: one.start) - 1
        return mine[index] if index >= 0 and instant < mine[index].end else None

    def owner(self, key: Key, instant: int) -> Owner:
        """Return who answers for a lost instant: the owner of its outage."""
        ruled = self.at(key, instant)
        return ruled.owner if ruled else Owner.UNKNOWN

    def of_resource(self, key: Key) -> Sequence[Ruling]:
        """Return the outages of a resource, oldest first."""
        return self.by_key.get(key, ())

    def over(self, key: Key, start: int, end: int) -> Iterator[Ruling]:
        """Yield the outages of a resource that overlap ``[start, end)``."""
        return (one for one in self.of_resource(key) if one.start < end and start < one.end)


def _ruling(one: ResourceOutage | SharedOutage) -> Ruling:
    return Ruling(one.outage, one.proposed, one.overrule, one.owner)


def statements(register: Register, until: int) -> Sequence[tuple[Key, Overrule]]:
    """Return what persons stated of outages before an instant, in order of place and time."""
    told: Iterable[tuple[Key, Overrule]] = (
        (key, one) for key, each in register.overrules.items() for one in each if one.at < until
    )
    return sorted(told, key=lambda item: (item[0], item[1].at, item[1].trace, item[1].owner))
