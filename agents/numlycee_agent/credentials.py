"""Secrets of the configuration: read from files of their own, or inline, and never printed."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from numlycee.settings import MisplacedError, SettingsError
from numlycee_agent import targets
from numlycee_agent.snmp.credentials import Community, Credentials, Usm

RECEIPT_KEY_BYTES = 32


class SnmpVersion(StrEnum):
    """The versions of SNMP."""

    V1 = "1"
    V2C = "2c"
    V3 = "3"


class Auth(StrEnum):
    """How an SNMP v3 user proves who it is."""

    MD5 = "MD5"
    SHA = "SHA"
    SHA_224 = "SHA-224"
    SHA_256 = "SHA-256"
    SHA_384 = "SHA-384"
    SHA_512 = "SHA-512"


class Privacy(StrEnum):
    """How what an SNMP v3 user reads is enciphered; Cisco has its own way to longer keys."""

    DES = "DES"
    AES_128 = "AES-128"
    AES_192 = "AES-192"
    AES_256 = "AES-256"
    AES_192_CISCO = "AES-192-C"
    AES_256_CISCO = "AES-256-C"


@dataclass(frozen=True, slots=True)
class SnmpAccess:
    """Who we are to some devices: a community of v1 or v2c, or a user of v3."""

    version: SnmpVersion = SnmpVersion.V3
    port: int = 161
    community: str | None = field(default=None, repr=False)
    community_file: Path | None = None
    user: str | None = None
    auth_protocol: Auth = Auth.SHA
    auth_key: str | None = field(default=None, repr=False)
    auth_key_file: Path | None = None
    priv_protocol: Privacy = Privacy.AES_128
    priv_key: str | None = field(default=None, repr=False)
    priv_key_file: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what names nobody, and a port that cannot be."""
        try:
            targets.port(self.port)
        except ValueError as error:
            raise MisplacedError(("port",), str(error)) from error
        if self.version is SnmpVersion.V3:
            if self.user is None:
                raise MisplacedError(("version",), '3 needs a `user`; or write version = "2c"')
            if self.has("priv_key") and not self.has("auth_key"):
                raise MisplacedError(("priv_key",), "needs an `auth_key` beside it")
        elif not self.has("community"):
            raise MisplacedError(("version",), "1 and 2c need a `community` or `community_file`")

    def has(self, key: str) -> bool:
        """Tell whether a secret is given, inline or by its file."""
        return getattr(self, key) is not None or getattr(self, f"{key}_file") is not None

    def credentials(self) -> Credentials:
        """Return what the SNMP clients need; raises `SettingsError` for a file that is missing."""
        if self.version is not SnmpVersion.V3:
            version: Literal["1", "2c"] = "1" if self.version is SnmpVersion.V1 else "2c"
            return Community(self._secret("community") or "", version)
        return Usm(
            self.user or "",
            self._secret("auth_key"),
            self._secret("priv_key"),
            self.auth_protocol.value,
            self.priv_protocol.value,
        )

    def _secret(self, key: str) -> str | None:
        path: Path | None = getattr(self, f"{key}_file")
        inline: str | None = getattr(self, key)
        return inline if path is None else read_secret(path, f"{key}_file")


def read_secret(path: Path, key: str) -> str:
    """Return the secret that a file holds, without its end of line; raises `SettingsError`."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise SettingsError(f"{path}: {key}: cannot be read: {reason}") from error
    if not secret:
        raise SettingsError(f"{path}: {key}: is empty")
    return secret


def receipt_key(path: Path) -> bytes:
    """Return the site's receipt key, 64 hexadecimal digits as `numlycee key UAI` prints them."""
    try:
        key = bytes.fromhex(read_secret(path, "receipt_key_file"))
    except ValueError as error:
        if isinstance(error, SettingsError):
            raise
        key = b""
    if len(key) != RECEIPT_KEY_BYTES:
        message = f"{path}: receipt_key_file: must hold what « numlycee key UAI » prints"
        raise SettingsError(message)
    return key
