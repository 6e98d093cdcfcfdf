"""What the agent asks of the outside: probes that observe, a journal, a broker's session."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.wire.messages import Now
from numlycee.wire.records import Previous, Record

MOST_SPELLS = 400
"""Spells of one bulletin, which keeps a record well below the 64 KiB of the wire."""


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
    catalogue. `changed_at` is the instant of the change as a device dates it, if one does: itself
    when it is back from a restart, the port that it hangs from when it has failed.
    """

    began: int
    ended: int
    health: Health
    cause: Cause | None = None
    gauges: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    changed_at: int | None = None


class Probe(Protocol):
    """One way of observing one resource."""

    async def observe(self) -> Observation:
        """Observe once, within the probe's own time-out; never raises for the resource's faults."""
        ...


class Holder(Probe, Protocol):
    """A probe that holds some answers for a while."""

    def hurry(self) -> None:
        """Ask everything afresh at the next observation that begins."""
        ...


def at_leisure() -> None:
    """Hurry nothing: every observation of this probe asks everything."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A resource, the probe that observes it, and its rhythm in seconds.

    The period between observations is that of the resource. After a first failure the probe is
    repeated `confirmations` seconds later, each counted from the first failure; while it is down,
    every `down_period` seconds. `hurry` makes the next observation rely on nothing held.
    """

    resource: Resource
    probe: Probe
    confirmations: tuple[float, ...] = (0.5, 1.0)
    down_period: float = 1.0
    hurry: Callable[[], None] = at_leisure


class Journal(Protocol):
    """Where records become durable before anything is sent."""

    @property
    def run(self) -> str:
        """Return the name of this life of the process: 64 random bits in hexadecimal."""
        ...

    @property
    def began(self) -> int:
        """Return when this run began, in milliseconds since the epoch."""
        ...

    def keep(self, record: Record) -> None:
        """Append and sync a record that bears `next_seq()`; raises `OSError` when it cannot."""
        ...

    def next_seq(self) -> int:
        """Return the sequence number of the next record of this run, counted from 1."""
        ...

    @property
    def previous(self) -> Previous | None:
        """Return the run before this one and its last sequence number, if any is known."""
        ...


class Present(Protocol):
    """The live state of a site, asked by the publisher."""

    def now(self) -> Now:
        """Return the present by exception."""
        ...

    async def changed(self) -> None:
        """Return at the next change of a live state."""
        ...


@dataclass(frozen=True, slots=True)
class Will:
    """The message that the broker publishes, retained, when the session ends without goodbye."""

    topic: str
    payload: bytes


class Session(Protocol):
    """One MQTT connection, subscribed."""

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> None:
        """Publish; returns once the broker has taken it (QoS 1). Raises `ConnectionError`."""
        ...

    def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Yield (topic, payload) as they come; raises `ConnectionError` when the session ends."""
        ...


class Broker(Protocol):
    """A broker that can be connected to, again and again."""

    def connect(
        self, will: Will, subscriptions: Sequence[str]
    ) -> AbstractAsyncContextManager[Session]:
        """Open one session; raises `ConnectionError` when the broker is away."""
        ...
