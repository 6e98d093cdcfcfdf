"""Where the agent itself stands: its own addresses, its way out, and the port it is plugged in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from numlycee_agent.discovery.graph import Graph
from numlycee_agent.discovery.learning import nearest_port
from numlycee_agent.discovery.macs import mac
from numlycee_agent.discovery.records import Surroundings


@dataclass(frozen=True, slots=True)
class Position:
    """The agent's MACs, its gateway's address, and the MACs of the hosts it has spoken to."""

    macs: frozenset[str] = frozenset()
    gateway: str = ""
    spoken: tuple[tuple[str, str], ...] = ()

    def mac_of(self, address: str) -> str:
        """Return the MAC of a host on the agent's own network, or an empty text."""
        return dict(self.spoken).get(address, "")


def here(system: Path = Path("/")) -> Position:
    """Return this machine's position, as Linux tells it; what it does not tell is empty."""
    cards = (_read(card) for card in sorted(system.glob("sys/class/net/*/address")))
    rows = [line.split() for line in _read(system / "proc/self/net/arp").splitlines()[1:]]
    spoken = ((row[0], mac(row[3])) for row in rows if len(row) > 3)  # noqa: PLR2004
    return Position(
        frozenset(filter(None, map(mac, cards))),
        next(_gateways(_read(system / "proc/self/net/route")), ""),
        tuple((address, told) for address, told in spoken if told),
    )


def root(position: Position, found: Iterable[Surroundings], graph: Graph) -> str | None:
    """Return the device that the agent hangs from: where it is plugged in, else its gateway."""
    known = {one.key: one for one in found if one.key in graph.nodes}
    if port := nearest_port(known, graph.edges, position.macs):
        return port.node
    gateway = {position.gateway, position.mac_of(position.gateway)} - {""}
    owners = [key for key, it in known.items() if (it.addresses | it.macs) & gateway]
    if owners:
        return min(owners)
    port = nearest_port(known, graph.edges, frozenset(gateway))
    return port.node if port else None


def _gateways(routes: str) -> Iterator[str]:
    """Return the gateways of the default routes, which the kernel writes in its own byte order."""
    for line in routes.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 2 and int(fields[1], 16) == 0 and int(fields[2], 16):  # noqa: PLR2004
            yield str(IPv4Address(bytes.fromhex(fields[2])[::-1]))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
