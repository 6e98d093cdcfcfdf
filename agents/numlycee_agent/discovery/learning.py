"""Links that nobody announces, worked out from the forwarding tables of the switches."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from numlycee_agent.discovery.graph import Edge, End, natural
from numlycee_agent.discovery.records import Protocol, Surroundings

_BY = frozenset({Protocol.FDB})


def learnt_edges(
    known: Mapping[str, Surroundings], told: Sequence[Edge], agent: frozenset[str]
) -> list[Edge]:
    """Return the links between known devices that their forwarding tables imply.

    Two switches are linked when each has learnt the other, on ports without a link, and no third
    one stands between. A switch whose way to the `agent` (its MACs) no link explains hangs from the
    port that has learnt it and does not lead to the agent; what is no switch, from one that leads
    to no switch. Of several ports, it is the one with the fewest addresses.
    """
    switches = {key: it for key, it in known.items() if it.learnt}
    sights = _Sights(known, switches)
    edges = [*told, *_trunks(sights, _ends(told))]
    edges += _climbs(sights, known, edges, agent)
    trunks = _ends(edge for edge in edges if _joins(edge, switches))
    leaves = sorted(known.keys() - switches.keys() - {end.node for end in _ends(edges)})
    found = [(key, sights.nearest(known[key].macs, trunks)) for key in leaves]
    edges += [Edge(end, End(key), confirmed=False, protocols=_BY) for key, end in found if end]
    return edges[len(told) :]


def nearest_port(
    known: Mapping[str, Surroundings], edges: Iterable[Edge], macs: frozenset[str]
) -> End | None:
    """Return the port that a host is plugged in, or `None` where no switch has learnt it."""
    switches = {key: it for key, it in known.items() if it.learnt}
    trunks = _ends(edge for edge in edges if _joins(edge, switches))
    sights = _Sights(known, switches)
    return sights.nearest(macs, trunks) or sights.nearest(macs, set())


class _Sights:
    """On which port each switch has learnt whom."""

    def __init__(
        self, known: Mapping[str, Surroundings], switches: Mapping[str, Surroundings]
    ) -> None:
        self.switches = sorted(switches)
        self._learnt = {key: it.learnt for key, it in switches.items()}
        self._crowd = {key: it.crowd or Counter(it.learnt.values()) for key, it in switches.items()}
        self._ports = {
            (key, other): self.learnt(key, known[other].macs)
            for key in switches
            for other in switches
            if key != other
        }

    def port(self, key: str, other: str) -> str | None:
        """Return the port on which a switch has learnt another."""
        return self._ports.get((key, other))

    def nearest(self, macs: frozenset[str], trunks: set[End]) -> End | None:
        """Return the port with the fewest addresses that has learnt one of these."""
        seen = ((key, self.learnt(key, macs)) for key in self.switches)
        ends = [End(key, port) for key, port in seen if port]
        return min(
            (end for end in ends if end not in trunks),
            key=lambda end: (self._crowd[end.node][end.port], end.node, natural(end.port)),
            default=None,
        )

    def learnt(self, key: str, macs: frozenset[str]) -> str | None:
        """Return the port on which a switch has learnt most of these addresses."""
        learnt = self._learnt[key]
        votes = Counter(learnt[mac] for mac in macs if mac in learnt)
        return min(votes, key=lambda port: (-votes[port], natural(port)), default=None)


def _trunks(sights: _Sights, taken: set[End]) -> Iterator[Edge]:
    for one, other in combinations(sights.switches, 2):
        near, far = sights.port(one, other), sights.port(other, one)
        if near is None or far is None or {End(one, near), End(other, far)} & taken:
            continue
        if not any(_between(sights, third, one, other) for third in sights.switches):
            yield Edge(End(one, near), End(other, far), confirmed=True, protocols=_BY)


def _climbs(
    sights: _Sights, known: Mapping[str, Surroundings], edges: Sequence[Edge], agent: frozenset[str]
) -> list[Edge]:
    """Return the links of switches that nobody but the agent talks to: they learn only its way."""
    ways = [End(key, port) for key in sights.switches if (port := sights.learnt(key, agent))]
    explained = _ends(edges)
    found = []
    for way in ways:
        end = sights.nearest(known[way.node].macs, explained.union(ways))
        if way not in explained and end is not None:
            found.append(Edge(end, way, confirmed=False, protocols=_BY))
    return found


def _between(sights: _Sights, third: str, one: str, other: str) -> bool:
    """Tell whether a third switch sees the two on different ports, each by way of it."""
    if third in (one, other):
        return False
    here, there = sights.port(third, one), sights.port(third, other)
    return (
        here != there
        and sights.port(one, third) == sights.port(one, other)
        and sights.port(other, third) == sights.port(other, one)
    )


def _joins(edge: Edge, switches: Mapping[str, Surroundings]) -> bool:
    return edge.one.node in switches and edge.other.node in switches


def _ends(edges: Iterable[Edge]) -> set[End]:
    return {end for edge in edges for end in (edge.one, edge.other)}
