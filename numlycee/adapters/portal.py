"""A simulated ENT portal: home page, CAS-like sign-in, and the ways in which real ones fail."""

import secrets
from collections.abc import Awaitable, Callable
from enum import StrEnum
from html import escape
from http import HTTPStatus
from string import Template
from urllib.parse import quote, urlsplit

from aiohttp import web

from numlycee.clock import Clock

ACCOUNT = ("sonde.numlycee", "mot-de-passe-de-la-simulation")
"""The one account that can sign in: a fictitious one."""

_COOKIE = "ENT_SESSION"
_ISSUED = 1000
_PAGE = Template("""<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title – Mon ENT des lycées</title>
<style>
body { font: 1rem/1.5 sans-serif; margin: 0; background: #f4f6f8; color: #1d2733 }
header, footer { background: #7a1f2b; color: #fff; padding: 1rem 2rem }
main { max-width: 44rem; margin: 2rem auto; padding: 1.5rem 2rem; background: #fff }
a { color: #7a1f2b } label { display: block; margin: .75rem 0 }
</style>
</head>
<body>
<header><strong>Mon ENT des lycées</strong> · espace numérique de travail</header>
<main>
<h1>$title</h1>
$content
</main>
<footer>Données simulées – portail fictif, aucun service réel n’est interrogé.</footer>
</body>
</html>
""")
_HOME = """<p>Cahier de textes, notes, messagerie, manuels numériques : retrouvez l’essentiel de la
vie du lycée.</p>
<p><a href="/connexion">Se connecter</a></p>
<h2>À la une</h2>
<ul><li>Réunion parents-professeurs : les inscriptions sont ouvertes.</li>
<li>Le CDI accueille le club de lecture chaque jeudi midi.</li></ul>
"""
_LOGIN = Template("""<form method="post" action="$action">
<label>Identifiant <input name="username" autocomplete="username"></label>
<label>Mot de passe
<input name="password" type="password" autocomplete="current-password"></label>
<input type="hidden" name="execution" value="$execution">
<button>Se connecter</button>
</form>
""")
_SPACE = """<p>Bonjour, vous êtes connecté à votre espace.</p>
<ul><li>Cahier de textes</li><li>Messagerie</li><li>Médiacentre</li></ul>
"""
_MAINTENANCE = """<p>Nos équipes interviennent pour rétablir le service. Merci de revenir dans
quelques minutes.</p>
"""
_ERROR = "<p>Le serveur ne peut pas traiter votre demande.</p>"

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortalMode(StrEnum):
    """How the portal behaves; `maintenance` answers 200, as real portals do."""

    OK = "ok"
    MAINTENANCE = "maintenance"
    SLOW = "slow"
    ERROR = "error"
    DEAD = "dead"


class Portal:
    """A portal on one port; `mode` and `account` may be set at any time.

    `slowness` is in seconds.
    """

    def __init__(self, clock: Clock, *, slowness: float = 6.0) -> None:
        self.mode = PortalMode.OK
        self.account = ACCOUNT
        self.slowness = slowness
        self._clock = clock
        self._executions: set[str] = set()
        self._tickets: set[str] = set()
        self._sessions: set[str] = set()
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen, on a free port if 0, and return the address of the home page."""
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0]
        return f"http://{f'[{host}]' if ':' in host else host}:{bound[1]}/"

    async def stop(self) -> None:
        """Stop listening; a portal that is not started is left as it is."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._behave])
        application.add_routes(
            [
                web.get("/", self._home),
                web.get("/connexion", self._connect),
                web.get("/cas/login", self._login),
                web.post("/cas/login", self._sign_in),
                web.get("/mon-espace", self._space),
            ]
        )
        return application

    @web.middleware
    async def _behave(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        match self.mode:
            case PortalMode.DEAD:
                if request.transport is not None:
                    request.transport.close()
                return web.Response()
            case PortalMode.MAINTENANCE:
                return _page("Accès momentanément indisponible", _MAINTENANCE)
            case PortalMode.ERROR:
                return _page("Service indisponible", _ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
            case PortalMode.SLOW:
                await self._clock.sleep(self.slowness)
            case PortalMode.OK:
                pass
        return await handler(request)

    async def _home(self, _: web.Request) -> web.Response:
        return _page("Bienvenue", _HOME)

    async def _connect(self, request: web.Request) -> web.Response:
        service = quote(str(request.url.with_path("/mon-espace")), safe="")
        raise web.HTTPFound(f"/cas/login?service={service}")

    async def _login(self, request: web.Request) -> web.Response:
        return self._form(request.query.get("service", "/mon-espace"))

    async def _sign_in(self, request: web.Request) -> web.Response:
        fields = await request.post()
        service = request.query.get("service", "/mon-espace")
        known = str(fields.get("execution")) in self._executions
        if not known or (fields.get("username"), fields.get("password")) != self.account:
            return self._form(service, HTTPStatus.UNAUTHORIZED)
        self._executions.discard(str(fields["execution"]))
        ticket = _draw(self._tickets, "ST-")
        raise web.HTTPFound(f"{urlsplit(service).path}?ticket={ticket}")

    async def _space(self, request: web.Request) -> web.Response:
        ticket = request.query.get("ticket", "")
        if ticket in self._tickets:
            self._tickets.discard(ticket)
            onward = web.HTTPFound("/mon-espace")
            onward.set_cookie(_COOKIE, _draw(self._sessions), httponly=True, samesite="Lax")
            raise onward
        if request.cookies.get(_COOKIE) in self._sessions:
            return _page("Mon espace", _SPACE)
        raise web.HTTPFound("/connexion")

    def _form(self, service: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
        action = escape(f"/cas/login?service={quote(service, safe='')}")
        form = _LOGIN.substitute(action=action, execution=_draw(self._executions))
        return _page("Connexion", form, status)


def _draw(issued: set[str], prefix: str = "") -> str:
    """Issue a token, forgetting an older one beyond a thousand."""
    if len(issued) >= _ISSUED:
        issued.pop()
    token = prefix + secrets.token_urlsafe(16)
    issued.add(token)
    return token


def _page(title: str, content: str, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    text = _PAGE.substitute(title=escape(title), content=content)
    return web.Response(text=text, status=status, content_type="text/html")
