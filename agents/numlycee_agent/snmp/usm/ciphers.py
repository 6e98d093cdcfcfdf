"""The ciphers of SNMP v3: AES in CFB-128 (RFC 3826) and DES in CBC (RFC 3414 §8)."""

from struct import pack
from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

_AES_BLOCK, _DES_BLOCK, _DES_KEY = 16, 8, 8


class Cipher(Protocol):
    """What enciphers with one key; `clock` is the boots and seconds that the message tells."""

    def decipher(self, data: bytes, clock: tuple[int, int], salt: bytes, /) -> bytes:
        """Return the plain octets, with what may pad them; ValueError for what is no cipher."""
        ...

    def encipher(self, data: bytes, clock: tuple[int, int], salt: bytes, /) -> bytes:
        """Return the ciphered octets, padded where the cipher needs it; `salt` is eight octets."""
        ...


class Aes:
    """AES in CFB-128, of the length of its key.

    It is made of single blocks, which keep no state: one context of the library serves for all,
    where its own CFB would take one for each message, at more than the work itself.
    """

    def __init__(self, key: bytes) -> None:
        self._blocks = ciphers.Cipher(AES(key), modes.ECB()).encryptor().update  # noqa: S305 (see above)

    def decipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets."""
        size, number = len(data), int.from_bytes
        whole = -(-size // _AES_BLOCK) * _AES_BLOCK
        stream = self._blocks((pack(">II8s", *clock, salt) + data)[:whole])
        plain = number(data, "big") ^ number(stream[:size], "big")
        return plain.to_bytes(size, "big")

    def encipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return as many ciphered octets."""
        blocks, number, done = self._blocks, int.from_bytes, []
        padded = data + bytes(-len(data) % _AES_BLOCK)
        last = pack(">II8s", *clock, salt)
        for at in range(0, len(data), _AES_BLOCK):
            mixed = number(padded[at : at + _AES_BLOCK], "big") ^ number(blocks(last), "big")
            last = mixed.to_bytes(_AES_BLOCK, "big")
            done.append(last)
        return b"".join(done)[: len(data)]


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
