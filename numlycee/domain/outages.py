"""Outages of one resource as a pure function of its timeline."""

from collections.abc import Iterator
from dataclasses import dataclass

from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, Timeline


@dataclass(frozen=True, slots=True)
class Outage:
    """A maximal run of `down`; unobserved or unreachable stretches between two `down` belong to it.

    ``[start, end)`` goes from the first to the last observed `down`. The true beginning lies in
    ``[earliest, start]`` and the true end in ``[end, latest]``. `down` counts its observed
    milliseconds; `ongoing` says that nothing was seen after it.
    """

    start: int
    end: int
    earliest: int
    latest: int
    down: int
    cause: Cause
    ongoing: bool

    @property
    def duration(self) -> int:
        """Return the whole length in milliseconds, uncertainty in the middle included."""
        return self.end - self.start

    @property
    def uncertainty(self) -> int:
        """Return how many milliseconds longer the outage may truly have been."""
        return (self.start - self.earliest) + (self.latest - self.end)


_BLIND = frozenset({State.UNOBSERVED, State.UNREACHABLE})


def outages(timeline: Timeline, start: int, end: int) -> Iterator[Outage]:
    """Yield the outages of a timeline over ``[start, end)``, earliest first.

    Take the whole history for figures: an outage belongs whole to the window in which it begins.
    """
    group: list[Spell] = []
    for segment in timeline.segments(start, end):
        if segment.state.available:
            yield from _close(group, ongoing=False)
            group = []
        else:
            group.append(segment)
    yield from _close(group, ongoing=True)


def _close(group: list[Spell], *, ongoing: bool) -> Iterator[Outage]:
    down = [spell for spell in group if spell.state is State.DOWN]
    if not down:
        return
    longest = max(down, key=lambda s: (s.end - s.start, -s.start))
    yield Outage(
        start=down[0].start,
        end=down[-1].end,
        earliest=group[0].start,
        latest=group[-1].end,
        down=sum(s.end - s.start for s in down),
        cause=longest.cause or Cause.OTHER,
        ongoing=ongoing,
    )
