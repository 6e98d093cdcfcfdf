"""MAC addresses in the many spellings of devices, as « 00:1e:58:5c:09:00 »."""

import re

from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Value

_OCTETS = 6
_PARTED = re.compile(r"[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}", re.IGNORECASE)
_BARE = re.compile(r"[0-9a-f]{12}|[0-9a-f]{4}([.-][0-9a-f]{4}){2}", re.IGNORECASE)
# Routers that share an address share these too (RFC 5798 §7.3, Cisco's HSRP): they name nobody.
_SHARED = ("00:00:5e:00:01:", "00:00:5e:00:02:", "00:00:0c:07:ac:", "00:05:73:a0:")
_NOBODY = ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff")


def mac(value: Value | None, *, surely: bool = False) -> str:
    """Return the one device's address that a value holds, or an empty text.

    Six octets that could be read as a word are an address only if `surely` one.
    """
    if isinstance(value, bytes) and len(value) == _OCTETS and (surely or not _is_word(value)):
        return _named(value)
    line = text(value)
    if _PARTED.fullmatch(line):
        return _named(bytes(int(part, 16) for part in re.split("[:-]", line)))
    if _BARE.fullmatch(line):
        return _named(bytes.fromhex(line.replace(".", "").replace("-", "")))
    return ""


def first(macs: frozenset[str]) -> str:
    """Return the address that a device keeps: burnt in rather than made up, then the lowest."""
    return min(macs, key=lambda one: (int(one[:2], 16) & 2, one), default="")


def _is_word(octets: bytes) -> bool:
    return octets.rstrip(b"\0").isascii() and octets.rstrip(b"\0").decode("ascii").isprintable()


def _named(octets: bytes) -> str:
    spelt = octets.hex(":")
    return "" if spelt in _NOBODY or spelt.startswith(_SHARED) else spelt
