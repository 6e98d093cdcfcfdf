"""What devices say of themselves: who may say it, and what may be said (docs/fr/balise.md)."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numlycee.clock import Clock
from numlycee.settings import SettingsError
from numlycee_agent.credentials import read_secret
from numlycee_agent.mobile.ports import Beacon

LARGEST = 4096
WINDOW = 300_000
"""Milliseconds by which the date of a signature may differ from the agent's clock."""
SHORTEST_KEY = 32
MOST_REMEMBERED = 8192
_SIGNED = re.compile(r"HMAC-SHA256 (\d{1,12}):([0-9a-f]{64})")
_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{2,62}[A-Za-z0-9]")
_WORD = re.compile(r"[A-Za-z0-9 ._+()-]{0,40}")
_MOST_SENSORS = 99


class Guard:
    """Knows the devices of the site by their common key; it is given over TLS, or signs.

    `most` signatures are remembered until they are too old to be heeded.
    """

    def __init__(self, key: str, clock: Clock, most: int = MOST_REMEMBERED) -> None:
        self._key = key.encode()
        self._clock = clock
        self._most = most
        self._used: dict[str, int] = {}

    def accepts(self, authorization: str, body: bytes, *, secure: bool) -> bool:
        """Tell whether a message comes from a device of the site, for the first time.

        `Bearer KEY` is heeded over TLS only, `HMAC-SHA256 SECONDS:HEX` everywhere: the signature
        of « SECONDS, a line feed, the body », SECONDS since the epoch.
        """
        scheme, _, given = authorization.partition(" ")
        if scheme == "Bearer":
            return secure and hmac.compare_digest(given.encode(errors="replace"), self._key)
        signed = _SIGNED.fullmatch(authorization)
        return signed is not None and self._is_signed(signed[1], signed[2], body)

    def _is_signed(self, date: str, signature: str, body: bytes) -> bool:
        now, at = self._clock.now(), int(date) * 1000
        ours = hmac.new(self._key, f"{date}\n".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(ours, signature) or abs(now - at) > WINDOW:
            return False
        self._used = {one: until for one, until in self._used.items() if until > now}
        if ours in self._used or len(self._used) >= self._most:
            return False
        self._used[ours] = at + WINDOW + 1000
        return True


def load_key(path: Path) -> str:
    """Return the key of the devices; raises `SettingsError`."""
    key = read_secret(path, "local.beacon_key_file")
    if len(key) < SHORTEST_KEY or not key.isascii() or any(letter.isspace() for letter in key):
        message = f"{path}: local.beacon_key_file: must hold {SHORTEST_KEY} letters and digits"
        raise SettingsError(f"{message} at least, as « openssl rand -hex 32 » makes")
    return key


def read(body: bytes) -> Beacon:
    """Return what a device says; raises `ValueError` naming the key at fault, never its value."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
    if not isinstance(fields, dict):
        raise ValueError("the body is not an object")  # noqa: TRY004 (of the device, not of ours)
    unknown = fields.keys() - Beacon.__dataclass_fields__.keys()
    if unknown:
        raise ValueError(f"{len(unknown)} unknown keys; known: {', '.join(_KEYS)}")
    return Beacon(
        serial=_text(fields, "serial", _SERIAL),
        battery=_share(fields, "battery"),
        disk_free=_share(fields, "disk_free"),
        sensors=_count(fields, "sensors"),
        system=_text(fields, "system", _WORD, ""),
        build=_text(fields, "build", _WORD, ""),
        ent=_truth(fields, "ent"),
    )


_KEYS = tuple(Beacon.__dataclass_fields__)
Fields = Mapping[str, Any]


def _text(fields: Fields, key: str, shape: re.Pattern[str], usual: str | None = None) -> str:
    value = fields.get(key, usual)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise ValueError(f"{key}: must be a short text of letters, digits and spaces")
    return value


def _share(fields: Fields, key: str) -> float | None:
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"{key}: must be a number from 0 to 1")
    return float(value)


def _count(fields: Fields, key: str) -> int:
    value = fields.get(key, 0)
    if type(value) is not int or not 0 <= value <= _MOST_SENSORS:
        raise ValueError(f"{key}: must be an integer from 0 to {_MOST_SENSORS}")
    return value


def _truth(fields: Fields, key: str) -> bool | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{key}: must be true or false")
    return value
