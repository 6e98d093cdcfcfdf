"""The network as a graph: who is linked to whom, and what hangs from what."""

import re
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from numlycee_agent.discovery.records import Protocol


@dataclass(frozen=True, slots=True)
class Node:
    """A device; one that is only named by others is not `known`."""

    key: str
    name: str = ""
    known: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: a device and its port there, empty where nobody tells."""

    node: str
    port: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two devices, `confirmed` when both ends tell of it."""

    one: End
    other: End
    confirmed: bool
    protocols: frozenset[Protocol] = frozenset()

    def seen_from(self, key: str) -> tuple[End, End] | None:
        """Return this link as (near end, far end) of a device that it touches."""
        if self.one.node == key:
            return self.one, self.other
        return (self.other, self.one) if self.other.node == key else None


@dataclass(frozen=True, slots=True)
class Graph:
    """Devices by their key, and the links between them in a stable order."""

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]

    def around(self, key: str) -> list[tuple[Edge, End, End]]:
        """Return the links of a device, each with its near and far ends, in a stable order."""
        seen = ((edge, edge.seen_from(key)) for edge in self.edges)
        found = [(edge, *ends) for edge, ends in seen if ends]
        return sorted(found, key=_order)


def parents(graph: Graph, root: str) -> dict[str, str]:
    """Return what each device hangs from, seen from `root`: the fewest links, then the first port.

    At equal length a confirmed link goes before a one-sided one. What nothing links to the root
    has no parent.
    """
    above: dict[str, str] = {}
    waiting = deque([root] if root in graph.nodes else [])
    while waiting:
        at = waiting.popleft()
        for _, _, far in graph.around(at):
            if far.node not in above and far.node != root:
                above[far.node] = at
                waiting.append(far.node)
    return above


def parents_among(graph: Graph, root: str, listed: Collection[str]) -> dict[str, str]:
    """Return the parents among listed devices: what stands between unlisted is passed over."""
    above = parents(graph, root)
    found = {}
    for key in above.keys() & set(listed):
        at = above[key]
        while at not in listed and at in above:
            at = above[at]
        if at in listed:
            found[key] = at
    return found


def natural(name: str) -> list[tuple[int, int | str]]:
    """Return what to sort a port's name by: 1/2 before 1/10."""
    parts: Iterable[str] = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts]


def _order(link: tuple[Edge, End, End]) -> tuple[bool, list[tuple[int, int | str]], str, str]:
    edge, near, far = link
    return not edge.confirmed, natural(near.port), far.node, far.port
