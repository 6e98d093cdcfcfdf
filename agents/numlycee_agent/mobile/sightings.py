"""Reading the sources in turn, on days of school only."""

import logging
from collections.abc import Mapping
from typing import Final

from numlycee.clock import Clock
from numlycee_agent.mobile.counting import Counting
from numlycee_agent.mobile.ports import Source

_log = logging.getLogger(__name__)

FIRST: Final = 15.0
"""Seconds after the start before the sources are read: what is watched comes first."""


class Sightings:
    """Reads each source every `period` seconds; their names stand in the log."""

    def __init__(
        self,
        counting: Counting,
        sources: Mapping[str, Source],
        clock: Clock,
        period: float,
    ) -> None:
        self.counting = counting
        self._sources = sources
        self._clock = clock
        self._period = period
        self._silent: set[str] = set()

    async def run(self) -> None:
        """Read until cancelled; what was seen is kept."""
        wait = min(FIRST, self._period)
        try:
            while True:
                await self._clock.sleep(wait)
                await self._round()
                self.counting.save()
                wait = self._period
        finally:
            self.counting.save()

    async def _round(self) -> None:
        for name, source in self._sources.items():
            if self.counting.turn(self._clock.now()):
                await self._read(name, source)

    async def _read(self, name: str, source: Source) -> None:
        try:
            seen = await source.addresses(self._clock.now())
        except Exception as error:  # noqa: BLE001 (one faulty source must not end the agent)
            if name not in self._silent:
                _log.warning("mobile: %s cannot be read: %s", name, _reason(error))
            self._silent.add(name)
            return
        if name in self._silent:
            _log.info("mobile: %s is read again", name)
        self._silent.discard(name)
        self.counting.saw(self._clock.now(), seen)


def _reason(error: Exception) -> str:
    """Return what may be told of a fault: its own words could quote a device."""
    return getattr(error, "strerror", None) or type(error).__name__
