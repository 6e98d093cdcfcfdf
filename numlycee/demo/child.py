"""The real collector as a child process, begun again whenever it dies."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from numlycee.clock import Clock

log = logging.getLogger(__name__)

_PATIENCE = 10.0


class Collector:
    """`numlycee run -c CONFIG` in a process of its own, its words in a log file."""

    def __init__(self, config: Path, journal: Path, clock: Clock) -> None:
        self._config = config
        self._journal = journal
        self._clock = clock
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Return the process now running, if any."""
        return self._process.pid if self._process else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep it running while the context lasts; then let it finish its work and stop."""
        async with asyncio.TaskGroup() as group:
            keeper = group.create_task(self._keep())
            try:
                yield
            finally:
                keeper.cancel()
                with suppress(asyncio.CancelledError):
                    await keeper

    async def _keep(self) -> None:
        while True:
            code = await self._live()
            log.warning("le collecteur s'est arrêté (%s) ; il repart", code)
            await self._clock.sleep(0.5)

    async def _live(self) -> int:
        with self._journal.open("ab") as journal:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "numlycee", "run", "-c", str(self._config),
                stdin=asyncio.subprocess.DEVNULL, stdout=journal, stderr=journal,
                start_new_session=True,
            )  # fmt: skip
        self.starts += 1
        try:
            return await self._process.wait()
        except asyncio.CancelledError:
            await _stop(self._process)
            raise


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
