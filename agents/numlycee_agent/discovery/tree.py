"""A network as people draw it: each device under the one it hangs from, with the port between."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from numlycee_agent.discovery.portrait import KINDS
from numlycee_agent.discovery.proposal import Ids, Network
from numlycee_agent.discovery.sweep import Found, place

_CONFIRMED, _ONE_SIDED, _BEYOND = "═", "─", "…"


@dataclass(frozen=True, slots=True)
class Branch:
    """One line: what leads to it, its id, what it is, and whether the inventory lacks it."""

    lead: str
    id: str
    told: str
    new: bool


def grow(network: Network, ids: Ids) -> list[Branch]:
    """Return the lines of the tree: the device that the agent hangs from, then what hangs alone."""
    above = network.parents()
    below: dict[str | None, list[Found]] = defaultdict(list)
    for one in sorted(network.found, key=lambda one: place(one.address)):
        below[above.get(one.around.key)].append(one)
    alone = sorted(below[None], key=lambda one: one.around.key != network.root)
    new = {one.address for one in ids.new}

    def lines(one: Found, lead: str, indent: str) -> Iterator[Branch]:
        name = ids.of(one.around.key) or one.address
        yield Branch(lead, name, _told(one), one.address in new)
        children = below[one.around.key]
        for child in children:
            last = child is children[-1]
            port = _port(network, one.around.key, child.around.key)
            yield from lines(
                child,
                f"{indent}{'└' if last else '├'}─ {port}",
                indent + ("   " if last else "│  "),
            )

    return [line for one in alone for line in lines(one, "", "")]


def _port(network: Network, key: str, child: str) -> str:
    for edge, near, far in network.graph.around(key):
        if far.node == child:
            return f"{near.port} {_CONFIRMED if edge.confirmed else _ONE_SIDED} "
    return f"{_BEYOND} "


def _told(one: Found) -> str:
    if one.identity is None:
        return f"ping · {one.address}"
    what = one.identity
    kind = KINDS.get(what.kind, what.kind)
    product = f"{kind} {what.vendor} {what.model}".strip()
    return " · ".join(filter(None, [product, one.address, what.name]))
