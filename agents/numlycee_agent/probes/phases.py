"""How long each phase of an observation over HTTP took."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

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

    @contextmanager
    def spent(self, phase: str) -> Iterator[None]:
        """Add what the block takes to `dns`, `connect`, `tls` or `first_byte`, if it succeeds."""
        began = self.clock.monotonic()
        yield
        setattr(self, phase, getattr(self, phase) + self.clock.monotonic() - began)

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

    def met(self, secured: ssl.SSLObject) -> None:
        """Note until when the certificate of a connection is good."""
        until = (secured.getpeercert() or {}).get("notAfter")
        if isinstance(until, str):
            expiry = float(ssl.cert_time_to_seconds(until))
            self.expiry = expiry if self.expiry is None else min(self.expiry, expiry)
