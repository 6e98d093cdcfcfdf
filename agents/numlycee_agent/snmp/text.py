"""Text as devices send it: padded with NULs, in the encoding of the day, never an exception."""

from numlycee_agent.snmp.values import Value

_ENCODINGS = ("utf-8", "cp1252", "latin-1")


def text(value: Value | None) -> str:
    """Return a readable line: UTF-8, else Windows-1252, else Latin-1; no NUL, one space at most."""
    if value is None:
        return ""
    line = decode(value) if isinstance(value, bytes) else str(value)
    return " ".join(line.replace("\0", " ").split())


def decode(octets: bytes) -> str:
    """Return octets as characters in the first encoding that they fit; Latin-1 fits them all."""
    for encoding in _ENCODINGS[:-1]:
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    return octets.decode(_ENCODINGS[-1])
