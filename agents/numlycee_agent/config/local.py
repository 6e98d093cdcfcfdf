"""The page for the school's technician, and the beacon of devices: where they are served."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from numlycee.domain.calendars import zone_of
from numlycee.settings import MisplacedError
from numlycee_agent import targets
from numlycee_agent.config.checks import read_as

Network = IPv4Network | IPv6Network

LAN: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"),
            *("::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)
"""Addresses of no public network."""


@dataclass(frozen=True, slots=True)
class Local:
    """Where the local page is served, and the beacon taken; nothing is opened unless written.

    `peers` are the networks that may ask for the page, `beacon_peers` those whose devices may send
    a beacon: private addresses when they are empty. `anywhere` allows a public `listen`, or one
    that is every address of the machine.
    """

    listen: str
    password_file: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    peers: tuple[str, ...] = ()
    anywhere: bool = False
    zone: str = "Europe/Paris"
    beacon: bool = False
    beacon_key_file: Path | None = None
    beacon_peers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an address open to the world, and a listener that would serve nothing."""
        host, _ = read_as("listen", targets.listener, self.listen)
        if not self.anywhere and not among(host, LAN):
            raise MisplacedError(("listen",), _everywhere(host))
        if (self.certificate is None) != (self.key is None):
            raise MisplacedError(("certificate",), "`certificate` and `key` go together")
        if self.password_file is None and not self.beacon:
            reason = "serves nothing: add `password_file`, which « numlycee-agent password » makes"
            raise MisplacedError(("listen",), reason)
        if self.beacon and self.beacon_key_file is None:
            raise MisplacedError(("beacon",), "needs a `beacon_key_file`, the key of the devices")
        for key in ("peers", "beacon_peers"):
            for spelt in getattr(self, key):
                read_as(key, network, spelt)
        read_as("zone", _zone, self.zone)

    @property
    def address(self) -> tuple[str, int]:
        """Return the address and the port to listen on."""
        return targets.listener(self.listen)

    @property
    def readers(self) -> tuple[Network, ...]:
        """Return who may ask for the page."""
        return tuple(map(network, self.peers)) or LAN

    @property
    def senders(self) -> tuple[Network, ...]:
        """Return whose devices may send a beacon."""
        return tuple(map(network, self.beacon_peers)) or LAN

    @property
    def networks(self) -> tuple[Network, ...]:
        """Return who is answered at all."""
        page = self.readers if self.password_file else ()
        return page + (self.senders if self.beacon else ())


def network(text: str) -> Network:
    """Return a network or one address; raises `ValueError`."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise ValueError(f"{error}: write a network, as in 10.31.0.0/16") from None


def among(host: str, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address is in one of these networks, whichever way IPv4 is spelt."""
    at = ip_address(host.partition("%")[0])
    at = getattr(at, "ipv4_mapped", None) or at
    return any(at in item for item in networks)


def _everywhere(host: str) -> str:
    which = "every address of the machine" if ip_address(host).is_unspecified else "no LAN address"
    return f"{host} is {which}: write the one of the LAN, or `anywhere = true` if it must be so"


def _zone(name: str) -> str:
    try:
        zone_of(name)
    except (KeyError, ValueError):
        raise ValueError(f"{name!r} is no time zone: write Europe/Paris, for instance") from None
    return name
