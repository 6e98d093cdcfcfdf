"""What the demonstration asks of the page that it has started."""

from typing import Any

import aiohttp

from numlycee.clock import Clock

_TIMEOUT = aiohttp.ClientTimeout(total=10.0)


class Page:
    """The page of the collector, on loopback."""

    def __init__(self, port: int, clock: Clock) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._clock = clock

    async def answers(self, patience: float) -> bool:
        """Wait until the page answers; False when it has not within `patience` seconds."""
        until = self._clock.monotonic() + patience
        while self._clock.monotonic() < until:
            if await self._get("/-/healthy") is not None:
                return True
            await self._clock.sleep(0.2)
        return False

    async def status(self) -> dict[str, Any]:
        """Return the state of the Region as the page tells it, empty when it does not answer."""
        response = await self._get("/api/v1/status")
        return response if isinstance(response, dict) else {}

    async def _get(self, path: str) -> Any:
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.get(self.url + path) as response,
            ):
                is_json = response.content_type == "application/json"
                return await response.json() if is_json else await response.text()
        except (aiohttp.ClientError, OSError):
            return None
