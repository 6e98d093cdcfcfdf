"""Settled time of one resource: states end to end, of which all but `up` are kept as spells."""

from collections.abc import Iterator
from dataclasses import replace

from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell

MOST_SPELLS = 300
"""Spells that one resource may keep in memory while nothing can be written."""


class Account:
    """Sorted, disjoint spells up to `resolved`, which only grows: what is settled never changes."""

    def __init__(self, started_at: int) -> None:
        self.resolved = started_at
        self.spells: list[Spell] = []

    def lay(self, state: State, cause: Cause | None, until: int) -> None:
        """Settle the time up to `until` in one state; nothing to do when it is settled already."""
        start = self.resolved
        if until <= start:
            return
        self.resolved = until
        if state is State.UP:
            return
        last = self.spells[-1] if self.spells else None
        if last and last.end == start and (last.state, last.cause) == (state, cause):
            self.spells[-1] = replace(last, end=until)
            return
        self.spells.append(Spell(start, until, state, cause))
        if len(self.spells) > MOST_SPELLS:
            self._coarsen()

    def between(self, start: int, end: int) -> Iterator[Spell]:
        """Yield the spells, clipped to ``[start, end)``."""
        for spell in self.spells:
            if spell.start < end and start < spell.end:
                yield replace(spell, start=max(start, spell.start), end=min(end, spell.end))

    def forget(self, before: int) -> None:
        """Drop the spells that ended before an instant."""
        if self.spells and self.spells[0].end <= before:
            self.spells = [spell for spell in self.spells if spell.end > before]

    def _coarsen(self) -> None:
        """Declare the older half of what memory holds unobserved, rather than lose it silently."""
        half = MOST_SPELLS // 2
        first, last = self.spells[0], self.spells[half]
        lost = Spell(first.start, last.end, State.UNOBSERVED, Cause.AGENT)
        self.spells = [lost, *self.spells[half + 1 :]]
