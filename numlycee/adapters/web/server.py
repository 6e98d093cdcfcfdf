"""The HTTP server: routes, caching, compression and the headers that keep a browser at home."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from aiohttp import hdrs, web

from numlycee.adapters.web import discovery
from numlycee.adapters.web.api import status
from numlycee.adapters.web.pages import Pages, Request
from numlycee.adapters.web.rendering import Asset, Templates, assets
from numlycee.adapters.web.summary import Summary, summarise
from numlycee.clock import Clock
from numlycee.picture import Picture

ROUTES = {
    "/": "home",
    "/lycees": "lycees",
    "/lycees/{key}": "lycee",
    "/departements/{key}": "departement",
    "/incidents": "incidents",
    "/disponibilite": "disponibilite",
    "/methode": "methode",
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
HTML, TEXT, JSON = "text/html", "text/plain", "application/json"
SHORT, LONG, NEVER = "public, max-age=15", "public, max-age=31536000, immutable", "no-store"
REUSE = 5_000
"""Milliseconds during which a page once drawn from the same picture is served again."""
SMALL = 1_000
"""Bytes below which compressing is no gain."""
QUERY = 80


@dataclass(frozen=True, slots=True)
class Drawn:
    """A body as it was drawn, plain and compressed, of which picture and when."""

    picture: Picture | None
    at: int
    body: bytes
    packed: bytes
    tag: str


class Exposition(Protocol):
    """What `/metrics` answers."""

    def __call__(self, picture: Picture | None, accept: str, *, packed: bool) -> tuple[bytes, str]:
        """Return the body, gzipped if asked, and its content type by an `Accept` header."""
        ...


class Web:
    """The status page over HTTP.

    `picture` gives the latest picture (None before the first), `metrics` its exposition,
    `ready` the reason for not being ready (None when ready), `collectors` are the addresses where
    Prometheus finds metrics.
    """

    def __init__(
        self,
        picture: Callable[[], Picture | None],
        clock: Clock,
        *,
        metrics: Exposition,
        ready: Callable[[], str | None] = lambda: None,
        collectors: Sequence[str] = (),
        stale_after: int = 60_000,
    ) -> None:
        """Keep what the pages are drawn from; nothing is opened."""
        self.picture = picture
        self.clock = clock
        self.metrics = metrics
        self.reason = ready
        self.collectors = collectors
        self.assets = assets()
        self.pages = Pages(Templates(self.assets), stale_after)
        self.drawn: dict[str, Drawn] = {}
        self.summary: Summary | None = None

    def application(self) -> web.Application:
        """Return the application with all its routes."""
        application = web.Application(middlewares=[self._finish])
        for path, name in ROUTES.items():
            application.router.add_get(path, partial(self._page, name))
        application.router.add_get("/api/v1/status", self._status)
        application.router.add_get("/api/v1/sd/web", self._websites)
        application.router.add_get("/api/v1/sd/collectors", self._collectors)
        application.router.add_get("/metrics", self._metrics)
        application.router.add_get("/-/healthy", self._healthy)
        application.router.add_get("/-/ready", self._ready)
        application.router.add_get("/static/{name}", self._asset)
        return application

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Serve while the context lasts; yields the port, chosen by the system if 0 is asked."""
        runner = web.AppRunner(self.application(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()

    async def _page(self, name: str, request: web.Request) -> web.Response:
        summary = self._summarise()
        if summary is None:
            text = self.reason() or "Le centre démarre : la première image n’est pas encore prête."
            return self._message(503, "Un instant", text)
        asked = Request(
            request.path, request.match_info.get("key", ""), request.query.get("q", "")[:QUERY]
        )
        drawn = self._draw(name, summary, asked)
        if drawn is None:
            return self._not_found()
        return answer(request, drawn, HTML, SHORT)

    def _draw(self, name: str, summary: Summary, asked: Request) -> Drawn | None:
        now = self.clock.now()
        kept = None if asked.query else self.drawn.get(asked.path)
        if kept and kept.picture is summary.picture and 0 <= now - kept.at < REUSE:
            return kept
        page = self.pages.render(name, summary, now, asked)
        if page is None:
            return None
        drawn = draw(page.encode(), now, summary.picture)
        if not asked.query:
            self.drawn[asked.path] = drawn
        return drawn

    def _summarise(self) -> Summary | None:
        picture = self.picture()
        if picture is None:
            return None
        if self.summary is None or self.summary.picture is not picture:
            self.summary = summarise(picture)
            self.drawn.clear()
        return self.summary

    async def _status(self, request: web.Request) -> web.Response:
        summary = self._summarise()
        if summary is None:
            return web.json_response({"error": "no picture yet"}, status=503)
        now = self.clock.now()
        return answer(request, draw(status(summary, now), now), JSON, SHORT)

    async def _websites(self, _: web.Request) -> web.Response:
        """Answer Prometheus, which keeps the targets it knows while it is not answered 200."""
        picture = self.picture()
        if picture is None:
            return web.json_response({"error": "no picture yet"}, status=503)
        return _targets(discovery.websites(picture))

    async def _collectors(self, _: web.Request) -> web.Response:
        return _targets(discovery.collectors(self.collectors))

    async def _metrics(self, request: web.Request) -> web.Response:
        packed = "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "")
        accept = request.headers.get(hdrs.ACCEPT, "")
        body, kind = await asyncio.to_thread(self.metrics, self.picture(), accept, packed=packed)
        headers = {hdrs.CONTENT_TYPE: kind} | ({hdrs.CONTENT_ENCODING: "gzip"} if packed else {})
        return web.Response(body=body, headers=headers)

    async def _healthy(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n", headers={hdrs.CACHE_CONTROL: NEVER})

    async def _ready(self, _: web.Request) -> web.Response:
        reason = self.reason() or ("no picture yet" if self.picture() is None else None)
        status_code, text = (503, f"not ready: {reason}\n") if reason else (200, "ready\n")
        return web.Response(status=status_code, text=text, headers={hdrs.CACHE_CONTROL: NEVER})

    async def _asset(self, request: web.Request) -> web.Response:
        asset = self.assets.get(request.match_info["name"])
        return _file(request, asset) if asset else self._not_found()

    def _not_found(self) -> web.Response:
        text = "Cette page n’existe pas, ou ce lycée n’est pas suivi."
        return self._message(404, "Page introuvable", text)

    def _message(self, code: int, heading: str, text: str) -> web.Response:
        body = self.pages.message(self._summarise(), heading, text)
        headers = {hdrs.CACHE_CONTROL: NEVER}
        return web.Response(status=code, text=body, content_type=HTML, headers=headers)

    @web.middleware
    async def _finish(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPNotFound:
            response = self._not_found()
        except web.HTTPException as error:
            error.headers.update(HEADERS)
            raise
        response.headers.update(HEADERS)
        return response


def draw(body: bytes, at: int, picture: Picture | None = None) -> Drawn:
    """Return a body with its compressed twin and its tag."""
    packed = gzip.compress(body, 6, mtime=0) if len(body) > SMALL else b""
    return Drawn(picture, at, body, packed, hashlib.sha256(body).hexdigest()[:24])


def answer(request: web.Request, drawn: Drawn, kind: str, caching: str) -> web.Response:
    """Return a body, or 304 when the asker has it, compressed when the asker can read that."""
    headers = {
        hdrs.CACHE_CONTROL: caching,
        hdrs.ETAG: f'W/"{drawn.tag}"',
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
    }
    if any(tag.value in (drawn.tag, "*") for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    body = drawn.body
    if drawn.packed and "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        headers[hdrs.CONTENT_ENCODING] = "gzip"
        body = drawn.packed
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


def _targets(body: bytes) -> web.Response:
    return web.Response(body=body, content_type=JSON, headers={hdrs.CACHE_CONTROL: NEVER})


def _file(request: web.Request, asset: Asset) -> web.Response:
    return answer(request, draw(asset.body, 0), asset.type, LONG)
