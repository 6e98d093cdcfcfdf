"""Identifiers turned at once into keyed hashes, which nobody can turn back without the key."""

import hmac
import os
import re
import secrets
from pathlib import Path

from numlycee.settings import SettingsError

KEY_BYTES = 32
_HASH_BYTES = 16
_OCTETS = 6
_MADE_UP = 0x02
_SIGNS = re.compile(r"[^0-9A-Za-z]")
# What makers and virtual machines write where a serial number should stand.
_NO_SERIALS = frozenset({
    "TOBEFILLEDBYOEM", "DEFAULTSTRING", "SYSTEMSERIALNUMBER", "NONE", "NOTAPPLICABLE", "NA",
    "NOTSPECIFIED", "UNKNOWN", "INVALID", "OEM", "CHASSISSERIALNUMBER", "X" * 7, "INCONNU",
})  # fmt: skip


class Hasher:
    """Hashes MAC addresses and serial numbers, each under a key of its own."""

    def __init__(self, key: bytes) -> None:
        self._mac = hmac.digest(key, b"numlycee mobile mac v1", "sha256")
        self._serial = hmac.digest(key, b"numlycee mobile serial v1", "sha256")

    def mac(self, octets: bytes) -> str:
        """Return the hash of a MAC address of six octets."""
        return _hash(self._mac, octets)

    def serial(self, text: str) -> str:
        """Return the hash of a serial number in any spelling; "" for what names no device."""
        plain = _SIGNS.sub("", text).upper()
        if len(plain) < 4 or plain in _NO_SERIALS or not plain.strip("0"):  # noqa: PLR2004
            return ""
        return _hash(self._serial, plain.encode())


def made_up(octets: bytes) -> bool:
    """Tell an address that a device drew for privacy: it bears the bit « locally administered »."""
    return bool(octets[0] & _MADE_UP)


def octets_of(text: str) -> bytes | None:
    """Return the six octets of a MAC address in any usual spelling; None if it is none."""
    plain = re.sub(r"[\s:.\-]", "", text)
    if len(plain) != 2 * _OCTETS or not re.fullmatch("[0-9a-fA-F]+", plain):
        return None
    octets = bytes.fromhex(plain)
    return octets if is_device(octets) else None


def is_device(octets: bytes) -> bool:
    """Tell whether six octets may be one device: neither nobody nor a group."""
    return len(octets) == _OCTETS and not octets[0] & 1 and any(octets)


def read_key(path: Path) -> bytes:
    """Return the site's key; raises `SettingsError` when it is lacking or open to others."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no key"
        raise _fault(path, f"{reason}; « numlycee-agent mobile import » makes it") from None
    if len(key) != KEY_BYTES:
        raise _fault(path, f"must hold {2 * KEY_BYTES} hexadecimal digits")
    if mode & 0o077:
        raise _fault(path, f"others can read it; chmod 600 {path}")
    return key


def _fault(path: Path, reason: str) -> SettingsError:
    return SettingsError(f"{path}: mobile.key_file: {reason}")


def make_key(path: Path) -> bytes:
    """Make the site's key, readable by its owner only; raises `OSError`."""
    key = secrets.token_bytes(KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{key.hex()}\n")
        file.flush()
        os.fsync(descriptor)
    return key


def _hash(key: bytes, identifier: bytes) -> str:
    return hmac.digest(key, identifier, "sha256")[:_HASH_BYTES].hex()
