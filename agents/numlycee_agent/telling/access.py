"""How the broker is reached: the settings of a session, without the library that opens it."""

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Version(StrEnum):
    """The MQTT versions to try: `auto` is 5, then 3.1.1."""

    AUTO = "auto"
    V5 = "5"
    V311 = "3.1.1"


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a TLS connection: who signed the broker, our certificate and its key."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return a context from the files as they are now; `ConnectionError` names a bad one."""
        try:
            context = ssl.create_default_context(cafile=str(self.ca))
        except (OSError, ssl.SSLError) as error:
            raise ConnectionError(f"{self.ca}: not an authority's certificate: {error}") from error
        if self.certificate is not None:
            try:
                context.load_cert_chain(self.certificate, self.key)
            except (OSError, ssl.SSLError) as error:
                message = f"{self.certificate}: not a certificate with its key: {error}"
                raise ConnectionError(message) from error
        return context


@dataclass(frozen=True, slots=True)
class Access:
    """Where the broker is and who we are to it; without `tls` everything travels in clear."""

    host: str
    port: int
    client_id: str
    tls: Tls | None = None
    version: Version = Version.AUTO
    username: str | None = None
    password: str | None = field(default=None, repr=False)
