"""What a link is judged by, as people write it: `ping:…`, `tcp:host:port`, `dns:resolver:name`."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from numlycee_agent.probes.dns import Ask, encode_question

_HIGHEST_PORT = 65_535
_FORMS = "write ping:192.0.2.1, tcp:www.example.fr:443 or dns:192.0.2.53:www.example.fr"


class How(StrEnum):
    """How a target is asked."""

    PING = "ping"
    TCP = "tcp"
    DNS = "dns"


@dataclass(frozen=True, slots=True)
class Mark:
    """One target: `port` for TCP, `name` to be resolved for DNS."""

    how: How
    host: str
    port: int = 0
    name: str = ""


def parse(text: str) -> Mark:
    """Return a target from its spelling; raises `ValueError` saying what is wrong."""
    how, _, rest = text.partition(":")
    match how:
        case How.PING:
            return Mark(How.PING, address(rest, text))
        case How.TCP:
            host, _, port = rest.rpartition(":")
            return Mark(How.TCP, _host(host, text), _port(port, text))
        case How.DNS:
            host, _, name = rest.rpartition(":")
            encode_question(0, _host(name, text), Ask.A)
            return Mark(How.DNS, address(host, text), name=name)
    raise ValueError(f"{text!r} is not a target: {_FORMS}")


def address(text: str, whole: str = "") -> str:
    """Return an IP address without its brackets; raises `ValueError`."""
    try:
        return str(ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        where = f" (in {whole!r})" if whole else ""
        raise ValueError(f"{text!r} is not an IP address{where}") from None


def port(number: int) -> int:
    """Return a port's number, or raise `ValueError`."""
    if not 0 < number <= _HIGHEST_PORT:
        raise ValueError(f"must be a port, from 1 to {_HIGHEST_PORT}, not {number}")
    return number


def listener(text: str) -> tuple[str, int]:
    """Return the address and port of `0.0.0.0:1162` or `[::]:1162`; raises `ValueError`."""
    host, _, number = text.rpartition(":")
    if ":" in host and not host.startswith("["):
        raise ValueError(f"{text!r}: an IPv6 address stands in brackets, as in [::]:1162")
    if not number.isascii() or not number.isdigit():
        raise ValueError(f"{text!r} must be an address and a port, as in 0.0.0.0:1162")
    return address(host, text), port(int(number))


def _host(text: str, whole: str) -> str:
    if not text or any(letter in " /@?#" for letter in text):
        raise ValueError(f"{whole!r} names no host: {_FORMS}")
    return text.removeprefix("[").removesuffix("]")


def _port(text: str, whole: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _HIGHEST_PORT:
        raise ValueError(f"{whole!r} has no port from 1 to {_HIGHEST_PORT}: {_FORMS}")
    return int(text)
