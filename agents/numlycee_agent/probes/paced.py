"""One device asked by two legs in two rhythms: its address often, its SNMP agent now and then."""

import asyncio
import math
from dataclasses import replace

from numlycee.clock import Clock
from numlycee_agent.ports import Health, Holder, Observation, Probe
from numlycee_agent.probes.equipment import combine


class PacedEquipment:
    """Asks the address each time, and SNMP every `every` seconds or as soon as anything is wrong.

    Between two answers of SNMP the last one stands, as long as the address answers. A `glance` is a
    ping of less patience: once it is in vain both legs are asked at once, so that their time-outs
    do not add up, and a fall is known to a period.
    """

    def __init__(
        self, snmp: Holder, ping: Probe, clock: Clock, every: float, glance: Probe | None = None
    ) -> None:
        self._snmp = snmp
        self._ping = ping
        self._glance = glance or ping
        self._clock = clock
        self._every = every
        self._due = clock.monotonic()
        self._last: Observation | None = None

    async def observe(self) -> Observation:
        """Observe once; the verdict is that of `EquipmentProbe`."""
        now = self._clock.monotonic()
        last, healthy = self._last, self._last is not None and self._last.health is Health.OK
        if last is None or now >= self._due or not healthy:
            return await self._both(now)
        glance = await self._glance.observe()
        if glance.health is not Health.OK:
            return await self._both(self._clock.monotonic())
        still = replace(last, began=glance.began, ended=glance.ended, changed_at=None)
        return combine(still, glance)

    def hurry(self) -> None:
        """Ask SNMP, and all of it, at the next observation that begins."""
        self._due = -math.inf
        self._snmp.hurry()

    async def _both(self, now: float) -> Observation:
        async with asyncio.TaskGroup() as legs:
            snmp = legs.create_task(self._ask(now))
            ping = legs.create_task(self._ping.observe())
        return combine(snmp.result(), ping.result())

    async def _ask(self, now: float) -> Observation:
        self._due = now + self._every
        self._last = await self._snmp.observe()
        return self._last
