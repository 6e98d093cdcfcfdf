"""The centre's periodic work, run by APScheduler inside the event loop."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from numlycee.clock import Clock

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Every:
    """Work done every `seconds`, the first time at once."""

    name: str
    seconds: float
    work: Work


@dataclass(frozen=True, slots=True)
class Nightly:
    """Work done once a night at ``hour:minute`` local time."""

    name: str
    hour: int
    minute: int
    work: Work


@asynccontextmanager
async def scheduled(
    jobs: Sequence[Every | Nightly], clock: Clock, zone: str
) -> AsyncIterator[None]:
    """Do the jobs while the context lasts.

    A job never overlaps itself; a late one runs once, however late; one that fails is logged and
    tried again at its next time.
    """
    scheduler = AsyncIOScheduler(
        timezone=zone,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        scheduler.add_job(_guarded(job.name, job.work), id=job.name, **_when(job, clock, zone))
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def _when(job: Every | Nightly, clock: Clock, zone: str) -> dict[str, object]:
    if isinstance(job, Nightly):
        return {"trigger": CronTrigger(hour=job.hour, minute=job.minute, timezone=zone)}
    now = datetime.fromtimestamp(clock.now() / 1000, UTC)
    return {"trigger": IntervalTrigger(seconds=job.seconds), "next_run_time": now}


def _guarded(name: str, work: Work) -> Work:
    async def run() -> None:
        try:
            await work()
        except Exception:
            log.exception("%s failed; it will be tried again", name)

    return run
