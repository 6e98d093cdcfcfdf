"""One attempt to reach one target, and the probe that judges a resource by a single target."""

import errno
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation

#: The agent's own lack of means: says nothing about the target.
_OWN_FAULTS = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOBUFS,
        errno.ENOMEM,
        errno.EAGAIN,
        errno.EAFNOSUPPORT,
        errno.EPROTONOSUPPORT,
    }
)
#: The agent's own network has no way there: cut off at its end, or no such route.
_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.ENODEV})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt over ``[began, ended)`` milliseconds: `rtt` in seconds, or `None` and a cause.

    Two causes are no evidence against the target: `probe`, the agent lacked the means to ask, and
    `lan`, the agent's own network had no way there.
    """

    began: int
    ended: int
    rtt: float | None = None
    cause: Cause | None = None

    @property
    def answered(self) -> bool:
        """Tell whether the target answered as it should."""
        return self.rtt is not None

    @property
    def is_evidence(self) -> bool:
        """Tell whether the attempt says anything about the target."""
        return self.answered or self.cause not in {Cause.PROBE, Cause.LAN}


class Target(Protocol):
    """Something that can be asked for a sign of life."""

    async def attempt(self) -> Attempt:
        """Ask once, within the target's own time-out; never raises for a fault of the network."""
        ...


@dataclass(slots=True)
class Stopwatch:
    """Times one attempt or observation so that the true instants lie inside what it publishes."""

    clock: Clock
    began: int = field(init=False)
    origin: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock.now()
        self.origin = self.clock.monotonic()

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return self.clock.monotonic() - self.origin

    def ended(self) -> int:
        """Return the first whole millisecond after this instant, whatever steps the clock made."""
        return max(self.began, self.clock.now()) + 1

    def answer(self, rtt: float) -> Attempt:
        """Close an attempt that was answered after `rtt` seconds."""
        return Attempt(self.began, self.ended(), rtt=rtt)

    def fault(self, cause: Cause) -> Attempt:
        """Close an attempt that failed."""
        return Attempt(self.began, self.ended(), cause=cause)

    def observe(
        self,
        health: Health,
        cause: Cause | None = None,
        gauges: Mapping[str, float] = MappingProxyType({}),
    ) -> Observation:
        """Close an observation."""
        return Observation(self.began, self.ended(), health, cause, gauges)


def cause_of(error: OSError) -> Cause:
    """Return what an error of the socket layer says of the target, or `probe` or `lan`."""
    if error.errno in _OWN_FAULTS:
        return Cause.PROBE
    if error.errno in _NO_ROUTE:
        return Cause.LAN
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return Cause.TIMEOUT
    return Cause.REFUSED if error.errno == errno.ECONNREFUSED else Cause.CONNECT


class ReachProbe:
    """Judges a resource by one target: an answer is `ok`, no evidence `unknown`, else `failed`."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def observe(self) -> Observation:
        """Observe once; the gauge is `rtt_seconds`."""
        attempt = await self._target.attempt()
        if attempt.rtt is not None:
            gauges = {"rtt_seconds": attempt.rtt}
            return Observation(attempt.began, attempt.ended, Health.OK, None, gauges)
        health = Health.FAILED if attempt.is_evidence else Health.UNKNOWN
        return Observation(attempt.began, attempt.ended, health, attempt.cause)
