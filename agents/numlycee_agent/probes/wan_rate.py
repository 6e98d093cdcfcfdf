"""From two readings of an interface's counters to what went through it, or to nothing at all."""

from dataclasses import dataclass

from numlycee_agent.snmp.uptime import Restart, Uptimes, restarted

LONGEST = 300.0
"""Seconds beyond which two readings are no pair: too much may have happened in between."""
_SLACK = 1.05
"""Counters are not read at the very instant that the device's own clock tells."""
_AGREEMENT = 0.1
_TICKS = 2**32


@dataclass(frozen=True, slots=True)
class Reading:
    """An interface's counters, at an instant in monotonic seconds; `None` is not told.

    `bits` is the width of the counters of octets; `speed` is in bits a second; `uptime` and
    `discontinuity` are hundredths of a second, as the device tells them (RFC 2863).
    """

    at: float
    index: int
    received: int
    sent: int
    bits: int
    speed: float | None = None
    uptime: int | None = None
    discontinuity: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """Bits a second, received and sent, over the seconds up to `at`."""

    received: float
    sent: float
    at: float
    seconds: float


def rate(before: Reading, after: Reading) -> Rate | None:
    """Return the mean rate between two readings; `None` rather than a doubtful figure.

    Nothing is said across a restart, a discontinuity that the device declares, another interface
    or other counters, when a 64-bit counter goes back, when a 32-bit one may have wrapped twice,
    and when more came out than the interface can carry.
    """
    seconds = _elapsed(before, after)
    if seconds is None or not _alike(before, after):
        return None
    received = _octets(before.received, after.received, after.bits)
    sent = _octets(before.sent, after.sent, after.bits)
    most = after.speed * seconds / 8 * _SLACK if after.speed else None
    if received is None or sent is None or (most is not None and max(received, sent) > most):
        return None
    if after.bits < 64 and (most is None or most >= 1 << after.bits):  # noqa: PLR2004 (bits)
        return None
    return Rate(received * 8 / seconds, sent * 8 / seconds, after.at, seconds)


def wraps_in(reading: Reading) -> float:
    """Return the seconds in which a counter wraps at full speed; infinite when it never does."""
    if reading.bits >= 64 or not reading.speed:  # noqa: PLR2004 (bits)
        return float("inf")
    return (1 << reading.bits) * 8 / reading.speed


def _alike(before: Reading, after: Reading) -> bool:
    return (before.index, before.bits, before.discontinuity) == (
        after.index,
        after.bits,
        after.discontinuity,
    )


def _elapsed(before: Reading, after: Reading) -> float | None:
    """Return the seconds between two readings, by the device's clock where it keeps time.

    A device whose clock did not go on as ours has restarted in between.
    """
    ours = after.at - before.at
    if not 0 < ours <= LONGEST:
        return None
    if not before.uptime or not after.uptime:
        return ours
    if restarted(_uptimes(before), _uptimes(after)) is not Restart.NONE:
        return None
    theirs = (after.uptime - before.uptime) % _TICKS / 100
    return theirs if abs(theirs - ours) <= max(2.0, _AGREEMENT * ours) and theirs > 0 else None


def _uptimes(reading: Reading) -> Uptimes:
    return Uptimes(round(reading.at * 1000), reading.uptime, None, None)


def _octets(before: int, after: int, bits: int) -> int | None:
    """Return how far a counter went; a 64-bit one that goes back has begun again."""
    if after >= before:
        return after - before
    return after - before + (1 << bits) if bits < 64 else None  # noqa: PLR2004 (bits)
