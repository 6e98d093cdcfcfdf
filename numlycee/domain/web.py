"""Addresses of public web sites: what anybody may ask for, and nothing of a network inside."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


def public_address(text: str) -> str:
    """Return an address of the public web, its host in small letters; raises `ValueError`.

    It is http or https, on a host with a public name: no address of a network, no credentials.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme not in {"http", "https"} or not text.strip().isprintable():
        message = f"{text!r} is not a web address: write it whole, as in https://lycee.example.fr/"
        raise ValueError(message)
    if "@" in parts.netloc or not _HOST.fullmatch(host) or " " in parts.path + parts.query:
        message = (
            f"{text!r} is no public address: a name, such as lycee.example.fr, without account"
        )
        raise ValueError(message)
    where = host if port is None else f"{host}:{port}"
    return parts._replace(netloc=where, fragment="", path=parts.path or "/").geturl()
