"""When each resource is observed: spread over its period, at once when something is wrong."""

import asyncio
import logging
import math
import zlib
from collections.abc import Callable, Sequence

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation, Watched
from numlycee_agent.watching.watch import Advice, Pace

_log = logging.getLogger(__name__)

TICK = 0.1
"""Slots lie on ticks of so many seconds: what shares one shares the cost of waking up."""
FIRST_LOOK = 2.0
"""Everything is observed for the first time within this many seconds, then spread."""
IDLE = 3600.0
HINTS_APART = 1.0
"""Seconds between two observations of one resource that hints from outside may cost."""

Note = Callable[[str, Observation], Advice]


def spread(salt: str) -> float:
    """Return a place in ``[0, 1)`` that differs from one run to the next, to share a period out."""
    return zlib.crc32(salt.encode()) / 2**32


def _tick_before(at: float) -> float:
    return math.floor(at / TICK) * TICK


class _Turn:
    """The rhythm of one resource: where its slots lie on the monotonic clock."""

    __slots__ = ("again", "broken", "confirming", "first_failed", "hinted", "phase", "watched")

    def __init__(self, watched: Watched, phase: float) -> None:
        self.watched = watched
        self.phase = phase
        self.first_failed = 0.0
        self.hinted = -math.inf
        self.again = math.inf
        self.broken = self.confirming = False

    @property
    def period(self) -> float:
        return self.watched.resource.period / 1000

    def slot_after(self, at: float) -> float:
        """Return the next slot; an instant less than a billionth of a period early is on time."""
        passed = math.floor((at - self.phase) / self.period + 1e-9)
        return self.phase + (passed + 1) * self.period


class Rounds:
    """Observes every resource in its own rhythm, one observation at a time for each.

    Each observation is handed to `note`, whose advice sets the next one. `salt` spreads the sites
    of one process apart. `overruns` counts the periods that passed during a single observation.
    """

    def __init__(self, watched: Sequence[Watched], clock: Clock, note: Note, salt: str) -> None:
        self._clock = clock
        self._note = note
        self._share = spread(salt)
        self._turns: dict[str, _Turn] = {}
        self._due: dict[str, float] = {}
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = 0.0
        self.overruns = 0
        self.adopt(watched)

    def adopt(self, watched: Sequence[Watched]) -> None:
        """Observe these from now on; what was observed before keeps its rhythm, if that is its."""
        names = {item.resource.id for item in watched}
        for name in self._turns.keys() - names:
            del self._turns[name]
            self._due.pop(name, None)
        new = [item for item in watched if item.resource.id not in self._turns]
        for item in watched:
            if turn := self._turns.get(item.resource.id):
                turn.watched = item
        origin = self._clock.monotonic()
        for i, item in enumerate(new):
            place = (i + self._share) / len(new)
            turn = _Turn(item, _tick_before(origin + place * item.resource.period / 1000))
            self._turns[item.resource.id] = turn
            first = _tick_before(origin + place * min(FIRST_LOOK, turn.period))
            self._plan(item.resource.id, first)

    async def run(self) -> None:
        """Observe for ever; raises only what `note` raises."""
        async with asyncio.TaskGroup() as group:
            while True:
                now = self._clock.monotonic()
                for name in [name for name, due in self._due.items() if due <= now]:
                    del self._due[name]
                    group.create_task(self._observe(name))
                self._alarm_at = min(self._due.values(), default=now + IDLE)
                self._alarm = group.create_task(self._clock.sleep(self._alarm_at - now))
                await asyncio.wait([self._alarm])

    def wake(self, resource_id: str) -> None:
        """Observe a resource at once, or once more if it is being observed; unknown ids pass."""
        if resource_id in self._turns:
            self._bring_forward(resource_id, self._clock.monotonic())

    def hint(self, resource_id: str) -> None:
        """Observe a resource afresh, at once but a second at least after the last hint's sake.

        However many hints come, the last of them is followed by an observation.
        """
        turn = self._turns.get(resource_id)
        if turn is None:
            return
        turn.watched.hurry()
        at = max(self._clock.monotonic(), turn.hinted + HINTS_APART)
        if self._bring_forward(resource_id, at):
            turn.hinted = at

    def _bring_forward(self, name: str, at: float) -> bool:
        """Tell whether the next observation is now at `at`: a confirmation keeps its instant."""
        turn = self._turns[name]
        if name not in self._due:
            sooner, turn.again = at < turn.again, min(at, turn.again)
            return sooner
        if at >= self._due[name] or turn.confirming:
            return False
        self._plan(name, at)
        return True

    async def _observe(self, name: str) -> None:
        turn = self._turns[name]
        began = self._clock.monotonic()
        observation = await self._ask(turn)
        if self._turns.get(name) is not turn:
            return
        advice = self._note(name, observation)
        now = self._clock.monotonic()
        self.overruns += int((now - began) / turn.period)
        turn.confirming = advice.pace is Pace.CONFIRM
        planned = self._next(turn, advice, now)
        again, turn.again = turn.again, math.inf
        self._plan(name, planned if turn.confirming else min(planned, max(now, again)))
        for other in advice.wake:
            self.wake(other)

    async def _ask(self, turn: _Turn) -> Observation:
        """Observe once; a fault of the probe itself is no evidence and disturbs nobody else."""
        began = self._clock.now()
        try:
            observation = await turn.watched.probe.observe()
        except Exception:  # noqa: BLE001 (one faulty probe must not blind the whole site)
            if not turn.broken:
                _log.exception("the probe of %s is at fault", turn.watched.resource.id)
            turn.broken = True
            return Observation(began, self._clock.now(), Health.UNKNOWN, Cause.PROBE)
        turn.broken = False
        return observation

    def _next(self, turn: _Turn, advice: Advice, now: float) -> float:
        if advice.pace is Pace.CONFIRM:
            if advice.failures == 1:
                turn.first_failed = now
            return turn.first_failed + turn.watched.confirmations[advice.failures - 1]
        if advice.pace is Pace.QUICK:
            return now + turn.watched.down_period
        return turn.slot_after(now)

    def _plan(self, name: str, at: float) -> None:
        self._due[name] = at
        if self._alarm and at < self._alarm_at:
            self._alarm.cancel()
