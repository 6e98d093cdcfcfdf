"""The technician's pages in a real browser: wide and on a phone, in light and in dark."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from numlycee.clock import SystemClock
from numlycee_agent.config.local import LAN
from numlycee_agent.local.door import Door
from numlycee_agent.local.server import application, open_socket, serve
from numlycee_agent.local.technician import PAGES, Technician
from tests.agent.local.pages import inside
from tests.agent.local.test_local_secrets import SECRET, cheap
from tests.agent.virtual import running
from tests.external.servers import HOST, Browser

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WIDE, NARROW = ("/", 1280, 1250), [(path, 390, 1800) for path in PAGES]
FRAMES = [(scheme, *frame) for scheme in ("light", "dark") for frame in (WIDE, *NARROW)]
SHEET = """\
<!doctype html><body style="margin:0;background:#777">{frames}
<script>
addEventListener("load", () => {{
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument, seen = document.createElement("p");
    const style = frame.contentWindow.getComputedStyle(page.querySelector("main section"));
    const paper = frame.contentWindow.getComputedStyle(page.body).backgroundColor;
    const width = page.documentElement.scrollWidth;
    seen.textContent = `${{frame.src}} ${{width}} of ${{frame.width}} ${{style.borderRadius}} `
      + `${{paper.replaceAll(" ", "")}} ` + page.querySelector("main").textContent;
    document.body.append(seen);
  }}
}})
</script>"""


async def fetched(browser: aiohttp.ClientSession, path: str) -> web.Response:
    """A page as the agent serves it, but that it may stand in a sheet of the same origin."""
    async with browser.get(path, headers={"Accept-Language": "fr"}) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        body, kind = await answer.read(), answer.content_type
        return web.Response(
            body=body, content_type=kind, headers={"Content-Security-Policy": policy}
        )


def sheet(_: web.Request) -> web.Response:
    frames = (
        f'<iframe src="{path}" width="{width}" height="{height}"'
        f' style="border:0;color-scheme:{scheme}"></iframe>'
        for scheme, path, width, height in FRAMES
    )
    return web.Response(text=SHEET.format(frames="".join(frames)), content_type="text/html")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """A sheet of every page of an agent to which one has signed in."""
    clock = SystemClock()
    page = Technician(inside(), Door(cheap(), clock), LAN, "Europe/Paris")
    made = application("0310036W", "Europe/Paris", page.routes())
    with closing(open_socket(HOST, 0)) as listener:
        agent = f"http://{HOST}:{listener.getsockname()[1]}"
        async with (
            running(serve(made, listener, LAN, clock)),
            aiohttp.ClientSession(agent, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
        ):
            async with browser.post("/connexion", data={"password": SECRET}) as answer:
                assert answer.status == 200
            async with Front(browser) as address:
                yield address


class Front:
    """A server that shows a browser without a cookie what one with a cookie sees."""

    def __init__(self, browser: aiohttp.ClientSession) -> None:
        self._browser = browser
        made = web.Application()
        made.router.add_get("/sheet", self._sheet)
        made.router.add_get("/{path:.*}", self._page)
        self._runner = web.AppRunner(made, access_log=None)

    async def __aenter__(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        return f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _sheet(self, request: web.Request) -> web.Response:
        return sheet(request)

    async def _page(self, request: web.Request) -> web.Response:
        return await fetched(self._browser, request.path)


async def test_the_pages_are_drawn(chromium: Browser, address: str) -> None:
    picture = SHOTS / "local-pages.png"
    await asyncio.to_thread(chromium.screenshot, f"{address}/sheet", picture, 1280, 6200)
    assert picture.stat().st_size > 100_000


async def test_every_page_fits_its_screen_in_its_own_style(chromium: Browser, address: str) -> None:
    document = await asyncio.to_thread(chromium.text, f"{address}/sheet")
    seen = re.findall(r"<p>http://[^/]+(\S+) (\d+) of (\d+) (\S+) (rgb\(.*?\)) ([^<]*)", document)
    assert [(path, int(width)) for path, _, width, *_ in seen] == [
        (path, width) for _, path, width, _ in FRAMES
    ]
    for path, actual, width, radius, _, text in seen:
        assert int(actual) <= int(width), f"{path} overflows at {width} px"
        assert radius == "12px", "its style sheet is let in"
        assert "Commutateur du bâtiment B" in text
    half = len(FRAMES) // 2
    assert [color for *_, color, _ in seen] == ["rgb(244,246,248)"] * half + [
        "rgb(14,18,22)"
    ] * half
