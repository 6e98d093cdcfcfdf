"""Runs the collector until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from contextlib import suppress

from numlycee.adapters.sql import SqlStore, StoreError, open_store
from numlycee.app.centre import assemble
from numlycee.clock import Clock, SystemClock
from numlycee.config import Config
from numlycee.domain.sites import Site
from numlycee.fleet.directory import read_sites

log = logging.getLogger(__name__)

OK, FAILED = 0, 1


def run(config: Config) -> int:
    """Run the collector until SIGTERM or SIGINT; returns the exit code of the command."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    clock = SystemClock()
    sites = read_sites(config.sites)
    try:
        store = open_store(f"sqlite:///{config.store}", clock)
    except StoreError as error:
        return _fail(str(error))
    try:
        asyncio.run(_until_stopped(config, sites, store, clock))
    except OSError as error:
        return _fail(f"http://{config.http.host}:{config.http.port}: {error.strerror}")
    finally:
        store.close()
    return OK


async def _until_stopped(
    config: Config, sites: Mapping[str, Site], store: SqlStore, clock: Clock
) -> None:
    centre = assemble(config, sites, store, clock)
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, task.cancel)
    with suppress(asyncio.CancelledError):
        await centre.run()


def _fail(reason: str) -> int:
    log.error("%s", reason)
    return FAILED
