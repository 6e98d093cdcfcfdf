"""One HTTP server for whoever the gate lets in: routes, files, headers, and what went wrong."""

import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from traceback import extract_tb

from aiohttp import hdrs, web

from numlycee.clock import Clock
from numlycee_agent.config.local import Network
from numlycee_agent.local import entrance
from numlycee_agent.local.frame import Frame, draw
from numlycee_agent.local.gate import Gate
from numlycee_agent.local.tongues import tongue_for

_log = logging.getLogger(__name__)
_silent = logging.getLogger(f"{__name__}.library")
_silent.disabled = True  # the library would write addresses, and what came from them

LARGEST = 8192
BACKLOG = 64
HEADERS = {
    hdrs.CACHE_CONTROL: "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # « no-referrer » would have forms come from « null »
    hdrs.SERVER: "numlycee-agent",
    "X-Content-Type-Options": "nosniff",
}
_FILES = {"/style.css": "text/css", "/icon.svg": "image/svg+xml"}
_MESSAGES = {
    403: "Cette demande ne vient pas d’ici : revenez à la page et recommencez.",
    404: "Cette page n’existe pas.",
    500: "L’agent s’est trompé : la faute est au journal.",
}
_LEAST_FAULT = 400
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(uai: str, zone: str, routes: Iterable[web.RouteDef]) -> web.Application:
    """Return the application that answers these routes, its files and nothing else."""
    folder = Path(__file__).parent / "static"
    files = {path: (folder / path[1:]).read_bytes() for path in _FILES}

    async def file(request: web.Request) -> web.Response:
        return web.Response(body=files[request.path], content_type=_FILES[request.path])

    @web.middleware
    async def finish(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await _answer(request, handler, uai, zone)
        response.headers.update(HEADERS)
        return response

    made = web.Application(middlewares=[finish], client_max_size=LARGEST)
    made.add_routes([*routes, *(web.get(path, file) for path in _FILES)])
    return made


async def serve(
    made: web.Application,
    listener: socket.socket,
    networks: tuple[Network, ...],
    clock: Clock,
    context: ssl.SSLContext | None = None,
) -> None:
    """Serve those who come from these networks to a listening socket, until cancelled."""
    runner = web.AppRunner(
        made,
        access_log=None,
        auto_decompress=False,
        keepalive_timeout=15.0,
        logger=_silent,
        shutdown_timeout=1.0,
    )
    await runner.setup()
    try:
        if runner.server:
            await Gate(networks, runner.server, clock, context).keep(listener)
    finally:
        await runner.cleanup()


def open_socket(host: str, port: int) -> socket.socket:
    """Return a listening socket that never blocks; raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


async def _answer(
    request: web.Request, handler: Handler, uai: str, zone: str
) -> web.StreamResponse:
    """Answer; of a fault of ours, the log says where it is, and nothing of what was asked."""
    try:
        return await handler(request)
    except web.HTTPException as event:
        if event.status < _LEAST_FAULT:
            onward = {hdrs.LOCATION: event.headers[hdrs.LOCATION]}
            return web.Response(status=event.status, headers=onward)
        status = event.status
    except Exception as error:  # noqa: BLE001 (one bad page must not stop the agent)
        last = extract_tb(error.__traceback__)[-1]
        _log.error("local page: %s in %s line %s", type(error).__name__, last.name, last.lineno)
        status = 500
    frame = Frame(tongue_for(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), zone), uai)
    text = frame.tongue(_MESSAGES.get(status, _MESSAGES[404]))
    page = draw(frame, text, *entrance.message(text))
    return web.Response(status=status, text=page, content_type="text/html")
