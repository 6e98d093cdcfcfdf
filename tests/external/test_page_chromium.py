"""The status page in a real browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from numlycee.adapters.prometheus import Metrics
from numlycee.adapters.web import Web
from tests.adapters.web.pictures import NOW, bad_day
from tests.external.servers import HOST, Browser

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"


class Standing:
    """A clock that stands still."""

    def now(self) -> int:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


@pytest.fixture
async def address() -> AsyncIterator[str]:
    picture = bad_day()
    web = Web(lambda: picture, Standing(), metrics=Metrics().answer)
    async with web.listening(HOST, 0) as port:
        yield f"http://{HOST}:{port}"


@pytest.mark.parametrize(("width", "name"), [(1280, "wide"), (500, "narrow")])
async def test_the_page_is_drawn(chromium: Browser, address: str, width: int, name: str) -> None:
    picture = SHOTS / f"status-page-{name}.png"
    await asyncio.to_thread(chromium.screenshot, f"{address}/", picture, width)
    assert picture.stat().st_size > 40_000


async def test_the_browser_reads_what_the_server_wrote(chromium: Browser, address: str) -> None:
    document = await asyncio.to_thread(chromium.text, f"{address}/")
    assert "3 lycées en panne, 4 dégradés sur 225" in document
    assert document.count("<tr>") == 14
