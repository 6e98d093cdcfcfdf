"""One visit over HTTP: connections kept while it lasts, cookies, redirections."""

import ssl
from base64 import b64encode
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlencode, urljoin, urlsplit

from numlycee.clock import Clock
from numlycee_agent.probes.cookies import Cookies
from numlycee_agent.probes.exchange import Answer, Connection, MalformedError
from numlycee_agent.probes.phases import Phases

MOST_REDIRECTS = 10

_PORTS = {"http": 80, "https": 443}
_SEE_OTHER = frozenset({301, 302, 303})
_REDIRECTS = _SEE_OTHER | {307, 308}
_SAFE = "!#$%&'()*+,/:;=?@[]~"
_ALWAYS = {
    "User-Agent": "numlycee-agent",
    "Accept": "*/*",
    "Accept-Language": "fr",
    "Accept-Encoding": "gzip",
}

Origin = tuple[str, str, int]


class TooManyRedirectsError(ValueError):
    """One redirection led to another, again and again."""


class Found(NamedTuple):
    """An answer, and the address where it was found."""

    url: str
    answer: Answer


class Browser:
    """Visits pages as one person would; to be closed at the end, with all that it holds.

    Faults are `OSError`, and `ValueError` for what is not HTTP or leads nowhere.
    """

    def __init__(self, context: ssl.SSLContext, phases: Phases, clock: Clock) -> None:
        self._context = context
        self._phases = phases
        self._cookies = Cookies(clock)
        self._open: dict[Origin, Connection] = {}

    async def get(self, url: str) -> Found:
        """Return a page, redirections followed."""
        for _ in range(MOST_REDIRECTS + 1):
            at = _address(url)
            answer = await self._ask(at, "GET")
            onward = answer.headers.get("location")
            if answer.status not in _REDIRECTS or onward is None:
                return Found(at.geturl(), answer)
            url = urljoin(at.geturl(), onward)
        raise TooManyRedirectsError("too many redirections")

    async def post(self, url: str, fields: Mapping[str, str]) -> Found:
        """Post a form, and go on to where its answer leads; nothing of it is posted again.

        A 307 would carry a password elsewhere: it is returned, not followed.
        """
        at = _address(url)
        answer = await self._ask(at, "POST", urlencode(fields).encode())
        onward = answer.headers.get("location")
        if answer.status not in _SEE_OTHER or onward is None:
            return Found(at.geturl(), answer)
        return await self.get(urljoin(at.geturl(), onward))

    def close(self) -> None:
        """Close every connection."""
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    async def _ask(self, at: SplitResult, method: str, body: bytes = b"") -> Answer:
        request = self._request(at, method, body)
        origin = at.scheme, _host(at), at.port or _PORTS[at.scheme]
        held = self._open.pop(origin, None)
        if held is not None and method == "POST":  # what is posted is never sent twice
            held.close()
            held = None
        answer = None if held is None else await self._again(origin, held, request)
        if answer is None:
            answer = await self._exchange(origin, await self._connect(origin), request)
        for told in answer.cookies:
            self._cookies.set(told, at)
        return answer

    async def _again(self, origin: Origin, held: Connection, request: bytes) -> Answer | None:
        """Return an answer over a connection held, none if the server has closed it meanwhile."""
        try:
            return await self._exchange(origin, held, request)
        except ConnectionError:
            return None

    async def _exchange(self, origin: Origin, connection: Connection, request: bytes) -> Answer:
        try:
            answer = await connection.ask(request, self._phases)
        finally:
            if not connection.reusable:
                connection.close()
        if connection.reusable:
            self._open[origin] = connection
        return answer

    async def _connect(self, origin: Origin) -> Connection:
        scheme, host, port = origin
        context = self._context if scheme == "https" else None
        return await Connection.open(host, port, context, self._phases)

    def _request(self, at: SplitResult, method: str, body: bytes) -> bytes:
        host = f"[{_host(at)}]" if ":" in _host(at) else _host(at)
        lines = {"Host": f"{host}:{at.port}" if at.port else host, **_ALWAYS}
        if at.username:
            pair = f"{unquote(at.username)}:{unquote(at.password or '')}"
            lines["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        if shown := self._cookies.header(at):
            lines["Cookie"] = shown
        if method == "POST":
            lines["Content-Type"] = "application/x-www-form-urlencoded"
            lines["Content-Length"] = str(len(body))
        target = quote((at.path or "/") + (f"?{at.query}" if at.query else ""), safe=_SAFE)
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1", "replace") + body


def _address(url: str) -> SplitResult:
    """Return the parts of an address over HTTP without its fragment; raises `ValueError`."""
    at = urlsplit(url)._replace(fragment="")
    if at.scheme not in _PORTS or not at.hostname:
        raise MalformedError("an address that is not over HTTP")
    return at


def _host(at: SplitResult) -> str:
    return (at.hostname or "").encode("idna").decode()
