"""The ciphers of SNMP v3: AES in CFB-128 (RFC 3826) and DES in CBC (RFC 3414 §8)."""

from struct import pack
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # where it still stands among the others
    from cryptography.hazmat.primitives.ciphers.modes import CFB

_DES_BLOCK, _DES_KEY = 8, 8


class Cipher(Protocol):
    """What enciphers with one key; `clock` is the boots and seconds that the message tells."""

    def decipher(self, data: bytes, clock: tuple[int, int], salt: bytes, /) -> bytes:
        """Return the plain octets, with what may pad them; ValueError for what is no cipher."""
        ...

    def encipher(self, data: bytes, clock: tuple[int, int], salt: bytes, /) -> bytes:
        """Return the ciphered octets, padded where the cipher needs it; `salt` is eight octets."""
        ...


class Aes:
    """AES in CFB-128, of the length of its key."""

    def __init__(self, key: bytes) -> None:
        self._key = AES(key)

    def decipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets."""
        return self._cipher(clock, salt).decryptor().update(data)

    def encipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return as many ciphered octets."""
        return self._cipher(clock, salt).encryptor().update(data)

    def _cipher(self, clock: tuple[int, int], salt: bytes) -> ciphers.Cipher[CFB]:
        return ciphers.Cipher(self._key, CFB(pack(">II8s", *clock, salt)))


class Des:
    """DES in CBC: with the same key thrice, Triple DES is DES. The clock has no part in it."""

    def __init__(self, key: bytes) -> None:
        self._key = TripleDES(key[:_DES_KEY] * 3)
        self._vector = int.from_bytes(key[_DES_KEY:], "big")

    def decipher(self, data: bytes, _: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets and their padding; ValueError for a part of a block."""
        work = self._cipher(salt).decryptor()
        return work.update(data) + work.finalize()

    def encipher(self, data: bytes, _: tuple[int, int], salt: bytes) -> bytes:
        """Return the ciphered octets, padded to whole blocks."""
        work = self._cipher(salt).encryptor()
        return work.update(data + bytes(-len(data) % _DES_BLOCK)) + work.finalize()

    def _cipher(self, salt: bytes) -> ciphers.Cipher[modes.CBC]:
        vector = self._vector ^ int.from_bytes(salt, "big")
        return ciphers.Cipher(self._key, modes.CBC(vector.to_bytes(_DES_BLOCK, "big")))
