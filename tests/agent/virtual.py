"""Virtual time: hours pass in an instant, and always in the same order."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

NOON = 1_795_431_600_000
"""Monday 23 November 2026, 11:00 UTC: where virtual clocks begin unless told otherwise."""


class VirtualClock:
    """A `Clock` that moves only by `advance`; sleepers wake in the order of their instants."""

    def __init__(self, now: int = NOON) -> None:
        self._wall_at_origin = float(now)
        self._elapsed = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> int:
        return round(self._wall_at_origin + self._elapsed * 1000)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        at = self._elapsed + max(0.0, seconds)
        heapq.heappush(self._sleepers, (at, next(self._order), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Let time pass; everything that it wakes has run until it sleeps again."""
        end = self._elapsed + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, future = heapq.heappop(self._sleepers)
            self._elapsed = max(self._elapsed, at)
            if not future.done():
                future.set_result(None)
                await settle()
        self._elapsed = end

    async def advance_until(self, true: Callable[[], bool], *, at_most: float = 3600.0) -> None:
        """Let time pass from sleeper to sleeper until something is true."""
        limit = self._elapsed + at_most
        await settle()
        while not true():
            assert self._sleepers, "nobody sleeps: it will never be true"
            assert self._sleepers[0][0] <= limit, f"not true within {at_most} s"
            await self.advance(self._sleepers[0][0] - self._elapsed)

    def step(self, seconds: float) -> None:
        """Set the wall clock by hand: the monotonic clock does not move."""
        self._wall_at_origin += seconds * 1000


async def settle() -> None:
    """Return once no task can go on without time passing."""
    ready: Any = getattr(asyncio.get_running_loop(), "_ready")  # noqa: B009 (asyncio hides it)
    await turn()
    while ready:
        await turn()


@asynccontextmanager
async def running(work: Coroutine[Any, Any, object]) -> AsyncIterator[asyncio.Task[object]]:
    """Keep some work running inside the block; then cancel it and wait for its last words."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(work)
        await settle()
        try:
            yield task
        finally:
            task.cancel()


class _Turn:
    def __await__(self) -> Generator[None]:
        yield


async def turn() -> None:
    """Let every task that is ready go on once."""
    await _Turn()
