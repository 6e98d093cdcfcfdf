"""The state of one equipment by SNMP: one small GET, small tables at their cadence, then rules."""

import math
from collections.abc import Iterable, Mapping, Sequence

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.lasting import LastingRule
from numlycee_agent.probes.reach import Stopwatch
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.profile import Profile, Rule, profile_of
from numlycee_agent.snmp.source import Source
from numlycee_agent.snmp.uptime import UPTIMES, Restart, Uptimes, read_uptimes, restarted
from numlycee_agent.snmp.values import (
    Columns,
    Oid,
    SnmpError,
    SnmpRefused,
    SnmpTimeout,
    SnmpUnasked,
)

_RELEARN_SECONDS = 3600
_MOST_ROWS = 512


class SnmpStateProbe:
    """Observes one device's state; `failed` means only that its SNMP agent did not answer well.

    What the device lacks is found out at first and every hour, and not asked in between. A table
    with a slow cadence is held until it is due, unless it says that something is wrong: then it is
    read again at each observation, so that an end of trouble is dated as finely as its beginning.
    """

    def __init__(
        self, client: SnmpClient, kind: Kind, clock: Clock, profile: Profile | None = None
    ) -> None:
        self._client = client
        self._clock = clock
        self._profile = profile or profile_of(kind)
        self._tables = _Tables(source for source in self._profile.sources if source.table)
        self._lasting = [LastingRule(rule) for rule in self._profile.rules if rule.lasting]
        self._scalars = self._profile.scalars
        self._learnt: float | None = None
        self._uptimes: Uptimes | None = None
        self._answered = True

    async def observe(self) -> Observation:
        """Observe once: `degraded` by the first broken rule, `failed` when SNMP is silent."""
        watch = Stopwatch(self._clock)
        try:
            found = await self._read()
        except SnmpUnasked:
            return watch.observe(Health.UNKNOWN, Cause.PROBE)
        except SnmpError as fault:
            self._answered = False
            return watch.observe(Health.FAILED, _cause(fault))
        return self._judge(watch, found)

    def hurry(self) -> None:
        """Read every table that the device has at the next observation that begins."""
        self._tables.hurry()

    async def _read(self) -> Columns:
        now = self._clock.monotonic()
        if self._learnt is None or now - self._learnt >= _RELEARN_SECONDS:
            self._scalars, self._learnt = self._profile.scalars, None
            self._tables.relearn()
        found = await self._client.get([*UPTIMES, *self._scalars])
        if due := self._tables.due(now):
            await self._walk(now, due)
        if self._learnt is None:
            self._scalars = tuple(oid for oid in self._scalars if oid in found)
            self._learnt = now
        return {oid: {"": value} for oid, value in found.items()} | self._tables.held

    async def _walk(self, now: float, columns: Sequence[Oid]) -> None:
        try:
            rows = await self._client.walk(columns, max_rows=_MOST_ROWS)
        except SnmpError:
            # The device has just answered a GET: what it cannot list is no fall, and can wait.
            self._tables.miss(now, columns)
        else:
            self._tables.keep(now, columns, rows)

    def _judge(self, watch: Stopwatch, found: Columns) -> Observation:
        ended = watch.ended()
        boot = self._boot(watch.began, {oid: rows[""] for oid, rows in found.items() if "" in rows})
        broken = self._broken(found)
        self._tables.suspect(rule.source for rule in broken)
        health = Health.DEGRADED if broken else Health.OK
        gauges = self._gauges(found)
        cause = broken[0].cause if broken else None
        return Observation(watch.began, ended, health, cause, gauges, boot)

    def _broken(self, found: Columns) -> list[Rule]:
        now, ticks = self._clock.monotonic(), self._uptimes and self._uptimes.system
        uptime = ticks / 100 if ticks else None
        at_once = [rule for rule in self._profile.rules if not rule.lasting and rule.broken(found)]
        return at_once + [one.rule for one in self._lasting if one.broken(now, found, uptime)]

    def _gauges(self, found: Columns) -> Mapping[str, float]:
        gauges: dict[str, float] = {}
        for gauge in self._profile.gauges:
            if (sample := gauge.sample(found)) is not None:
                gauges.setdefault(gauge.name, sample)
        if self._uptimes and self._uptimes.seconds:
            gauges["uptime_seconds"] = self._uptimes.seconds
        return gauges

    def _boot(self, at: int, found: Mapping[Oid, int | float | bytes | str]) -> int | None:
        """Return when the device started, if it is back from a failure by a restart."""
        before, self._uptimes = self._uptimes, read_uptimes(at, found)
        was_silent, self._answered = not self._answered, True
        change = restarted(before, self._uptimes) if before else Restart.NONE
        if change is Restart.NONE:
            return None
        self._learnt = None
        return at - self._uptimes.system * 10 if was_silent and self._uptimes.system else None


class _Tables:
    """The tables of a profile: what is held of them, and when each is to be read again."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.held: Columns = {}
        self._every: dict[Oid, int] = {}
        self._read: dict[Oid, float] = {}
        self._missed: set[Oid] = set()
        self._suspects: frozenset[Oid] = frozenset()
        for source in sources:
            for column in source.columns:
                self._every[column] = min(source.every, self._every.get(column, source.every))

    def relearn(self) -> None:
        """Ask for every table again, even for those that the device lacked."""
        self._read.clear()

    def hurry(self) -> None:
        """Take every table that the device has for due."""
        self._read = dict.fromkeys(self._read, -math.inf)

    def due(self, now: float) -> list[Oid]:
        """Return the columns to read at `now`: what is due or suspect, but not what is lacking."""
        return [
            column
            for column, every in self._every.items()
            if column not in self._read or (self._has(column) and self._is_due(column, every, now))
        ]

    def keep(self, now: float, columns: Iterable[Oid], rows: Columns) -> None:
        """Hold what was read at `now`."""
        self.held |= {
            column: found for column, found in rows.items() if found or self.held.get(column)
        }
        self._read |= dict.fromkeys(columns, now)
        self._missed.difference_update(columns)

    def miss(self, now: float, columns: Iterable[Oid]) -> None:
        """Note that these were asked at `now` in vain: the device may have them all the same."""
        self._read |= dict.fromkeys(columns, now)
        self._missed.update(columns)

    def suspect(self, sources: Iterable[Source]) -> None:
        """Read the tables of these sources again at the next observation."""
        self._suspects = frozenset(column for source in sources for column in source.columns)

    def _has(self, column: Oid) -> bool:
        return bool(self.held.get(column)) or column in self._missed

    def _is_due(self, column: Oid, every: int, now: float) -> bool:
        return column in self._suspects or now - self._read[column] >= every


def _cause(fault: SnmpError) -> Cause:
    if isinstance(fault, SnmpTimeout):
        return Cause.TIMEOUT
    return Cause.REFUSED if isinstance(fault, SnmpRefused) else Cause.OTHER
