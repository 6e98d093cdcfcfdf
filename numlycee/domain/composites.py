"""Services composed of others: a lycée's « numérique pédagogique » works when enough of it does."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate
from numlycee.domain.timeline import Spell, Timeline, merge_spells

Need = int | Rate
"""How many members must work: so many, or a share of those alive at the instant."""

ALL = Rate(1, 1)


@dataclass(frozen=True, slots=True)
class Selector:
    """Picks the resources of a lycée that answer to everything it names."""

    kind: Kind | None = None
    resource_class: ResourceClass | None = None
    id: str = ""
    core: bool = False

    def among(self, resources: Sequence[Resource], core: Collection[str]) -> Sequence[Resource]:
        """Return the resources picked, `core` being the ids of the lycée's core equipment."""
        if self.kind:
            resources = [one for one in resources if one.kind is self.kind]
        if self.resource_class:
            resources = [one for one in resources if one.resource_class is self.resource_class]
        if self.id:
            resources = [one for one in resources if one.id == self.id]
        return [one for one in resources if one.id in core] if self.core else resources


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a composite: its members, and how many of them must work."""

    name: str
    selector: Selector
    need: Need = ALL

    def __post_init__(self) -> None:
        """Refuse a need that is always met, or never could be."""
        if not _sensible(self.need):
            message = f"part {self.name!r} needs {self.need}: write 1 or more, or a share up to 1"
            raise ValueError(message)


def _sensible(need: Need) -> bool:
    return need >= 1 if isinstance(need, int) else 0 < need.numerator <= need.denominator


@dataclass(frozen=True, slots=True)
class Composite:
    """A service that works where all its parts do; a part without living members is not owed."""

    id: str
    name: str
    parts: tuple[Part, ...]

    def members(self, resources: Sequence[Resource]) -> tuple[Sequence[Resource], ...]:
        """Return the members of each part among the resources of one lycée."""
        core = Inventory(digest="", resources=tuple(resources)).core()
        return tuple(part.selector.among(resources, core) for part in self.parts)

    def resource(self, members: Iterable[Resource]) -> Resource:
        """Return what stands for the composite in one lycée, as coarse as its coarsest member."""
        period = max(member.resolution for member in members)
        return Resource(self.id, Kind.COMPOSITE, self.name, period=period, confirmation=0)


NUMERIQUE_PEDAGOGIQUE = Composite(
    "numerique-pedagogique",
    "Numérique pédagogique",
    (
        Part("Lien THD", Selector(kind=Kind.LINK)),
        Part("Cœur de réseau", Selector(core=True)),
        Part("Wi-Fi", Selector(resource_class=ResourceClass.WIFI), Rate(4, 5)),
        Part("ENT", Selector(kind=Kind.SERVICE, id="ent"), 1),
    ),
)
"""What a class needs: the link, the core, four fifths of the Wi-Fi, and the ENT as seen there."""


Condition = tuple[State, Cause | None]
"""What a composite, or a part of one, is worth at an instant."""

WORKING: Condition = (State.UP, None)
LESSENED: Condition = (State.DEGRADED, Cause.PART)
BLURRED: Condition = (State.UNOBSERVED, Cause.EDGE)
BLIND: Condition = (State.UNOBSERVED, Cause.AGENT)
FAILED: Condition = (State.DOWN, Cause.PART)
WORST_LAST = (WORKING, LESSENED, BLURRED, BLIND, FAILED)


def least(need: Need, living: int) -> int:
    """Return how many of the living members must work: a share is rounded up.

    Of fewer than so many, all must: what does not exist yet is not owed.
    """
    if isinstance(need, int):
        return min(need, living)
    return -(-living * need.numerator // need.denominator)


def judge(need: Need, living: Sequence[Spell]) -> Condition | None:
    """Return the condition of a part from the states of its living members; None without any.

    An `unreachable` member fails like one that is `down`: the pupil does not care whose fault it
    is. In doubt, an edge is only blamed when it makes all of the doubt.
    """
    if not living:
        return None
    enough = least(need, len(living))
    available = sum(member.state.available for member in living)
    unseen = [member.cause for member in living if member.state is State.UNOBSERVED]
    if available >= enough:
        plain = sum(member.state is State.UP for member in living)
        return WORKING if plain >= enough else LESSENED
    if available + len(unseen) < enough:
        return FAILED
    return BLURRED if set(unseen) == {Cause.EDGE} else BLIND


@dataclass(frozen=True, slots=True)
class Member:
    """What was observed of a member of a part, alive over ``[born, retired)``."""

    timeline: Timeline
    born: int
    retired: int | None = None

    def alive(self, at: int) -> bool:
        """Tell whether it owes its part at an instant."""
        return self.born <= at and (self.retired is None or at < self.retired)


Parts = Sequence[tuple[Need, Sequence[Member]]]
"""The parts of one composite in one lycée: what each needs, and its members."""


def conditions(parts: Parts, at: int) -> list[Condition | None]:
    """Return the condition of each part at an instant: why the composite is what it is then."""
    return [
        judge(need, [member.timeline.at(at) for member in members if member.alive(at)])
        for need, members in parts
    ]


def compose(parts: Parts) -> Timeline:
    """Return a composite's timeline, instant by instant: the readable reference.

    It is as bad as the worst of its parts; where nobody can tell it is not covered.
    """
    covered: list[tuple[int, int]] = []
    spells: list[Spell] = []
    for at, until in pairwise(_instants(parts)):
        owed = [condition for condition in conditions(parts, at) if condition]
        worst = max(owed, key=WORST_LAST.index, default=BLIND)
        if worst != BLIND:
            covered.append((at, until))
        if worst not in {WORKING, BLIND}:
            spells.append(Spell(at, until, *worst))
    return Timeline(IntervalSet.of(covered), merge_spells(spells))


def _instants(parts: Parts) -> list[int]:
    """Return every instant at which something may change."""
    found: set[int] = set()
    for _, members in parts:
        for member in members:
            found |= {member.born} | ({member.retired} if member.retired is not None else set())
            found |= {bound for span in member.timeline.coverage for bound in span}
            found |= {b for spell in member.timeline.spells for b in (spell.start, spell.end)}
    return sorted(found)
