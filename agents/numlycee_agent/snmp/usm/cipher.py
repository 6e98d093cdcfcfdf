"""What enciphers SNMP v3: the OpenSSL of Python itself, or else the package `cryptography`."""

from functools import cache
from importlib import import_module
from typing import Protocol, cast

LACKING = "SNMP v3 that is enciphered needs numlycee-agent[snmp] with this Python"

_PROVIDERS = ("openssl", "hazmat")


class Cipher(Protocol):
    """One key; `clock` is the boots and seconds that the message tells."""

    def decipher(self, data: bytes, clock: tuple[int, int], salt: bytes, /) -> bytes:
        """Return the plain octets, with what may pad them; ValueError for what is no cipher."""
        ...

    def encipher(self, data: bytes, clock: tuple[int, int], salt: bytes, /) -> bytes:
        """Return the ciphered octets, padded where the cipher needs it; `salt` is eight octets."""
        ...


class Provider(Protocol):
    """A module that enciphers."""

    def aes(self, key: bytes) -> Cipher:
        """Return AES in CFB-128 (RFC 3826), of the length of its key."""
        ...

    def des(self, key: bytes) -> Cipher:
        """Return DES in CBC (RFC 3414 §8); the second half of the key is mixed into the salt."""
        ...


@cache
def provider() -> Provider | None:
    """Return the first module here that can, loaded when first needed; `None` without any."""
    for name in _PROVIDERS:
        try:
            return cast("Provider", import_module(f"numlycee_agent.snmp.usm.{name}"))
        except ImportError:
            continue
    return None


def available() -> bool:
    """Tell whether there is anything to encipher with."""
    return provider() is not None
