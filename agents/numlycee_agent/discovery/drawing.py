"""From what each device tells to one graph: identities merged, ends that agree confirmed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from numlycee_agent.discovery.graph import Edge, End, Graph, Node
from numlycee_agent.discovery.learning import learnt_edges
from numlycee_agent.discovery.records import Neighbour, Protocol, Surroundings, words


@dataclass(frozen=True, slots=True)
class _Claim:
    """One end's word: `far` is the port it means there, or None where that cannot be told."""

    near: End
    target: str
    far: str | None
    label: str
    protocols: frozenset[Protocol]


def draw(found: Iterable[Surroundings], agent: frozenset[str] = frozenset()) -> Graph:
    """Return the graph of devices that were asked, and of those that they name.

    Of two records with the same key the first counts. A link is confirmed when each end names the
    other and no port contradicts; what has no link yet is placed by the forwarding tables, with the
    `agent`'s own MACs to tell up from down.
    """
    known: dict[str, Surroundings] = {}
    for one in sorted(found, key=lambda it: (it.key, min(it.addresses, default=""))):
        if one.key:
            known.setdefault(one.key, one)
    who = _Identities(known)
    claims = [claim for key in known for claim in _claims(key, known, who)]
    edges = list(_paired(claims))
    edges += learnt_edges(known, edges, agent)
    return Graph(_nodes(known) | who.strangers, tuple(sorted(edges, key=_place)))


def _nodes(known: Mapping[str, Surroundings]) -> dict[str, Node]:
    return {key: Node(key, one.name) for key, one in known.items()}


class _Identities:
    """Who is meant by a MAC, an address or a name; what two devices share names neither."""

    def __init__(self, known: Mapping[str, Surroundings]) -> None:
        self.strangers: dict[str, Node] = {}
        told = [one for it in known.values() for one in it.neighbours]
        self._marks = _unique((mark, key) for key, it in known.items() for mark in _marks(it))
        self._names = _unique((it.name.casefold(), key) for key, it in known.items() if it.name)
        self._chassis = _unique((one.address, one.chassis) for one in told if one.chassis)

    def of(self, told: Neighbour, claimant: End) -> str:
        """Return the key of a neighbour, first by its MAC, then its address, then its name."""
        marks = words(told.chassis or self._chassis.get(told.address, ""), told.address)
        named = self._names.get(told.name.casefold()) if not marks else None
        for key in (*(self._marks.get(mark) for mark in marks), named):
            if key is not None:
                return key
        # A name alone is no identity: two « switch » on two ports are two devices.
        key = marks[0] if marks else f"{told.name or '?'}@{claimant.node}:{claimant.port}"
        self.strangers[key] = Node(key, told.name, known=False, description=told.description)
        return key


def _marks(it: Surroundings) -> frozenset[str]:
    return it.macs | it.addresses | {it.key}


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for mark, key in pairs:
        owners[mark].add(key)
    return {mark: min(keys) for mark, keys in owners.items() if len(keys) == 1}


def _claims(key: str, known: Mapping[str, Surroundings], who: _Identities) -> Iterator[_Claim]:
    """Return what a device claims: each neighbour once, though several protocols tell of it."""
    merged: dict[tuple[str, str], _Claim] = {}
    for told in _across_protocols(known[key].neighbours):
        near = End(key, told[0].port)
        target = who.of(_together(told), near)
        if target == key:
            continue
        spelt = words(*(word for one in told for word in one.far))
        port = known[target].ports.find(spelt) if target in known else None
        far, by = port.name if port else None, frozenset(it.protocol for it in told)
        claim = _Claim(near, target, far, far or next(iter(spelt), ""), by)
        before = merged.get((near.port, target))
        merged[near.port, target] = claim if before is None else _surer(before, claim)
    yield from merged.values()


def _surer(one: _Claim, other: _Claim) -> _Claim:
    best = other if one.far is None else one
    return replace(best, protocols=one.protocols | other.protocols)


def _across_protocols(told: Sequence[Neighbour]) -> list[list[Neighbour]]:
    """Put together what several protocols tell of one neighbour: the same port and one mark."""
    groups: list[list[Neighbour]] = []
    for one in told:
        for group in groups:
            if group[0].port == one.port and any(_same(one, other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _same(one: Neighbour, other: Neighbour) -> bool:
    if one.chassis and other.chassis:
        return one.chassis == other.chassis
    short = [it.name.partition(".")[0].casefold() for it in (one, other)]
    return bool(one.address and one.address == other.address) or bool(short[0] == short[1] != "")


def _together(told: Sequence[Neighbour]) -> Neighbour:
    whole = told[0]
    for one in told[1:]:
        whole = replace(
            whole,
            chassis=whole.chassis or one.chassis,
            address=whole.address or one.address,
            name=whole.name or one.name,
            description=whole.description or one.description,
        )
    return whole


def _paired(claims: Sequence[_Claim]) -> Iterator[Edge]:
    """Return an edge for each link: claims of both ends that agree make a confirmed one."""
    towards: dict[tuple[str, str], list[_Claim]] = defaultdict(list)
    for claim in claims:
        towards[claim.near.node, claim.target].append(claim)
    for (key, target), ours in towards.items():
        theirs = towards.get((target, key), [])
        if theirs and target < key:
            continue
        yield from _matched(ours, list(theirs))


def _matched(ours: Sequence[_Claim], theirs: list[_Claim]) -> Iterator[Edge]:
    rest = list(ours)
    for one, other in sorted(product(ours, theirs), key=_doubt):
        if one in rest and other in theirs and _agree(one, other):
            rest.remove(one)
            theirs.remove(other)
            yield Edge(
                one.near, other.near, confirmed=True, protocols=one.protocols | other.protocols
            )
    for claim in (*rest, *theirs):
        far = End(claim.target, claim.label)
        yield Edge(claim.near, far, confirmed=False, protocols=claim.protocols)


def _agree(one: _Claim, other: _Claim) -> bool:
    return one.far in (None, other.near.port) and other.far in (None, one.near.port)


def _doubt(pair: tuple[_Claim, _Claim]) -> tuple[int, str, str]:
    one, other = pair
    return (one.far is None) + (other.far is None), one.near.port, other.near.port


def _place(edge: Edge) -> tuple[str, str, str, str]:
    return edge.one.node, edge.one.port, edge.other.node, edge.other.port
