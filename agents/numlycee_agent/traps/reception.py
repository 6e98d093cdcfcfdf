"""The reception of traps, whole: from the configuration to probes that are woken."""

import asyncio
import logging
from collections.abc import Callable

from numlycee.clock import Clock
from numlycee.settings import SettingsError
from numlycee_agent.config import Config, Traps
from numlycee_agent.snmp.credentials import Community, Credentials, Usm
from numlycee_agent.snmp.usm.cipher import LACKING, available
from numlycee_agent.traps.listening import listen
from numlycee_agent.traps.receiver import Hear, Receiver
from numlycee_agent.traps.secure import SecureReader
from numlycee_agent.traps.tally import WELCOME, Fate, Tally, load, save

_log = logging.getLogger(__name__)

TOLD_EVERY = 60.0
"""Seconds between two lines of the log, and two writings of the counts."""


class Reception:
    """Receives what `[traps]` asks for; raises `SettingsError` for what it cannot mean."""

    def __init__(
        self,
        config: Config,
        traps: Traps,
        wake: Callable[[str], None],
        clock: Clock,
        hear: Hear = lambda *_: (),
    ) -> None:
        accepted = [config.snmp[name].credentials() for name in traps.accept or config.snmp]
        _check_library(accepted)
        devices: dict[str, list[str]] = {}
        for item in config.equipment:
            devices.setdefault(item.address, []).append(item.id)
        self.tally = Tally()
        secure = SecureReader((c for c in accepted if isinstance(c, Usm)), config.uai, clock)
        communities = (c for c in accepted if isinstance(c, Community))
        self.receiver = Receiver(devices, communities, secure, wake, self.tally, hear)
        self._address = traps.address
        self._counts = config.traps_file
        self._clock = clock

    async def run(self) -> None:
        """Receive until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(listen(*self._address, self.receiver, self._clock))
            group.create_task(self._keep())

    def vitals(self) -> dict[str, float]:
        """Return how many datagrams woke a probe, and how many woke nothing, for the centre."""
        counts = self.tally.counts
        refused = sum(count for fate, count in counts.items() if fate not in WELCOME)
        return {
            "traps_heeded_total": float(counts[Fate.HEEDED]),
            "traps_refused_total": float(refused),
        }

    async def _keep(self) -> None:
        try:
            while True:
                self.tell()
                await self._clock.sleep(TOLD_EVERY)
        finally:
            self.tell()

    def tell(self) -> None:
        """Log what was refused since the last time, and keep the counts where `status` looks."""
        if refused := self.tally.news():
            spelt = ", ".join(f"{count} {fate}" for fate, count in refused.items())
            _log.warning("traps that woke nothing: %s", spelt)
        if self.tally.counts == load(self._counts):
            return
        try:
            save(self._counts, self.tally.counts)
        except OSError as error:
            _log.warning("%s: %s", self._counts, error.strerror)


def _check_library(accepted: list[Credentials]) -> None:
    enciphers = any(isinstance(item, Usm) and item.priv_key for item in accepted)
    if enciphers and not available():
        raise SettingsError(f"traps: {LACKING}")
