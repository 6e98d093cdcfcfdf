"""Reboots told from the uptimes, and from the wrap of a 32-bit sysUpTime after 497 days."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from numlycee_agent.snmp.values import Oid, Value

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"
HOST_UPTIME = "1.3.6.1.2.1.25.1.1.0"
UPTIMES = (SYS_UPTIME, ENGINE_TIME, HOST_UPTIME)

_WRAP = 2**32
_MARGIN = 60 * 100
_AGREEMENT = 0.02
_MOST_WRAPS = 8  # eleven years: beyond, it is the engine time that is absurd


class Restart(Enum):
    """What started again since the last time."""

    NONE = "none"
    AGENT = "agent"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Uptimes:
    """What a device said of its age at `at` ms; `None` is unknown, and so is a zero.

    `system` and `host` are hundredths of a second, `engine` is seconds.
    """

    at: int
    system: int | None
    engine: int | None
    host: int | None

    @property
    def wraps(self) -> int | None:
        """Return how often sysUpTime has wrapped, or `None` without an engine time that agrees."""
        if not self.system or not self.engine:
            return None
        told = self.engine * 100
        wraps = max(0, round((told - self.system) / _WRAP))
        agrees = abs(self.system + wraps * _WRAP - told) <= _AGREEMENT * told
        return wraps if agrees and wraps <= _MOST_WRAPS else None

    @property
    def seconds(self) -> float | None:
        """Return the age in seconds: the host's own where it tells, else its agent's."""
        if self.host:
            return self.host / 100
        return (self.system + (self.wraps or 0) * _WRAP) / 100 if self.system else None


def read_uptimes(at: int, found: Mapping[Oid, Value]) -> Uptimes:
    """Return the uptimes among the answers to a GET made at `at`."""
    system, engine, host = (found.get(name) for name in UPTIMES)
    return Uptimes(at, _number(system), _number(engine), _number(host))


def restarted(before: Uptimes, after: Uptimes) -> Restart:
    """Tell what restarted between two readings.

    sysUpTime decides that something did, unless it may have wrapped: then an engine time that
    agreed with it before, and went on growing, or none to say otherwise, means that it wrapped. A
    host whose own uptime went on growing has only restarted its agent.
    """
    if not before.system or not after.system or after.system >= before.system:
        return Restart.NONE
    elapsed = (after.at - before.at) // 10
    if before.system > _WRAP - elapsed - _MARGIN and not _engine_restarted(before, after):
        return Restart.NONE
    if before.host and after.host and after.host >= before.host:
        return Restart.AGENT
    return Restart.HOST


def _engine_restarted(before: Uptimes, after: Uptimes) -> bool:
    if before.wraps is None or not before.engine or not after.engine:
        return False
    return after.engine < before.engine


def _number(value: Value | None) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
