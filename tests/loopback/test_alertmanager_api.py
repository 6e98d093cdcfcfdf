"""Keeping Alertmanagers told, over real HTTP on loopback and in virtual time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from numlycee.adapters.alertmanager import Alertmanager, Line
from numlycee.clock import SystemClock
from numlycee.outages.alerts import Writer
from numlycee.outages.model import OutagesSnapshot
from numlycee.outages.watch import OutageWatch
from tests.outages.boards import DOWN, SITES, T0, UAIS, board, live

A = UAIS[0]


class Hasty(SystemClock):
    """A clock on which waiting takes no time to speak of."""

    def monotonic(self) -> float:
        return super().monotonic() * 100

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds / 100)


@dataclass
class Received:
    """An Alertmanager reduced to what it was told; it refuses its first `refusals` posts."""

    refusals: int = 0
    posts: list[list[dict[str, Any]]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503, text="pas maintenant")
        self.posts.append(await request.json())
        self.came.set()
        return web.Response()

    async def next(self) -> list[dict[str, Any]]:
        await asyncio.wait_for(self.came.wait(), 10)
        self.came.clear()
        return self.posts[-1]


@asynccontextmanager
async def listening(received: Received) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/api/v2/alerts", received.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def telling(*urls: str) -> AsyncIterator[Alertmanager]:
    alerts = Alertmanager(urls, Writer("Europe/Paris"), Hasty())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_keep_telling(line)) for line in alerts.lines]
        yield alerts
        for task in tasks:
            task.cancel()


async def _keep_telling(line: Line) -> None:
    while True:
        await line.tell()
        await Hasty().sleep(1)


def cut() -> OutagesSnapshot:
    return OutageWatch(SITES).step(board(T0, [live(A, link=DOWN)]))


def nothing(at: int) -> OutagesSnapshot:
    return OutagesSnapshot(at, (), 1, 1)


async def test_fires_and_ends() -> None:
    received = Received()
    async with listening(received) as url, telling(url) as alerts:
        alerts.step(cut())
        (fired,) = await received.next()
        assert fired["labels"]["alertname"] == "LienTHDCoupe"
        assert fired["startsAt"] == "2026-09-21T14:13:20.000+00:00"
        assert fired["endsAt"] > fired["startsAt"]
        assert "generatorURL" not in fired
        await Hasty().sleep(10)  # its answer must be heard before the end is
        alerts.step(nothing(T0 + 60_000))
        (ended,) = await received.next()
        assert ended["labels"] == fired["labels"]
        assert ended["endsAt"] == "2026-09-21T14:14:20.000+00:00"


async def test_one_that_is_away_or_refuses_delays_nobody(caplog: pytest.LogCaptureFixture) -> None:
    well, refusing = Received(), Received(refusals=2)
    away = "http://127.0.0.1:9"
    async with (
        listening(well) as one,
        listening(refusing) as two,
        telling(away, one, two) as alerts,
    ):
        alerts.step(cut())
        assert await well.next()
        assert await refusing.next()
    assert "answers 503: pas maintenant" in caplog.text
    assert away in caplog.text


async def test_a_password_in_an_address_is_never_printed(caplog: pytest.LogCaptureFixture) -> None:
    received = Received(refusals=1)
    async with listening(received) as url:
        secured = url.replace("http://", "http://numlycee:s3cret@")
        async with telling(secured, "http://numlycee:s3cret@127.0.0.1:9") as alerts:
            alerts.step(cut())
            assert await received.next()
            assert all("s3cret" not in line.name for line in alerts.lines)
    assert "answers 503" in caplog.text
    assert "s3cret" not in caplog.text
