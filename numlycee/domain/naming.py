"""The ids of equipment: an agent that discovers it and a register that lists it give the same."""

import re
from unicodedata import combining, normalize

from numlycee.domain.kinds import Kind

_PREFIXES = {
    Kind.SWITCH: "sw",
    Kind.ACCESS_POINT: "ap",
    Kind.WIRELESS_CONTROLLER: "wlc",
    Kind.ROUTER: "rtr",
    Kind.FIREWALL: "fw",
    Kind.UPS: "ups",
    Kind.PRINTER: "imp",
    Kind.NAS: "nas",
    Kind.SERVER: "srv",
}
_ID = re.compile(r"[a-z0-9._-]{1,64}")
_LONGEST_SERIAL = 40
_SHORTEST_SERIAL = 5


def is_id(text: str) -> bool:
    """Tell whether a text may be the id of a resource."""
    return _ID.fullmatch(text) is not None


def equipment_id(kind: Kind, mark: str) -> str:
    """Return the id that a kind and a mark make."""
    return f"{_PREFIXES.get(kind, 'eq')}-{mark}"


def serial_mark(serial: str) -> str:
    """Return what a serial number marks a device by; nothing when it cannot tell devices apart."""
    mark = re.sub(r"[^a-z0-9]+", "", serial.lower())
    usable = len(set(mark)) > 1 and _SHORTEST_SERIAL <= len(mark) <= _LONGEST_SERIAL
    return mark if usable else ""


def name_mark(name: str) -> str:
    """Return what a name marks a device by: its letters and digits without accents."""
    apart = normalize("NFKD", name.casefold()).replace("œ", "oe").replace("æ", "ae")
    bare = "".join(sign for sign in apart if not combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:_LONGEST_SERIAL].strip("-")
