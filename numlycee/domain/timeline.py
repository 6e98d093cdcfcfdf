"""What was observed of one resource: coverage, spells, and how several accounts become one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.states import State


@dataclass(frozen=True, slots=True, order=True)
class Spell:
    """A resource in one state with one cause over ``[start, end)``."""

    start: int
    end: int
    state: State
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class RunAccount:
    """What one run of one vantage accounts for: instants covered, and spells inside them."""

    began: int
    run: str
    coverage: IntervalSet
    spells: tuple[Spell, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The resolved account of one resource: sorted disjoint spells, none `up`, inside coverage."""

    coverage: IntervalSet = NEVER
    spells: tuple[Spell, ...] = ()

    def segments(self, start: int, end: int) -> Iterator[Spell]:
        """Yield every state over ``[start, end)`` in order, `up` and uncovered time included."""
        at = start
        for spell in merge_spells((*_clip(self.spells, start, end), *self._gaps(start, end))):
            if at < spell.start:
                yield Spell(at, spell.start, State.UP)
            yield spell
            at = spell.end
        if at < end:
            yield Spell(at, end, State.UP)

    def at(self, instant: int) -> Spell:
        """Return the one-millisecond segment at an instant: its state and its cause."""
        return next(self.segments(instant, instant + 1))

    def _gaps(self, start: int, end: int) -> Iterator[Spell]:
        for a, b in self.coverage.complement(start, end):
            yield Spell(a, b, State.UNOBSERVED, Cause.AGENT)


def merge_spells(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """Return the spells sorted, those that touch or overlap with one state and cause united."""
    merged: list[Spell] = []
    for spell in sorted(spells):
        last = merged[-1] if merged else None
        if (
            last
            and spell.start <= last.end
            and (last.state, last.cause)
            == (
                spell.state,
                spell.cause,
            )
        ):
            merged[-1] = replace(last, end=max(last.end, spell.end))
        else:
            merged.append(spell)
    return tuple(merged)


def resolve(runs: Iterable[RunAccount]) -> Timeline:
    """Return the one timeline of several runs: where they overlap the greater (began, run) wins."""
    covered = IntervalSet()
    spells: list[Spell] = []
    for run in sorted(runs, key=lambda r: (r.began, r.run), reverse=True):
        visible = run.coverage - covered
        spells += restrict(run.spells, visible)
        covered |= run.coverage
    return Timeline(covered, merge_spells(spells))


def prefer(first: Timeline, second: Timeline, cause: Cause) -> Timeline:
    """Return `first` wherever it gives a state other than `unobserved`, elsewhere `second`.

    What is `down` in the second account only takes `cause`: nobody on the spot saw it.
    """
    blind = IntervalSet.of((s.start, s.end) for s in first.spells if s.state is State.UNOBSERVED)
    seen = first.coverage - blind
    lent = second.coverage - seen
    taken = [
        replace(spell, cause=cause) if spell.state is State.DOWN else spell
        for spell in restrict(second.spells, lent)
    ]
    kept = [s for s in first.spells if s.state is not State.UNOBSERVED]
    still_blind = restrict(
        (s for s in first.spells if s.state is State.UNOBSERVED), first.coverage - lent
    )
    return Timeline(first.coverage | lent, merge_spells((*kept, *still_blind, *taken)))


def restrict(spells: Iterable[Spell], to: IntervalSet) -> Iterator[Spell]:
    """Yield the parts of the spells that lie inside a set of instants."""
    for spell in spells:
        for start, end in to.clip(spell.start, spell.end):
            yield replace(spell, start=start, end=end)


def _clip(spells: Iterable[Spell], start: int, end: int) -> Iterator[Spell]:
    for spell in spells:
        if spell.start < end and start < spell.end:
            yield replace(spell, start=max(start, spell.start), end=min(end, spell.end))
