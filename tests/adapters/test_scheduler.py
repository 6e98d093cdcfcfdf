"""Periodic work goes on whatever one of its runs does."""

import asyncio

from numlycee.adapters.scheduler import Every, Nightly, scheduled
from numlycee.clock import SystemClock


async def test_work_begins_at_once_repeats_and_survives_its_failures() -> None:
    runs: list[int] = []
    enough = asyncio.Event()

    async def work() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("the first one fails")
        enough.set()

    async def at_night() -> None:
        raise AssertionError("it is not night yet")

    jobs: list[Every | Nightly] = [Every("work", 0.02, work), Nightly("digest", 3, 30, at_night)]
    async with scheduled(jobs, SystemClock(), "Europe/Paris"), asyncio.timeout(5):
        await enough.wait()
    assert len(runs) >= 2


async def test_slow_work_never_overlaps_itself() -> None:
    inside, most, count = 0, 0, 0
    done = asyncio.Event()

    async def work() -> None:
        nonlocal inside, most, count
        inside += 1
        most = max(most, inside)
        for _ in range(20):
            await SystemClock().sleep(0.001)
        inside -= 1
        count += 1
        if count == 3:
            done.set()

    async with scheduled([Every("slow", 0.005, work)], SystemClock(), "UTC"), asyncio.timeout(5):
        await done.wait()
    assert most == 1
