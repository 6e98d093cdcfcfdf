"""A probe whose failures are dated by somebody who saw the device fall."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from numlycee_agent.ports import Health, Observation, Probe

_MOST = 3
"""How many failures in a row are worth a question: afterwards the fall has been believed."""


class DatedProbe:
    """Asks, while a failure is being repeated, when the device fell; nobody is awaited for that.

    The date is a word about a change that the observations prove, never a proof of its own.
    """

    def __init__(self, probe: Probe, date: Callable[[], Awaitable[int | None]]) -> None:
        self._probe = probe
        self._date = date
        self._failures = 0

    async def observe(self) -> Observation:
        """Observe once; a failure after another bears its date, if that is known in time."""
        if 0 < self._failures <= _MOST:
            seen = await self._dated()
        else:
            seen = await self._probe.observe()
        self._failures = self._failures + 1 if seen.health is Health.FAILED else 0
        return seen

    async def _dated(self) -> Observation:
        async with asyncio.TaskGroup() as legs:
            date = legs.create_task(self._ask())
            seen = await self._probe.observe()
            date.cancel()
        if seen.health is not Health.FAILED or date.cancelled():
            return seen
        return replace(seen, changed_at=date.result())

    async def _ask(self) -> int | None:
        return await self._date()
