"""The technician's pages over HTTP: signing in and out, looking, having something observed."""

from asyncio import to_thread
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from urllib.parse import quote

from aiohttp import hdrs, web

from numlycee_agent.config.local import Network
from numlycee_agent.local import entrance, machine
from numlycee_agent.local.asking import fields_of, is_secure, let_in
from numlycee_agent.local.door import EVERY, Answer, Door
from numlycee_agent.local.frame import MENU, Frame, draw, notice
from numlycee_agent.local.listing import table, tree
from numlycee_agent.local.markup import Content
from numlycee_agent.local.overview import overview
from numlycee_agent.local.sessions import Session
from numlycee_agent.local.sight import Inside, Sight, take
from numlycee_agent.local.tongues import tongue_for

Page = Callable[[Sight, Frame], Iterator[Content]]
PAGES: Mapping[str, Page] = dict(zip(MENU, (overview, table, tree), strict=True))
ENTRANCE = "/connexion"
_RETRY = {hdrs.RETRY_AFTER: str(round(EVERY))}
_ASK = {hdrs.WWW_AUTHENTICATE: 'Basic realm="numlycee", charset="UTF-8"'}
_FAULTS = {
    Answer.WRONG: (403, entrance.REFUSED, {}),
    Answer.TOO_OFTEN: (429, entrance.TOO_OFTEN, _RETRY),
}
_HTML = "text/html"


class Technician:
    """Serves whoever comes from `readers` and has the password; instants are told in `zone`."""

    def __init__(self, inside: Inside, door: Door, readers: tuple[Network, ...], zone: str) -> None:
        self._inside = inside
        self._door = door
        self._readers = readers
        self._zone = zone

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [
            *(web.get(path, partial(self._show, path)) for path in PAGES),
            web.get(ENTRANCE, self._ask),
            web.post(ENTRANCE, self._enter),
            web.post("/deconnexion", self._leave),
            web.post("/observer", self._observe),
            web.get("/api/state", self._state),
        ]

    async def _show(self, path: str, request: web.Request) -> web.Response:
        session = self._session(request)
        if session is None:
            raise web.HTTPSeeOther(ENTRANCE)
        frame, sight = self._frame(request, path, session), take(self._inside)
        # Hundreds of rows take tens of milliseconds, by which no probe may be held up.
        return _page(await to_thread(_draw, path, sight, frame, request.query.get("vu", "")))

    async def _ask(self, request: web.Request) -> web.Response:
        if self._session(request) is not None:
            raise web.HTTPSeeOther("/")
        return self._entrance(request)

    async def _enter(self, request: web.Request) -> web.Response:
        peer, fields = let_in(request, self._readers), await fields_of(request)
        answer = await self._door.try_password(peer, fields.get("password", ""))
        if answer is not Answer.RIGHT:
            status, fault, headers = _FAULTS[answer]
            refusal = self._entrance(request, fault)
            refusal.set_status(status)
            refusal.headers.update(headers)
            return refusal
        response = web.Response(status=303, headers={hdrs.LOCATION: "/"})
        secure = is_secure(request)
        token = self._door.sessions.begin()
        response.set_cookie(
            _cookie(request), token, httponly=True, samesite="Strict", secure=secure, path="/"
        )
        return response

    async def _leave(self, request: web.Request) -> web.Response:
        await self._vouched(request)
        self._door.sessions.end(request.cookies.get(_cookie(request), ""))
        response = web.Response(status=303, headers={hdrs.LOCATION: ENTRANCE})
        response.del_cookie(_cookie(request), path="/", secure=is_secure(request), httponly=True)
        return response

    async def _observe(self, request: web.Request) -> web.Response:
        fields = await self._vouched(request)
        name, back = fields.get("id", ""), fields.get("back", "/")
        to = back if back in MENU else "/"
        if name in self._inside.site.inventory:
            self._inside.site.wake(name)
            to += f"?vu={quote(name)}#r-{quote(name)}"
        return web.Response(status=303, headers={hdrs.LOCATION: to})

    async def _state(self, request: web.Request) -> web.Response:
        if self._session(request) is None:
            peer = let_in(request, self._readers)
            given = request.headers.get(hdrs.AUTHORIZATION, "")
            answer = await self._door.try_basic(peer, given)
            if answer is Answer.TOO_OFTEN:
                return web.json_response({"error": "too many tries"}, status=429, headers=_RETRY)
            if answer is Answer.WRONG:
                return web.json_response({"error": "password needed"}, status=401, headers=_ASK)
        body = machine.state(take(self._inside), self._zone)
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    def _session(self, request: web.Request) -> Session | None:
        let_in(request, self._readers)
        return self._door.sessions.of(request.cookies.get(_cookie(request), ""))

    async def _vouched(self, request: web.Request) -> Mapping[str, str]:
        """Return a form of this session's own; raises `HTTPForbidden` for any other."""
        session, fields = self._session(request), await fields_of(request)
        if session is None or not session.vouches(fields.get("form", "")):
            raise web.HTTPForbidden
        return fields

    def _entrance(self, request: web.Request, fault: str = "") -> web.Response:
        frame = self._frame(request)
        title = frame.tongue("Mot de passe du technicien")
        return _page(draw(frame, title, *entrance.entrance(frame, fault)))

    def _frame(self, request: web.Request, path: str = "", session: Session | None = None) -> Frame:
        tongue = tongue_for(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), self._zone)
        form = session.form if session else ""
        return Frame(tongue, self._inside.uai, path, form, is_secure(request))


def _draw(path: str, sight: Sight, frame: Frame, asked: str) -> str:
    """Return a page, and what is told to who has just had a resource observed."""
    names = {item.resource.id: item.resource.name for item in sight.items}
    told = notice(names[asked], frame.tongue) if asked in names else None
    return draw(frame, frame.tongue(MENU[path]), told, *PAGES[path](sight, frame))


def _page(body: str) -> web.Response:
    return web.Response(text=body, content_type=_HTML)


def _cookie(request: web.Request) -> str:
    """Return the name of the cookie: over TLS, one that no other host can set (RFC 6265bis)."""
    return "__Host-numlycee" if is_secure(request) else "numlycee"
