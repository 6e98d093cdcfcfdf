"""A composite in one lycée, told: what each of its parts is worth, and hence what it is."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from numlycee.domain.composites import BLIND, WORKING, WORST_LAST, Composite, Part, judge, least
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.register import Lifetime
from numlycee.domain.timeline import Spell, Timeline, merge_spells
from numlycee.rates.explanation.model import ENDLESS, Composition, Life, PartTold
from numlycee.rates.explanation.reading import SiteEvidence


@dataclass(frozen=True, slots=True)
class _Member:
    life: Life
    segments: tuple[Spell, ...]
    starts: tuple[int, ...]

    def at(self, instant: int) -> Spell | None:
        """Return what was seen of it, None while it does not live."""
        if not self.life.born <= instant or instant not in self.life.alive:
            return None
        return self.segments[bisect_right(self.starts, instant) - 1]


@dataclass(frozen=True, slots=True)
class Team:
    """The members of each part of a composite in one lycée."""

    composite: Composite
    resources: tuple[Resource, ...]
    members: tuple[tuple[_Member, ...], ...]

    @property
    def resource(self) -> Resource:
        """Return what stands for the composite."""
        return self.composite.resource(self.resources)

    @property
    def life(self) -> Life:
        """Return its life: since its first member, until its last."""
        lives = [member.life for part in self.members for member in part]
        ends = [life.retired for life in lives]
        until = None if None in ends else max(end for end in ends if end is not None)
        return Life(min(life.born for life in lives), Lifetime(retired=until))

    def told(self, start: int, end: int) -> Iterator[Composition]:
        """Yield what the parts are worth over ``[start, end)``, each time that it changes."""
        instants = {at for part in self.members for m in part for at in (*m.starts, m.life.born)}
        instants |= {m.life.retired for p in self.members for m in p if m.life.retired is not None}
        within = sorted(at for at in instants if start < at < end)
        last: Composition | None = None
        for at, until in pairwise((start, *within, end)) if start < end else ():
            parts = tuple(map(_told, self.composite.parts, self._living(at)))
            if last and last.parts == parts:
                last = Composition(last.start, until, parts)
                continue
            if last:
                yield last
            last = Composition(at, until, parts)
        if last:
            yield last

    def _living(self, at: int) -> list[list[Spell]]:
        return [
            [seen for member in part if (seen := member.at(at)) is not None]
            for part in self.members
        ]


def team(composite: Composite, site: SiteEvidence) -> Team | None:
    """Return a composite in one lycée, None where it has none of its parts."""
    resources = [site.account.resources[name] for name in site.names()]
    parts = composite.members(resources)
    if not any(parts):
        return None
    return Team(
        composite,
        tuple(member for part in parts for member in part),
        tuple(tuple(_member(site, resource.id) for resource in part) for part in parts),
    )


def composed(told: Sequence[Composition]) -> Timeline:
    """Return the timeline that compositions make: as bad as the worst part; blind is uncovered."""
    covered: list[tuple[int, int]] = []
    spells: list[Spell] = []
    for one in told:
        owed = [(part.state, part.cause) for part in one.parts if part.living]
        worst = max(owed, key=WORST_LAST.index, default=BLIND)
        if worst != BLIND:
            covered.append((one.start, one.end))
        if worst not in {WORKING, BLIND}:
            spells.append(Spell(one.start, one.end, *worst))
    return Timeline(IntervalSet.of(covered), merge_spells(spells))


def _member(site: SiteEvidence, name: str) -> _Member:
    segments = tuple(site.timeline(name).segments(0, ENDLESS))
    return _Member(site.life(name), segments, tuple(segment.start for segment in segments))


def _told(part: Part, living: Sequence[Spell]) -> PartTold:
    state, cause = judge(part.need, living) or BLIND
    return PartTold(
        name=part.name,
        living=len(living),
        needed=least(part.need, len(living)) if living else 0,
        working=sum(member.state.available for member in living),
        state=state,
        cause=cause,
    )
