"""Names to addresses, remembered: a probe must not wait for a resolver that is away."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from ipaddress import ip_address

from numlycee.clock import Clock

FRESH = 300.0

Lookup = Callable[[str], Awaitable[str]]


async def look_up(name: str) -> str:
    """Return the address that the machine prefers for a name; raises `OSError` without one."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return str(found[0][4][0])


class Addresses:
    """The last good address of each name, asked again after five minutes, kept if that fails."""

    def __init__(self, clock: Clock, look_up: Lookup = look_up) -> None:
        self._clock = clock
        self._look_up = look_up
        self._known: dict[str, tuple[float, str]] = {}

    async def of(self, host: str, timeout: float) -> str:  # noqa: ASYNC109
        """Return an address of `host`, itself if it is one; raises `OSError` if none is known."""
        with suppress(ValueError):
            return str(ip_address(host))
        asked, address = self._known.get(host, (0.0, ""))
        now = self._clock.monotonic()
        if address and now - asked < FRESH:
            return address
        try:
            async with asyncio.timeout(timeout):
                found = await self._look_up(host)
        except OSError:  # a time-out is one too
            if not address:
                raise
            found = address
        self._known[host] = (now, found)
        return found
