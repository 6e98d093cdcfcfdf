"""The centre's composition root: the collector that runs, and the report that it can write."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from contextlib import suppress

from numlycee.adapters.sql.store import SqlStore, StoreError, open_store
from numlycee.app.centre import assemble
from numlycee.clock import Clock, SystemClock
from numlycee.config import Config
from numlycee.domain.sites import Site
from numlycee.fleet.directory import read_sites

__all__ = ["run"]

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
        log.error("%s", error)  # noqa: TRY400 (the message says all; a trace would hide it)
        return FAILED
    try:
        asyncio.run(_until_stopped(config, sites, store, clock))
    except OSError as error:
        log.error("http://%s:%d: %s", config.http.host, config.http.port, error.strerror)  # noqa: TRY400
        return FAILED
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
