"""A service played over HTTP as a person would, timed phase by phase.

Kept of an answer: its code, its timings, its certificate's date, the marker that decided. Never its
body, its cookies or a query string.
"""

import asyncio
import logging
import socket
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.account import Account, SignIn
from numlycee_agent.probes.browser import Browser, Found, TooManyRedirectsError
from numlycee_agent.probes.content import Page
from numlycee_agent.probes.exchange import ClosedError
from numlycee_agent.probes.phases import Phases
from numlycee_agent.probes.reach import Stopwatch, cause_of
from numlycee_agent.probes.scenario import Fault, Scenario, Step, judge, place

_log = logging.getLogger(__name__)


@lru_cache(maxsize=8)
def trust(authority: str | None = None) -> ssl.SSLContext:
    """Return the machine's own trust, with the authorities of a PEM file added; checks names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
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
        fault = await self._play(phases)
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
            with closing(Browser(self._context, phases, self._clock)) as browser:
                async with asyncio.timeout(self._scenario.timeout):
                    visit = Visit()
                    for step in self._scenario.steps:
                        fault, visit = await self._take(browser, step, visit)
                        if fault is not None:
                            return fault
        except (OSError, ValueError) as error:
            return fault_of(error)
        return None

    async def _take(
        self, browser: Browser, step: Step, before: Visit
    ) -> tuple[Fault | None, Visit]:
        if not step.sign_in or self._sign_in is None:
            visit = _read(await browser.get(step.url))
            return judge(step, visit.status, visit.url, visit.page), visit
        post = self._sign_in.post(before.page, before.url)
        if isinstance(post, Fault):
            return post, before
        visit = _read(await browser.post(post.url, post.fields))
        refusal = self._sign_in.received(visit.status, visit.page, visit.url)
        fault = refusal or judge(step, visit.status, visit.url, visit.page)
        if fault is None:
            self._sign_in.succeeded()
        return fault, visit

    def _tell(self, fault: Fault | None) -> None:
        if fault != self._told and fault is not None:
            where = place(self._scenario.steps[0].url)
            _log.info("%s: %s %s", where, fault.cause.value, fault.detail)
        self._told = fault


def _read(found: Found) -> Visit:
    page = Page(found.answer.body, found.answer.charset)
    return Visit(found.answer.status, found.url, page)


_FAULTS: tuple[tuple[type[Exception], Cause], ...] = (  # the first that fits decides
    (ssl.SSLCertVerificationError, Cause.CERTIFICATE),
    (ssl.SSLError, Cause.TLS),
    (socket.gaierror, Cause.DNS),
    (ClosedError, Cause.CONNECT),
    (TooManyRedirectsError, Cause.HTTP_STATUS),
)


def fault_of(error: Exception) -> Fault:
    """Return what an exception of the exchange says of the service."""
    for kind, cause in _FAULTS:
        if isinstance(error, kind):
            return Fault(cause, _detail(error))
    if isinstance(error, OSError):
        return Fault(cause_of(error))
    return Fault(Cause.HTTP_STATUS, "malformed answer")


def _detail(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(getattr(error, "verify_message", ""))
    return str(error) if isinstance(error, ClosedError | TooManyRedirectsError) else ""
