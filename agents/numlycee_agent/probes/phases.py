"""How long each phase of an HTTP exchange took, told by aiohttp's own signals."""

import ssl
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import aiohttp

from numlycee.clock import Clock


@dataclass(slots=True)
class Phases:
    """Seconds spent in each phase, summed over the requests of an observation.

    Phases follow one another and never overlap, so their sum is at most the total; what remains is
    the transfer of the pages. `expiry` is the earliest end of a certificate met, in epoch seconds.
    """

    clock: Clock
    dns: float = 0.0
    connect: float = 0.0
    tls: float = 0.0
    first_byte: float = 0.0
    expiry: float | None = None
    _mark: float = 0.0
    _connecting: float = 0.0
    _resolved: float = 0.0
    _handshake: tuple[float, ssl.SSLObject] | None = field(default=None, repr=False)

    def gauges(self) -> dict[str, float]:
        """Return the phases under their names in the closed catalogue."""
        return {
            "dns_seconds": self.dns,
            "connect_seconds": self.connect,
            "tls_seconds": self.tls,
            "first_byte_seconds": self.first_byte,
            **self.certificate_gauge(),
        }

    def certificate_gauge(self) -> dict[str, float]:
        """Return the expiry of the certificate, if one was met."""
        return {} if self.expiry is None else {"certificate_expiry_timestamp_seconds": self.expiry}

    def certificate_lasts(self, days: float) -> bool:
        """Tell whether every certificate met is still good for so many days."""
        left = float("inf") if self.expiry is None else self.expiry - self.clock.now() / 1000
        return left >= days * 86_400

    def handshake(self, wrapped: ssl.SSLObject) -> None:
        """Note that a TLS handshake begins."""
        self._handshake = self.clock.monotonic(), wrapped

    def trace(self) -> aiohttp.TraceConfig:
        """Return the signals to attach to a session."""
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_start.append(self._on_connecting)
        trace.on_dns_resolvehost_start.append(self._on_start)
        trace.on_dns_resolvehost_end.append(self._on_resolved)
        trace.on_connection_create_end.append(self._on_connected)
        trace.on_request_headers_sent.append(self._on_start)
        trace.on_request_redirect.append(self._on_answer)
        trace.on_request_end.append(self._on_answer)
        return trace

    async def _on_start(self, _s: aiohttp.ClientSession, _c: SimpleNamespace, _p: Any) -> None:
        self._mark = self.clock.monotonic()

    async def _on_connecting(self, _s: aiohttp.ClientSession, _c: SimpleNamespace, _p: Any) -> None:
        self._connecting, self._resolved, self._handshake = self.clock.monotonic(), 0.0, None

    async def _on_resolved(self, _s: aiohttp.ClientSession, _c: SimpleNamespace, _p: Any) -> None:
        self._resolved = self.clock.monotonic() - self._mark
        self.dns += self._resolved

    async def _on_connected(self, _s: aiohttp.ClientSession, _c: SimpleNamespace, _p: Any) -> None:
        now = self.clock.monotonic()
        reached = now
        if self._handshake is not None:
            reached, wrapped = self._handshake
            self.tls += now - reached
            self._note_expiry(wrapped)
        self.connect += max(0.0, reached - self._connecting - self._resolved)

    async def _on_answer(self, _s: aiohttp.ClientSession, _c: SimpleNamespace, _p: Any) -> None:
        self.first_byte += self.clock.monotonic() - self._mark

    def _note_expiry(self, wrapped: ssl.SSLObject) -> None:
        certificate = wrapped.getpeercert() or {}
        until = certificate.get("notAfter")
        if isinstance(until, str):
            expiry = float(ssl.cert_time_to_seconds(until))
            self.expiry = expiry if self.expiry is None else min(self.expiry, expiry)
