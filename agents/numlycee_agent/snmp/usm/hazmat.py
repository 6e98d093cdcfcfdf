"""The ciphers of SNMP v3 by `cryptography`, for a Python whose OpenSSL is out of reach."""

from struct import pack

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES

_AES_BLOCK, _DES_BLOCK, _DES_KEY = 16, 8, 8


class Aes:
    """AES in CFB-128, of the length of its key.

    It is made of single blocks, of which one context serves for all: the library's own CFB takes
    one for each message, and moves from one of its modules to another.
    """

    def __init__(self, key: bytes) -> None:
        self._blocks = ciphers.Cipher(AES(key), modes.ECB()).encryptor().update  # noqa: S305 (see above)

    def decipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets."""
        whole = -(-len(data) // _AES_BLOCK) * _AES_BLOCK
        return _mixed(data, self._blocks((pack(">II8s", *clock, salt) + data)[:whole]))

    def encipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return as many ciphered octets."""
        last, done = pack(">II8s", *clock, salt), []
        for at in range(0, len(data), _AES_BLOCK):
            last = _mixed(data[at : at + _AES_BLOCK], self._blocks(last))
            done.append(last)
        return b"".join(done)


class Des:
    """DES in CBC: with the same key thrice, Triple DES is DES. The clock has no part in it."""

    def __init__(self, key: bytes) -> None:
        self._key = TripleDES(key[:_DES_KEY] * 3)
        self._vector = key[_DES_KEY:]

    def decipher(self, data: bytes, _: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets and their padding; ValueError for a part of a block."""
        work = ciphers.Cipher(self._key, modes.CBC(_mixed(self._vector, salt))).decryptor()
        return work.update(data) + work.finalize()

    def encipher(self, data: bytes, _: tuple[int, int], salt: bytes) -> bytes:
        """Return the ciphered octets, padded to whole blocks."""
        work = ciphers.Cipher(self._key, modes.CBC(_mixed(self._vector, salt))).encryptor()
        return work.update(data + bytes(-len(data) % _DES_BLOCK)) + work.finalize()


aes, des = Aes, Des


def _mixed(data: bytes, stream: bytes) -> bytes:
    """Return the octets of `data`, each with the one of a stream that may be longer."""
    size = len(data)
    mixed = int.from_bytes(data, "big") ^ int.from_bytes(stream[:size], "big")
    return mixed.to_bytes(size, "big")
