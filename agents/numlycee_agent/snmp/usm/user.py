"""Users of SNMP v3, their keys and digests (RFC 3414, 3826, 7860).

Where AES wants a longer key than the digest gives, it is made so after Blumenthal, or after Reeder
for the protocols whose name ends in C: those of Cisco.
"""

import hashlib
import hmac
from dataclasses import replace
from functools import cached_property

from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.snmp.usm.cipher import LACKING, Cipher, provider
from numlycee_agent.snmp.values import SnmpError

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
_CIPHER_KEYS = {
    "DES": 16,
    "AES-128": 16,
    "AES-192": 24,
    "AES-256": 32,
    "AES-192-C": 24,
    "AES-256-C": 32,
}
_KNOWN_ENGINES = 1024


class Keys:
    """One user's keys for one engine; empty where the user has none."""

    def __init__(self, auth: bytes, priv: bytes, algorithm: str, *, des: bool) -> None:
        self.auth = auth
        self.priv = priv
        self._algorithm = algorithm
        self._des = des

    @cached_property
    def signing(self) -> hmac.HMAC:
        """Return what signs with the first key, to be copied for each message."""
        return hmac.new(self.auth, digestmod=self._algorithm)

    @cached_property
    def enciphering(self) -> Cipher:
        """Return what enciphers with the second key."""
        found = provider()
        if found is None:
            raise SnmpError(LACKING)
        return found.des(self.priv) if self._des else found.aes(self.priv)


class User:
    """One user of v3: the keys that it has with each engine, derived when first needed."""

    def __init__(self, credentials: Usm) -> None:
        self._algorithm, self.digest_size = _HASHES[credentials.auth_protocol]
        self.name = credentials.user.encode()
        self.authenticates = bool(credentials.auth_key)
        self.enciphers = bool(credentials.priv_key)
        self._credentials = credentials
        self._known: dict[bytes, Keys] = {}

    def in_clear(self) -> "User":
        """Return the same user, who does not encipher."""
        return User(replace(self._credentials, priv_key=None))

    def keys(self, engine: bytes) -> Keys:
        """Return the keys for one engine."""
        known = self._known.get(engine)
        if known is None:
            if len(self._known) >= _KNOWN_ENGINES:
                self._known.clear()
            auth, priv = (self._localised(master, engine) for master in self._masters)
            des = self._credentials.priv_protocol == "DES"
            known = self._known[engine] = Keys(
                auth, self._extended(priv, engine), self._algorithm, des=des
            )
        return known

    def digest(self, engine: bytes, message: bytes | bytearray) -> bytes:
        """Return the digest of a whole message whose own place for it holds zeros."""
        work = self.keys(engine).signing.copy()
        work.update(message)
        return work.digest()[: self.digest_size]

    def decipher(self, engine: bytes, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets, with what may pad them; ValueError for what is no cipher."""
        if len(salt) != SALT_OCTETS:
            raise ValueError("the salt is not eight octets long")
        return self.keys(engine).enciphering.decipher(data, clock, salt)

    def encipher(self, engine: bytes, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the ciphered octets, padded where the cipher needs it; `salt` is eight octets."""
        return self.keys(engine).enciphering.encipher(data, clock, salt)

    @cached_property
    def _masters(self) -> tuple[bytes, bytes]:
        auth, priv = self._credentials.auth_key, self._credentials.priv_key
        master = self._master(auth.encode()) if auth else b""
        return master, master if priv == auth else self._master(priv.encode()) if priv else b""

    def _master(self, secret: bytes) -> bytes:
        """Return the key of a password (RFC 3414 §A.2): the hash of a mebibyte of it, repeated."""
        return self._hash((secret * (_STRETCH // len(secret) + 1))[:_STRETCH])

    def _localised(self, master: bytes, engine: bytes) -> bytes:
        return self._hash(master + engine + master) if master else b""

    def _extended(self, key: bytes, engine: bytes) -> bytes:
        protocol = self._credentials.priv_protocol
        size, last = _CIPHER_KEYS[protocol], key
        while key and len(key) < size:
            if protocol.endswith("-C"):
                last = self._localised(self._master(last), engine)
                key += last
            else:
                key += self._hash(key)
        return key[:size]

    def _hash(self, data: bytes) -> bytes:
        return hashlib.new(self._algorithm, data, usedforsecurity=False).digest()
