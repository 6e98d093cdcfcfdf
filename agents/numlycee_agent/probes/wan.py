"""The lines of a site's access, as the devices that they end on tell: load, main line, backup."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.probes.wan_port import WanPort
from numlycee_agent.probes.wan_rate import Rate, Reading, rate, wraps_in
from numlycee_agent.snmp.values import SnmpError

_log = logging.getLogger(__name__)

COUNTERS = 60.0
_OFTEN = 5.0
_STALE = 2.5
"""Periods after which what was read is no longer said."""
_TELLING = 10_000.0
"""Bits a second below which nothing is said of which line is in use: what mere greetings make."""
_MOSTLY, _HALF = 0.9, 0.5
_LEAVE = 0.9


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a line may carry in bits a second, as its contract says, else as its interface does.

    It is saturated when `ratio` of it is used, one way or the other, for `seconds` on end.
    """

    down: float | None = None
    up: float | None = None
    ratio: float = 0.9
    seconds: float = 300.0


class Line:
    """One line: whether it is up, each `every` seconds, and what it carries, each minute.

    A 32-bit counter is read twice before it can wrap, five seconds apart at least.
    """

    def __init__(self, port: WanPort, clock: Clock, every: float) -> None:
        self._port = port
        self._clock = clock
        self._every = every
        self._due = self._counters_due = clock.monotonic()
        self._is_up: tuple[float, bool | None] = (float("-inf"), None)
        self._reading: Reading | None = None
        self._rate: Rate | None = None
        self._silent = False

    @property
    def due(self) -> float:
        """Return when something is to be read again, in monotonic seconds."""
        return min(self._due, self._counters_due)

    @property
    def up(self) -> bool | None:
        """Return whether packets pass, `None` when it is not known or no longer."""
        at, up = self._is_up
        return up if self._clock.monotonic() - at <= _STALE * self._every else None

    @property
    def speed(self) -> float | None:
        """Return the interface's own speed in bits a second."""
        return self._reading.speed if self._reading else None

    @property
    def rate(self) -> Rate | None:
        """Return what the line carried lately."""
        fresh = self._rate and self._clock.monotonic() - self._rate.at <= _STALE * COUNTERS
        return self._rate if fresh else None

    async def read(self) -> None:
        """Read what is due; what goes wrong is said once, and ends neither reading nor agent."""
        now = self._clock.monotonic()
        try:
            if now >= self._due:
                self._due = now + self._every
                self._is_up = now, await self._port.is_up()
            if now >= self._counters_due:
                self._counters_due = now + COUNTERS
                await self._count(now)
            self._silent = False
        except Exception as fault:  # noqa: BLE001 (what runs beside must not end the agent)
            if not self._silent:
                trace = None if isinstance(fault, SnmpError) else fault
                _log.warning("a line is not read: %s", type(fault).__name__, exc_info=trace)
            self._silent = True

    async def _count(self, now: float) -> None:
        before, self._reading = self._reading, await self._port.count()
        self._rate = rate(before, self._reading) if before and self._reading else None
        if self._reading:
            self._counters_due = now + max(_OFTEN, min(COUNTERS, wraps_in(self._reading) / 2))


class AccessLines:
    """Judges the access by its lines: running on the backup, or saturated.

    The backup is in use when it is up and the main line is not; when both are up, as soon as it
    carries nine tenths of the traffic, and until it carries less than half.
    """

    def __init__(
        self, main: Line, clock: Clock, capacity: Capacity, backup: Line | None = None
    ) -> None:
        self._main = main
        self._backup = backup
        self._clock = clock
        self._capacity = capacity
        self._on_backup = False
        self._over_since: float | None = None
        self._saturated = False
        self._noted: Rate | None = None

    async def run(self) -> None:
        """Read the lines for ever, each when it is due."""
        lines = [self._main, self._backup] if self._backup else [self._main]
        while True:
            for line in lines:
                if line.due <= self._clock.monotonic():
                    await line.read()
            self._judge()
            wait = min(line.due for line in lines) - self._clock.monotonic()
            await self._clock.sleep(max(0.1, wait))

    def complaint(self) -> Cause | None:
        """Return what is wrong: running on the backup explains a saturation, and comes first."""
        if self._on_backup and (self._main.up is not None or self._main.rate):
            return Cause.BACKUP_LINE
        return Cause.SATURATION if self._saturated and self._main.rate else None

    def gauges(self) -> Mapping[str, float]:
        """Return what is known of the lines, under its names in the closed catalogue."""
        told: dict[str, float | None] = {
            "main_line_up": self._main.up,
            "backup_line_up": self._backup.up if self._backup else None,
            "receive_capacity_bits_per_second": self._down,
            "send_capacity_bits_per_second": self._up,
        }
        if rate := self._main.rate:
            told["received_bits_per_second"] = rate.received
            told["sent_bits_per_second"] = rate.sent
            told["receive_utilisation_ratio"] = rate.received / self._down if self._down else None
            told["send_utilisation_ratio"] = rate.sent / self._up if self._up else None
        return {name: round(float(value), 6) for name, value in told.items() if value is not None}

    @property
    def _down(self) -> float | None:
        return self._capacity.down or self._main.speed

    @property
    def _up(self) -> float | None:
        return self._capacity.up or self._main.speed

    def _judge(self) -> None:
        self._on_backup = self._uses_backup()
        if self._main.rate is not self._noted:
            self._noted = self._main.rate
            self._note(self._noted)

    def _note(self, rate: Rate | None) -> None:
        """Follow for how long the line has been full; a minute that was not measured ends it."""
        used = self._utilisation(rate)
        enough = self._capacity.ratio * (_LEAVE if self._saturated else 1)
        if rate is None or used is None or used < enough:
            self._over_since, self._saturated = None, False
            return
        if self._over_since is None:
            self._over_since = rate.at - rate.seconds
        self._saturated |= rate.at - self._over_since >= self._capacity.seconds

    def _utilisation(self, rate: Rate | None) -> float | None:
        if rate is None or not self._down or not self._up:
            return None
        return max(rate.received / self._down, rate.sent / self._up)

    def _uses_backup(self) -> bool:
        if self._backup is None or self._backup.up is False:
            return False
        if self._main.up is False:
            return self._on_backup or self._backup.up is True
        main, backup = self._main.rate, self._backup.rate
        if main is None or backup is None:
            return self._on_backup
        traffic = main.received + main.sent + backup.received + backup.sent
        if traffic < _TELLING:
            return self._on_backup
        share = (backup.received + backup.sent) / traffic
        return share >= (_HALF if self._on_backup else _MOSTLY)
