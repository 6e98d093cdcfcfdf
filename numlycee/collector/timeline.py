"""Taking in bulletins: unions of intervals within one run, so that order and repetition vanish."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from numlycee.domain.intervals import IntervalSet
from numlycee.wire.records import Bulletin, ResourceSpell


class Covered(NamedTuple):
    """A run accounted for ``[start, end)`` under one inventory."""

    inventory: str
    start: int
    end: int


Seen = ResourceSpell
"""What a run saw is kept as it was told."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one run: coverage and spells."""

    covered: tuple[Covered, ...] = ()
    spells: tuple[Seen, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any row."""
        return bool(self.covered or self.spells)


class RunTimeline:
    """The account of one run around some bulletins: what is stored there, and what they add."""

    def __init__(self, stored: Stretch) -> None:
        """Take the stored rows that touch the bulletins to come."""
        self._stored = stored
        self._covered = sorted(stored.covered, key=_end)
        self._spells = list(stored.spells)

    def agrees(self, bulletin: Bulletin) -> bool:
        """Tell whether a bulletin says the same as the account wherever they overlap."""
        overlaps = [c for c in self._touching(bulletin) if _overlap(c, bulletin)]
        if not overlaps:
            return True
        if any(c.inventory != bulletin.inventory for c in overlaps):
            return False
        shared = IntervalSet.of((c.start, c.end) for c in overlaps)
        shared = shared.clip(bulletin.start, bulletin.end)
        near = [s for s in self._spells if s.start < bulletin.end and bulletin.start < s.end]
        told = unite(_inside(near, shared))
        return told == unite(_inside(bulletin.spells, shared))

    def add(self, bulletin: Bulletin) -> None:
        """Take in a bulletin that agrees."""
        touching = self._touching(bulletin)
        same = [c for c in touching if c.inventory == bulletin.inventory]
        union = Covered(
            bulletin.inventory,
            min((bulletin.start, *(c.start for c in same))),
            max((bulletin.end, *(c.end for c in same))),
        )
        at = bisect_left(self._covered, bulletin.start, key=_end)
        others = [c for c in touching if c.inventory != bulletin.inventory]
        self._covered[at : at + len(touching)] = sorted([*others, union], key=_end)
        self._spells += bulletin.spells

    def change(self) -> tuple[Stretch, Stretch]:
        """Return the stored rows that are no more, and the new ones."""
        before, after = set(self._stored.covered), set(self._covered)
        old, new = set(self._stored.spells), set(unite(self._spells))
        return (
            Stretch(tuple(before - after), tuple(old - new)),
            Stretch(tuple(sorted(after - before)), tuple(sorted(new - old))),
        )

    def _touching(self, bulletin: Bulletin) -> list[Covered]:
        found = []
        for i in range(bisect_left(self._covered, bulletin.start, key=_end), len(self._covered)):
            if self._covered[i].start > bulletin.end:
                break
            found.append(self._covered[i])
        return found


def unite(spells: Iterable[Seen]) -> list[Seen]:
    """Return the spells sorted; those of one resource, state and cause that touch become one."""
    united: list[Seen] = []
    for spell in sorted(spells):
        last = united[-1] if united else None
        if last and last[:3] == spell[:3] and spell.start <= last.end:
            if spell.end > last.end:
                united[-1] = last._replace(end=spell.end)
        else:
            united.append(spell)
    return united


def _inside(spells: Iterable[Seen], shared: IntervalSet) -> Iterator[Seen]:
    for spell in spells:
        for start, end in shared.clip(spell.start, spell.end):
            yield spell._replace(start=start, end=end)


def _overlap(covered: Covered, bulletin: Bulletin) -> bool:
    return covered.start < bulletin.end and bulletin.start < covered.end


def _end(covered: Covered) -> int:
    return covered.end
