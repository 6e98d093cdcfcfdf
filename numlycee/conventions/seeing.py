"""How a product would have seen our five states; one `Eyes` per convention says it in the open."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from numlycee.conventions.model import Case
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import NEVER, Interval, IntervalSet
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell


class Sight(StrEnum):
    """What a product may see: `NOTHING` is the absence of a sample."""

    OK = "ok"
    WARNING = "warning"
    DOWN = "down"
    UNREACHABLE = "unreachable"
    NOTHING = "nothing"


_PLAIN = {State.UP: Sight.OK, State.DEGRADED: Sight.WARNING, State.DOWN: Sight.DOWN}


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a product makes of silence (nobody could tell) and of shadow (a parent was down).

    None keeps what was seen last. What is up, degraded (a warning) or down is seen as it is, and
    an edge keeps what was seen before it: a poller learns of a change by its next poll.
    """

    silence: Sight | None
    shadow: Sight | None

    def glimpse(self, spell: Spell) -> Sight | None:
        """Return what is seen over a spell, None for what was seen last."""
        if spell.state is State.UNREACHABLE:
            return self.shadow
        if spell.state is State.UNOBSERVED:
            return None if spell.cause is Cause.EDGE else self.silence
        return _PLAIN[spell.state]


CENTRAL = Eyes(silence=Sight.DOWN, shadow=Sight.DOWN)
"""A poller that sits elsewhere: what does not answer is down."""

SAMPLING = Eyes(silence=Sight.NOTHING, shadow=Sight.DOWN)
"""A prober beside the resource: where it was off there is no sample."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The sights of a resource from its birth to the instant at which the case is read."""

    sights: Mapping[Sight, IntervalSet]

    def of(self, *sights: Sight) -> IntervalSet:
        """Return the instants at which one of these was seen."""
        return IntervalSet.of(span for s in sights for span in self.sights.get(s, NEVER))

    def changes(self) -> Iterator[tuple[int, Sight]]:
        """Yield each instant at which another sight begins, earliest first."""
        yield from sorted(
            (start, sight) for sight, spans in self.sights.items() for start, _ in spans
        )


def see(case: Case, eyes: Eyes) -> Seen:
    """Return what a product would have seen; before anything was seen all is well."""
    spans: dict[Sight, list[Interval]] = defaultdict(list)
    last = Sight.OK
    for spell in case.timeline.segments(case.born, case.until):
        sight = eyes.glimpse(spell) or last
        spans[sight].append((spell.start, spell.end))
        last = last if sight is Sight.NOTHING else sight
    return Seen({sight: IntervalSet.of(found) for sight, found in spans.items()})
