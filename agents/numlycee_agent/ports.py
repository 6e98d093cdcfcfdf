"""What the agent asks of the outside: a probe that observes, a transport that carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from numlycee.domain.causes import Cause


class Health(StrEnum):
    """What one observation says; `UNKNOWN` means that it could not be made: it is no evidence."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"
    UNKNOWN = "unknown"


_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation: the resource had this health at *some* instant of ``[began, ended]``.

    `began` and `ended` are milliseconds since the epoch. `gauges` are samples of the closed
    catalogue. `changed_at` is the instant of the change as the device itself dates it, if it does.
    """

    began: int
    ended: int
    health: Health
    cause: Cause | None = None
    gauges: Mapping[str, float] = field(default=_NOTHING)
    changed_at: int | None = None


class Probe(Protocol):
    """One way of observing one resource."""

    async def observe(self) -> Observation:
        """Observe once, within the probe's own time-out; never raises for the resource's faults."""
        ...
