"""What a site's observations prove together: each resource's account, and who hangs from whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.states import State
from numlycee.wire.messages import Present
from numlycee.wire.records import ResourceSpell
from numlycee_agent.ports import Health, Observation
from numlycee_agent.watching.track import BAD, Doubt, Track

REPEATS = 2
"""How often a first failure is repeated before it is believed, unless told otherwise."""


class Pace(StrEnum):
    """How soon a resource is observed again."""

    CALM = "calm"
    CONFIRM = "confirm"
    QUICK = "quick"


@dataclass(frozen=True, slots=True)
class Advice:
    """What the watch needs next: the pace of this resource, and others to observe at once.

    At the pace `CONFIRM`, `failures` counts the failures in a row so far.
    """

    pace: Pace = Pace.CALM
    failures: int = 0
    wake: tuple[str, ...] = ()


class Watch:
    """A pure state machine: fed with observations, it accounts for every resource and instant.

    `repeats` maps a resource id to how many repeats confirm its first failure. `on_change` is
    called whenever a live state changes. Resources whose parent is not listed have none.
    """

    def __init__(
        self,
        inventory: Inventory,
        started_at: int,
        repeats: Mapping[str, int] | None = None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_change = on_change
        self._tracks: dict[str, Track] = {}
        self._children: dict[str, list[Track]] = {}
        self.adopt(inventory, started_at, repeats)

    def adopt(
        self, inventory: Inventory, since: int, repeats: Mapping[str, int] | None = None
    ) -> None:
        """Watch another inventory: what was watched before goes on, what is new begins at `since`.

        Who hangs from whom counts for what is judged from now on: what was judged stays judged.
        """
        counts, before = repeats or {}, self._tracks
        self._tracks = {}
        for resource in inventory:
            track = before.get(resource.id) or self._begin(resource, since, counts)
            track.resource = resource
            self._tracks[resource.id] = track
        self._children = {name: [] for name in self._tracks}
        for track in self._tracks.values():
            if track.resource.parent in self._children:
                self._children[track.resource.parent].append(track)

    def _begin(self, resource: Resource, since: int, counts: Mapping[str, int]) -> Track:
        needed = 1 + counts.get(resource.id, REPEATS)
        return Track(resource, since, needed, self._on_change)

    def note(self, resource_id: str, observation: Observation) -> Advice:
        """Account for one observation and say what is needed next."""
        track = self._tracks[resource_id]
        was_bad = track.phase.state in BAD
        track.note(observation)
        wake = []
        if observation.health in {Health.OK, Health.DEGRADED}:
            wake = self._release(track, observation.ended, was_bad=was_bad)
        self._judge(track)
        return self._advice(track, wake)

    def tick(self, now: int) -> None:
        """Give up what has stayed unresolved too long; to be called before `settled`."""
        for track in self._tracks.values():
            track.tick(now)

    def settled(self) -> int:
        """Return the instant up to which every resource is accounted for; it never goes back."""
        return min((track.resolved for track in self._tracks.values()), default=0)

    def spells(self, start: int, end: int) -> list[ResourceSpell]:
        """Return the spells of settled time, clipped to ``[start, end)``, by resource and time."""
        return [
            ResourceSpell(name, spell.state, spell.cause or Cause.OTHER, spell.start, spell.end)
            for name, track in self._tracks.items()
            for spell in track.account.between(start, end)
        ]

    def forget(self, before: int) -> None:
        """Drop the spells that ended before an instant: they have been written."""
        for track in self._tracks.values():
            track.account.forget(before)

    def live(self) -> tuple[Present, ...]:
        """Return the present states other than `up`; failures in doubt are not shown yet."""
        phases = ((name, track.phase) for name, track in self._tracks.items())
        return tuple(
            Present(name, phase.state, phase.cause or Cause.OTHER, phase.since)
            for name, phase in phases
            if phase.state is not State.UP
        )

    def since(self) -> dict[str, int]:
        """Return when each resource entered its live state, whichever it is."""
        return {name: track.phase.since for name, track in self._tracks.items()}

    def _judge(self, track: Track) -> None:
        """Decide the doubts about a resource, then those about what hangs from it."""
        doubt = track.doubt
        if doubt:
            doubt.excused = self._verdict(track, doubt)
            if doubt.excused is not None and track.confirmed:
                track.fall(excused=doubt.excused)
        if track.doubt is None:
            for child in self._children[track.resource.id]:
                if child.doubt:
                    self._judge(child)

    def _verdict(self, track: Track, doubt: Doubt) -> bool | None:
        """Tell whether the parent's next observation after the first failure was bad too."""
        parent = self._tracks.get(track.resource.parent or "")
        if doubt.excused is not None or parent is None:
            return bool(doubt.excused)
        if parent.doubt or parent.observed < doubt.first.ended:
            return None
        return parent.phase.state in BAD

    def _release(self, parent: Track, seen: int, *, was_bad: bool) -> list[str]:
        """Observe afresh what failed behind a parent that answers again."""
        released = [
            child
            for child in self._children[parent.resource.id]
            if child.phase.state is State.UNREACHABLE or (was_bad and child.doubt)
        ]
        for child in released:
            child.release(parent.failed, seen)
        return [child.resource.id for child in released]

    def _advice(self, track: Track, wake: list[str]) -> Advice:
        if track.doubt and not track.confirmed:
            return Advice(Pace.CONFIRM, track.doubt.count, tuple(wake))
        if track.doubt:
            return Advice(Pace.QUICK, wake=(*wake, *self._awaited(track)))
        quick = track.phase.state is State.DOWN
        return Advice(Pace.QUICK if quick else Pace.CALM, wake=tuple(wake))

    def _awaited(self, track: Track) -> tuple[str, ...]:
        """Name the parent whose verdict is awaited, unless its own failure is being repeated."""
        parent = self._tracks.get(track.resource.parent or "")
        return (parent.resource.id,) if parent and not parent.doubt else ()
