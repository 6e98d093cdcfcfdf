"""One resource: what its observations prove of its states over time."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.states import State
from numlycee_agent.ports import Health, Observation
from numlycee_agent.watching.account import Account

DEVICE_DATE = 1_000
"""A change that the device dates itself is known to within this many milliseconds."""
LONGEST_LAG = 120_000
"""A resource holds the settled time of the others back no longer than this, in milliseconds."""
BAD = frozenset({State.DOWN, State.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Phase:
    """The state that a resource is in, why, and since when."""

    state: State
    cause: Cause | None
    since: int


@dataclass(slots=True)
class Doubt:
    """Failures that are not believed yet; `excused` is the parent's verdict once it is known."""

    first: Observation
    latest: Observation
    count: int = 0
    causes: Counter[Cause] = field(default_factory=Counter)
    changed_at: int | None = None
    excused: bool | None = None

    def add(self, failure: Observation) -> None:
        """Count one more failure."""
        self.latest = failure
        self.count += 1
        self.causes[failure.cause or Cause.OTHER] += 1
        self.changed_at = self.changed_at or failure.changed_at

    @property
    def cause(self) -> Cause:
        """Return the commonest cause, the earliest among equals."""
        return self.causes.most_common(1)[0][0]


class Track:
    """Turns the observations of one resource into an account of settled time.

    `needed` failures in a row are believed; `fall` is then called by whoever knows the parent.
    `on_change` is called whenever the live state changes.
    """

    def __init__(
        self, resource: Resource, started_at: int, needed: int, on_change: Callable[[], None]
    ) -> None:
        self.resource = resource
        self.account = Account(started_at)
        self.phase = Phase(State.UNOBSERVED, Cause.START, started_at)
        self.doubt: Doubt | None = None
        self.observed = self.failed = started_at - 1
        self._needed = needed
        self._on_change = on_change
        self._earlier: Phase | None = None
        self._heard = started_at
        self._heeded_from = started_at

    @property
    def _patience(self) -> int:
        return 2 * self.resource.period + self.resource.confirmation

    @property
    def resolved(self) -> int:
        """Return the instant up to which the account is settled."""
        return self.account.resolved

    @property
    def confirmed(self) -> bool:
        """Tell whether enough failures in a row were seen to believe them."""
        return self.doubt is not None and self.doubt.count >= self._needed

    def note(self, observation: Observation) -> None:
        """Account for one observation; they come in the order of time."""
        if observation.began - self._heard > self._patience:
            self._lose(Cause.STALE, observation.began)
            self.doubt = None
        self._heard = max(self._heard, observation.ended)
        if observation.health is Health.FAILED:
            if observation.began >= self._heeded_from:
                self.observed = self.failed = observation.began
                self._fail(observation)
            return
        self.observed = observation.began
        if self.confirmed:
            self.fall(excused=False)
        self.doubt = None
        if observation.health is Health.UNKNOWN:
            self._lose(observation.cause or Cause.PROBE, observation.ended)
        else:
            self._answer(observation)

    def tick(self, now: int) -> None:
        """Give up what has stayed unresolved too long, so that it holds nobody back."""
        if now - self._heard > self._patience:
            self.doubt = None
        elif now - self.resolved <= max(LONGEST_LAG, self._patience):
            return
        self._lose(Cause.STALE, now)

    def fall(self, *, excused: bool) -> None:
        """Believe the failures: `unreachable` behind a bad parent, else `down`, from the first.

        What the port of its parent has dated is down because of that port.
        """
        doubt = self.doubt
        if doubt is None:
            return
        cause = doubt.cause
        if not self.phase.state.available:
            self._settle(doubt.first.ended)
        elif self._cross(doubt.first.ended, doubt.changed_at):
            cause = Cause.PORT_DOWN
        state, cause = (State.UNREACHABLE, Cause.PARENT) if excused else (State.DOWN, cause)
        self._enter(Phase(state, cause, self.resolved))
        self._settle(doubt.latest.began)
        self.doubt = None

    def release(self, failed: int, seen: int) -> None:
        """Accuse nobody of what failed behind a parent, last bad at `failed`, seen back at `seen`.

        The resource is unobserved until it is observed afresh; failures begun before do not count.
        """
        self._heeded_from = seen
        self.doubt = None
        if self.phase.state is State.UNREACHABLE:
            self._settle(failed)
        if self.phase.state is not State.UNOBSERVED:
            self._enter(Phase(State.UNOBSERVED, Cause.EDGE, self.resolved))

    def _fail(self, failure: Observation) -> None:
        if self.phase.state in BAD:
            self._settle(failure.began)
            return
        if self.doubt is None:
            self.doubt = Doubt(failure, failure)
        self.doubt.add(failure)

    def _answer(self, answer: Observation) -> None:
        degraded = answer.health is Health.DEGRADED
        state = State.DEGRADED if degraded else State.UP
        cause = (answer.cause or Cause.OTHER) if degraded else None
        if self.phase.state.available:
            self._settle(answer.began)
            self._turn(state, cause, answer.ended)
            return
        if self.phase.state in BAD:
            self._cross(answer.ended, answer.changed_at)
        else:
            self._settle(answer.ended)
        self._enter(Phase(state, cause, self.resolved))
        self._settle(answer.began)

    def _turn(self, state: State, cause: Cause | None, at: int) -> None:
        """Keep the earlier of two available states until `at`, unless a failure comes before."""
        if (state, cause) != (self.phase.state, self.phase.cause):
            earlier = self.phase
            self._enter(Phase(state, cause, at))
            self._earlier = earlier

    def _lose(self, cause: Cause, until: int) -> None:
        """Account for the unresolved time up to `until` as unobserved."""
        told = self.phase.cause in {cause, Cause.START, Cause.PROBE, Cause.LAN}
        kept = told if cause is Cause.STALE else self.phase.cause is cause
        if self.phase.state is not State.UNOBSERVED or not kept:
            self._enter(Phase(State.UNOBSERVED, cause, self.resolved))
        self._settle(until)

    def _enter(self, phase: Phase) -> None:
        self.phase, self._earlier = phase, None
        self._on_change()

    def _cross(self, end: int, changed_at: int | None) -> bool:
        """Lay the edge up to `end`; True when a date given by a device, inside it, narrows it."""
        start = self.resolved
        dated = changed_at is not None and start <= changed_at < end
        if changed_at is not None and dated:
            start, end = max(start, changed_at - DEVICE_DATE), min(end, changed_at + DEVICE_DATE)
        self._settle(start)
        self.account.lay(State.UNOBSERVED, Cause.EDGE, end)
        return dated

    def _settle(self, until: int) -> None:
        """Resolve the time up to `until` in the present phase, or in the one that it follows."""
        if self._earlier:
            self.account.lay(self._earlier.state, self._earlier.cause, min(until, self.phase.since))
            if until >= self.phase.since:
                self._earlier = None
        self.account.lay(self.phase.state, self.phase.cause, until)
