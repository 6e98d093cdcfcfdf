"""From what the devices of an inventory tell of one another to what each of them hangs from."""

from collections import Counter
from collections.abc import Mapping

from numlycee.domain.kinds import Kind
from numlycee_agent.config import Link
from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.graph import Graph, parents_among
from numlycee_agent.discovery.places import Place
from numlycee_agent.discovery.position import Position, root
from numlycee_agent.discovery.records import Surroundings

_FORWARD_NOTHING = frozenset({Kind.PRINTER, Kind.UPS, Kind.NAS, Kind.SERVER})
"""What others are seen next to, now and then, and never hang from."""


def review(
    found: Mapping[str, Surroundings],
    kinds: Mapping[str, Kind],
    position: Position,
    told_root: str | None = None,
) -> dict[str, Place]:
    """Return the places that a tour tells, by id; what it does not tell is absent.

    `found` are the devices that answered, `told_root` the id of the one that people say the agent
    is plugged in. Two ids that are one device have no place.
    """
    often = Counter(it.key for it in found.values() if it.key)
    ids = {it.key: name for name, it in found.items() if often[it.key] == 1}
    graph = draw(found.values(), position.macs)
    if told_root:
        top = found[told_root].key if told_root in found else None
    else:
        top = root(position, found.values(), graph)
    if top is None:
        return {}
    told = {ids[top]: Place("")} if top in ids else {}
    for key, above in parents_among(graph, top, often.keys()).items():
        name, parent = ids.get(key), ids.get(above)
        if name and parent and kinds[parent] not in _FORWARD_NOTHING:
            told[name] = _place(found[parent], parent, graph, key)
    return told


def uplink(found: Mapping[str, Surroundings], link: Link | None) -> dict[str, Place]:
    """Return the place of the access: the interface of its main line, on a device that answered."""
    wan = link.wan if link else None
    around = found.get(wan.equipment) if wan else None
    if link is None or wan is None or around is None:
        return {}
    port = around.ports.find([wan.interface]) or around.ports.at(wan.index)
    return {link.id: Place(wan.equipment, port.name, port.index)} if port else {}


def _place(above: Surroundings, parent: str, graph: Graph, key: str) -> Place:
    """Return a place with its port, where one port alone leads there."""
    ports = {near.port for _, near, far in graph.around(above.key) if far.node == key}
    port = above.ports.find([*ports]) if len(ports) == 1 else None
    return Place(parent, port.name, port.index) if port else Place(parent)
