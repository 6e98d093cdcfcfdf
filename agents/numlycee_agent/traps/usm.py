"""Keys, digests and ciphers of SNMP v3 (RFC 3414, 3826, 7860; longer AES keys after Blumenthal)."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from struct import pack
from typing import TYPE_CHECKING

from numlycee_agent.snmp.credentials import Usm

if TYPE_CHECKING:
    from numlycee_agent.traps.ciphers import Cipher

SALT_OCTETS = 8
_STRETCH = 1 << 20
_HASHES: dict[str, tuple[str, int]] = {
    "MD5": ("md5", 12),
    "SHA": ("sha1", 12),
    "SHA-224": ("sha224", 16),
    "SHA-256": ("sha256", 24),
    "SHA-384": ("sha384", 32),
    "SHA-512": ("sha512", 48),
}
_CIPHER_KEYS = {"DES": 16, "AES-128": 16, "AES-192": 24, "AES-256": 32}
_KNOWN_ENGINES = 1024

Hash = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Keys:
    """One user's keys for one engine; empty where the user has none."""

    auth: bytes = field(default=b"", repr=False)
    priv: bytes = field(default=b"", repr=False)


class User:
    """One user of v3: the keys that it has with each engine, derived when first needed."""

    def __init__(self, credentials: Usm) -> None:
        algorithm, self.digest_size = _HASHES[credentials.auth_protocol]
        self.name = credentials.user.encode()
        self.authenticates = bool(credentials.auth_key)
        self.enciphers = bool(credentials.priv_key)
        self._algorithm = algorithm
        self._des = credentials.priv_protocol == "DES"
        self._cipher_key = _CIPHER_KEYS[credentials.priv_protocol]
        self._masters = [
            _master(secret.encode(), self._hash) if secret else b""
            for secret in (credentials.auth_key, credentials.priv_key)
        ]
        self._keys: dict[bytes, Keys] = {}

    def keys(self, engine: bytes) -> Keys:
        """Return the keys for one engine."""
        if engine not in self._keys:
            if len(self._keys) >= _KNOWN_ENGINES:
                self._keys.clear()
            auth, priv = (self._localised(master, engine) for master in self._masters)
            self._keys[engine] = Keys(auth, self._stretched(priv))
        return self._keys[engine]

    def digest(self, engine: bytes, message: bytes) -> bytes:
        """Return the digest of a whole message whose own place for it holds zeros."""
        return hmac.digest(self.keys(engine).auth, message, self._algorithm)[: self.digest_size]

    def decipher(self, engine: bytes, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets, with what may pad them; ValueError for what is no cipher."""
        return self._cipher(engine, clock, salt).decipher(data)

    def encipher(self, engine: bytes, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the ciphered octets, padded where the cipher needs it; `salt` is eight octets."""
        return self._cipher(engine, clock, salt).encipher(data)

    def _cipher(self, engine: bytes, clock: tuple[int, int], salt: bytes) -> "Cipher":
        # Only messages that are enciphered need the one library that this takes.
        from numlycee_agent.traps import ciphers  # noqa: PLC0415

        if len(salt) != SALT_OCTETS:
            raise ValueError("the salt is not eight octets long")
        key = self.keys(engine).priv
        return ciphers.Des(key, salt) if self._des else ciphers.Aes(key, pack(">II", *clock) + salt)

    def _hash(self, data: bytes) -> bytes:
        return hashlib.new(self._algorithm, data, usedforsecurity=False).digest()

    def _localised(self, master: bytes, engine: bytes) -> bytes:
        return self._hash(master + engine + master) if master else b""

    def _stretched(self, key: bytes) -> bytes:
        while key and len(key) < self._cipher_key:
            key += self._hash(key)
        return key[: self._cipher_key]


def _master(secret: bytes, digest: Hash) -> bytes:
    """Return the key of a password (RFC 3414 §A.2): the hash of a mebibyte of it, repeated."""
    return digest((secret * (_STRETCH // len(secret) + 1))[:_STRETCH])
