"""The ciphers of SNMP v3: AES in CFB-128 (RFC 3826) and DES in CBC (RFC 3414 §8)."""

from typing import Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

_AES_BLOCK, _DES_BLOCK, _DES_KEY = 16, 8, 8


class Cipher(Protocol):
    """One message's cipher, used once."""

    def decipher(self, data: bytes) -> bytes:
        """Return the plain octets, with what may pad them; ValueError for what is no cipher."""
        ...

    def encipher(self, data: bytes) -> bytes:
        """Return the ciphered octets, padded where the cipher needs it."""
        ...


class Aes:
    """AES in CFB-128, of the length of its key."""

    def __init__(self, key: bytes, vector: bytes) -> None:
        self._block = ciphers.Cipher(AES(key), modes.ECB()).encryptor()  # noqa: S305 (CFB is made of it)
        self._vector = vector

    def decipher(self, data: bytes) -> bytes:
        """Return the plain octets."""
        whole = len(data) // _AES_BLOCK * _AES_BLOCK
        return _mixed(data, self._block.update(self._vector + data[:whole]))

    def encipher(self, data: bytes) -> bytes:
        """Return as many ciphered octets."""
        done, last = b"", self._vector
        for at in range(0, len(data), _AES_BLOCK):
            last = _mixed(data[at : at + _AES_BLOCK], self._block.update(last))
            done += last
        return done


class Des:
    """DES in CBC: with the same key thrice, Triple DES is DES."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        vector = _mixed(key[_DES_KEY:], salt)
        self._cipher = ciphers.Cipher(TripleDES(key[:_DES_KEY] * 3), modes.CBC(vector))

    def decipher(self, data: bytes) -> bytes:
        """Return the plain octets and their padding; ValueError for a part of a block."""
        work = self._cipher.decryptor()
        return work.update(data) + work.finalize()

    def encipher(self, data: bytes) -> bytes:
        """Return the ciphered octets, padded to whole blocks."""
        work = self._cipher.encryptor()
        return work.update(data + bytes(-len(data) % _DES_BLOCK)) + work.finalize()


def _mixed(data: bytes, stream: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))
