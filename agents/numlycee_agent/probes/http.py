"""A service played over HTTP as a person would, timed phase by phase. The one probe with aiohttp.

Kept of an answer: its code, its timings, its certificate's date, the marker that decided. Never its
body, its cookies or a query string.
"""

import asyncio
import logging
import ssl
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin

import aiohttp

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.account import Account, Post, SignIn
from numlycee_agent.probes.content import Page
from numlycee_agent.probes.phases import Phases
from numlycee_agent.probes.reach import Stopwatch, cause_of
from numlycee_agent.probes.scenario import Fault, Scenario, Step, judge, place

_log = logging.getLogger(__name__)

BODY_LIMIT = 256 * 1024
_REDIRECTS = 10
_SEE_OTHER = frozenset({301, 302, 303})
_HEADERS = {"User-Agent": "numlycee-agent", "Accept-Language": "fr"}

_current: ContextVar[Phases] = ContextVar("phases")


class _WatchedContext(ssl.SSLContext):
    """A client context that tells the observation under way when a handshake begins."""

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,  # noqa: FBT001, FBT002 - the signature is the library's
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        wrapped = super().wrap_bio(incoming, outgoing, server_side, server_hostname, session)
        if (phases := _current.get(None)) is not None:
            phases.handshake(wrapped)
        return wrapped


@lru_cache(maxsize=8)
def trust(authority: str | None = None) -> ssl.SSLContext:
    """Return the machine's own trust, with the authorities of a PEM file added; checks names."""
    context = _WatchedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    if authority is not None:
        context.load_verify_locations(authority)
    return context


@dataclass(frozen=True, slots=True)
class Visit:
    """A page and the address where it was found, redirections followed."""

    status: int = 0
    url: str = ""
    page: Page = field(default_factory=lambda: Page(b""))


class HttpProbe:
    """Plays a scenario with a browser's patience: new connections, no cache, no cookies kept.

    A scenario that signs in needs the `account` to do it with.
    """

    def __init__(
        self,
        scenario: Scenario,
        clock: Clock,
        *,
        context: ssl.SSLContext | None = None,
        account: Account | None = None,
    ) -> None:
        self._scenario = scenario
        self._clock = clock
        self._context = context or trust()
        self._sign_in = SignIn(account, clock) if account else None
        self._told: Fault | None = None

    async def observe(self) -> Observation:
        """Observe once; the gauges are the phases, the total, and the certificate's expiry."""
        watch, phases = Stopwatch(self._clock), Phases(self._clock)
        token = _current.set(phases)
        try:
            fault = await self._play(phases)
        finally:
            _current.reset(token)
        total = watch.elapsed()
        self._tell(fault)
        if fault is not None:
            unknown = fault.cause in {Cause.PROBE, Cause.LAN}
            health = Health.UNKNOWN if unknown else Health.FAILED
            return watch.observe(health, fault.cause, phases.certificate_gauge())
        complaint = self._complaint(total, phases)
        health = Health.DEGRADED if complaint else Health.OK
        return watch.observe(health, complaint, {**phases.gauges(), "total_seconds": total})

    def _complaint(self, total: float, phases: Phases) -> Cause | None:
        if total > self._scenario.slow:
            return Cause.SLOW
        lasts = phases.certificate_lasts(self._scenario.certificate_days)
        return None if lasts else Cause.CERTIFICATE

    async def _play(self, phases: Phases) -> Fault | None:
        try:
            async with asyncio.timeout(self._scenario.timeout), self._session(phases) as session:
                visit = Visit()
                for step in self._scenario.steps:
                    fault, visit = await self._take(session, step, visit)
                    if fault is not None:
                        return fault
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return fault_of(error)
        return None

    async def _take(
        self, session: aiohttp.ClientSession, step: Step, before: Visit
    ) -> tuple[Fault | None, Visit]:
        if not step.sign_in or self._sign_in is None:
            visit = await _visit(await session.get(step.url, max_redirects=_REDIRECTS))
            return judge(step, visit.status, visit.url, visit.page), visit
        post = self._sign_in.post(before.page, before.url)
        if isinstance(post, Fault):
            return post, before
        visit = await _visit(await _send(session, post))
        refusal = self._sign_in.received(visit.status, visit.page, visit.url)
        fault = refusal or judge(step, visit.status, visit.url, visit.page)
        if fault is None:
            self._sign_in.succeeded()
        return fault, visit

    def _session(self, phases: Phases) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(use_dns_cache=False, ssl=self._context),
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers=_HEADERS,
            timeout=aiohttp.ClientTimeout(total=None),
            trace_configs=[phases.trace()],
        )

    def _tell(self, fault: Fault | None) -> None:
        if fault != self._told and fault is not None:
            where = place(self._scenario.steps[0].url)
            _log.info("%s: %s %s", where, fault.cause.value, fault.detail)
        self._told = fault


async def _send(session: aiohttp.ClientSession, post: Post) -> aiohttp.ClientResponse:
    response = await session.post(post.url, data=post.fields, allow_redirects=False)
    onward = response.headers.get("Location")
    if response.status not in _SEE_OTHER or onward is None:
        return response  # a 307 would carry the password elsewhere: it is judged, not followed
    response.release()
    return await session.get(urljoin(str(response.url), onward), max_redirects=_REDIRECTS)


async def _visit(response: aiohttp.ClientResponse) -> Visit:
    async with response:
        page = Page(await _read(response), response.charset)
        return Visit(response.status, str(response.url), page)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) >= BODY_LIMIT:
            break
    return bytes(body[:BODY_LIMIT])


_FAULTS: tuple[tuple[type[Exception], Fault], ...] = (  # the first that fits decides
    (aiohttp.ClientConnectorDNSError, Fault(Cause.DNS)),
    (aiohttp.ClientSSLError, Fault(Cause.TLS)),
    (aiohttp.TooManyRedirects, Fault(Cause.HTTP_STATUS, "too many redirections")),
    (aiohttp.ServerDisconnectedError, Fault(Cause.CONNECT, "connection closed")),
    (aiohttp.ClientPayloadError, Fault(Cause.CONNECT, "page cut short")),
)


def fault_of(error: Exception) -> Fault:
    """Return what an exception of the exchange says of the service."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = getattr(error.certificate_error, "verify_message", "")
        return Fault(Cause.CERTIFICATE, str(reason))
    for kind, fault in _FAULTS:
        if isinstance(error, kind):
            return fault
    if isinstance(error, OSError):
        return Fault(cause_of(error))
    return Fault(Cause.HTTP_STATUS, "malformed answer")
