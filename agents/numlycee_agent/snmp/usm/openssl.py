"""The ciphers of SNMP v3 by the OpenSSL that Python itself is linked with.

It is there already, for TLS, also where no wheel can be had. A Python that keeps its OpenSSL to
itself, as some that come from no distribution do, cannot import this module.
"""

from ctypes import PyDLL, addressof, c_char_p, c_int, c_void_p, create_string_buffer
from importlib.util import find_spec
from struct import pack
from weakref import finalize

_LONGEST = 65_535
_DES_BLOCK, _DES_KEY = 8, 8
_DECIPHER, _ENCIPHER = 0, 1
_CONTEXT, _SIZE, _OCTETS = c_void_p, c_int, c_char_p
_FUNCTIONS = {
    "EVP_get_cipherbyname": (c_void_p, [_OCTETS]),
    "EVP_CIPHER_CTX_new": (_CONTEXT, []),
    "EVP_CIPHER_CTX_free": (None, [_CONTEXT]),
    "EVP_CIPHER_CTX_set_padding": (c_int, [_CONTEXT, c_int]),
    "EVP_CipherInit_ex": (c_int, [_CONTEXT, c_void_p, c_void_p, _OCTETS, _OCTETS, c_int]),
    "EVP_CipherUpdate": (c_int, [_CONTEXT, c_void_p, c_void_p, _OCTETS, _SIZE]),
}


def _reach() -> PyDLL:
    """Return OpenSSL with its functions declared, through Python's own module that needs it."""
    found = find_spec("_hashlib")
    try:
        library = PyDLL(found.origin if found and found.origin else "")
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise ImportError("the OpenSSL of this Python is out of reach") from error
    return library


_OPENSSL = _reach()
# One loop, one thread: what is written here is taken before anything else is written.
_ROOM, _WRITTEN = create_string_buffer(_LONGEST + 32), c_int()
_VIEW, _ROOM_AT, _WRITTEN_AT = memoryview(_ROOM), addressof(_ROOM), addressof(_WRITTEN)


class Aes:
    """AES in CFB-128, of the length of its key."""

    def __init__(self, key: bytes) -> None:
        name = b"aes-%d-cfb" % (len(key) * 8)
        self._in, self._out = _Way(name, key, _ENCIPHER), _Way(name, key, _DECIPHER)

    def decipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets."""
        return self._out.go(data, pack(">II8s", *clock, salt))

    def encipher(self, data: bytes, clock: tuple[int, int], salt: bytes) -> bytes:
        """Return as many ciphered octets."""
        return self._in.go(data, pack(">II8s", *clock, salt))


class Des:
    """DES in CBC: with the same key thrice, Triple DES is DES. The clock has no part in it."""

    def __init__(self, key: bytes) -> None:
        name, thrice = b"des-ede3-cbc", key[:_DES_KEY] * 3
        self._in, self._out = _Way(name, thrice, _ENCIPHER), _Way(name, thrice, _DECIPHER)
        self._vector = int.from_bytes(key[_DES_KEY:], "big")

    def decipher(self, data: bytes, _: tuple[int, int], salt: bytes) -> bytes:
        """Return the plain octets and their padding; ValueError for a part of a block."""
        return self._out.go(data, self._mixed(salt))

    def encipher(self, data: bytes, _: tuple[int, int], salt: bytes) -> bytes:
        """Return the ciphered octets, padded to whole blocks."""
        return self._in.go(data + bytes(-len(data) % _DES_BLOCK), self._mixed(salt))

    def _mixed(self, salt: bytes) -> bytes:
        return (self._vector ^ int.from_bytes(salt, "big")).to_bytes(_DES_BLOCK, "big")


class _Way:
    """One context: a cipher, its key and a direction, started again for each message."""

    def __init__(self, name: bytes, key: bytes, direction: int) -> None:
        self._context = _OPENSSL.EVP_CIPHER_CTX_new()
        finalize(self, _OPENSSL.EVP_CIPHER_CTX_free, self._context)
        self._direction = direction
        self._start, self._update = _OPENSSL.EVP_CipherInit_ex, _OPENSSL.EVP_CipherUpdate
        cipher = _OPENSSL.EVP_get_cipherbyname(name)
        if not cipher or self._start(self._context, cipher, None, key, None, direction) != 1:
            raise ValueError(f"OpenSSL has no {name.decode()} here")
        _OPENSSL.EVP_CIPHER_CTX_set_padding(self._context, 0)

    def go(self, data: bytes, vector: bytes) -> bytes:
        """Return as many octets; ValueError for a part of a block."""
        size = len(data)
        if size > _LONGEST:
            raise ValueError("longer than any datagram")
        started = self._start(self._context, None, None, None, vector, self._direction)
        done = self._update(self._context, _ROOM_AT, _WRITTEN_AT, data, size)
        if not started == done == 1 or _WRITTEN.value != size:
            raise ValueError("a part of a block")
        return bytes(_VIEW[:size])


aes, des = Aes, Des
