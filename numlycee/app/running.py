"""Runs the collector until it is told to stop."""

import asyncio
import gc
import logging
import signal
from contextlib import closing, suppress

from numlycee.adapters.sql import StoreError, open_store
from numlycee.app.centre import Centre, assemble
from numlycee.app.ground import ground
from numlycee.clock import SystemClock
from numlycee.collector.ports import StoreUnavailableError
from numlycee.config import Config
from numlycee.settings import SettingsError

log = logging.getLogger(__name__)

OK, FAILED = 0, 1


def run(config: Config) -> int:
    """Run the collector until SIGTERM or SIGINT; returns the exit code of the command.

    Raises `SettingsError` for what the configuration names and cannot be used.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    clock = SystemClock()
    footing = ground(config)
    try:
        store = open_store(config.store_url, clock)
    except StoreError as error:
        return _fail(str(error))
    with closing(store):
        try:
            centre = assemble(config, footing, store, clock)
        except ValueError as error:
            raise SettingsError(str(error)) from error
        except StoreUnavailableError as error:
            return _fail(str(error))
        spare_the_loop()
        try:
            asyncio.run(_until_stopped(centre))
        except OSError as error:
            return _fail(f"http://{config.http.host}:{config.http.port}: {error.strerror}")
    return OK


def spare_the_loop() -> None:
    """Make full garbage collections rare: each stops every thread for a tenth of a second.

    The figures of a Region are some 200 000 objects without cycles, new every minute: at the usual
    thresholds they would be walked through again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def _until_stopped(centre: Centre) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await centre.run()


def _fail(reason: str) -> int:
    log.error("%s", reason)
    return FAILED
