"""Who we are to a device; secrets never appear when one of these is printed."""

from dataclasses import dataclass, field
from typing import Literal

AuthProtocol = Literal["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PrivProtocol = Literal["DES", "AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a device answers, and how long to wait for it: seconds for each attempt."""

    host: str
    port: int = 161
    timeouts: tuple[float, ...] = (1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Community:
    """SNMP v1 or v2c; the community travels in clear."""

    community: str = field(repr=False)
    version: Literal["1", "2c"] = "2c"


@dataclass(frozen=True, slots=True)
class Usm:
    """SNMP v3 with the user-based security model (RFC 3414); without keys, without that service."""

    user: str
    auth_key: str | None = field(default=None, repr=False)
    priv_key: str | None = field(default=None, repr=False)
    auth_protocol: AuthProtocol = "SHA"
    priv_protocol: PrivProtocol = "AES-128"

    def __post_init__(self) -> None:
        if self.priv_key is not None and self.auth_key is None:
            raise ValueError(f"user {self.user!r}: privacy without authentication; give `auth_key`")


Credentials = Community | Usm
