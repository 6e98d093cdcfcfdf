"""The one place that reads the clock or sleeps: everything else is handed its time."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Time as the rest of the house sees it; replaced by a virtual one in tests."""

    def now(self) -> int:
        """Return the wall clock in integer milliseconds since the Unix epoch, UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin that never step backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` of monotonic time pass."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """Return the wall clock in integer milliseconds since the Unix epoch, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin that never step backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass; a negative figure yields once to the event loop."""
        await asyncio.sleep(max(0.0, seconds))
