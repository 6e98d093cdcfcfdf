"""A proposed inventory, in the agent's own words: what is there stays, what is new is marked."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from numlycee.domain.kinds import Kind
from numlycee.domain.naming import equipment_id, serial_mark
from numlycee_agent.config import DEFAULT_SNMP, NO_SNMP, Equipment
from numlycee_agent.discovery.graph import Graph, parents_among
from numlycee_agent.discovery.sweep import Found

_BEGIN = "# ── numlycee-agent discover : remarques ──"
_END = "# ── fin des remarques ──"
_REMARKS = re.compile(rf"\n*{_BEGIN}.*?{_END}\n", re.DOTALL)
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Network:
    """What a sweep found: devices, their graph, and the key of the one the agent hangs from."""

    subnets: tuple[str, ...]
    found: Sequence[Found]
    graph: Graph
    root: str | None

    def parents(self) -> dict[str, str]:
        """Return what each device found hangs from, by their keys."""
        listed = {one.around.key for one in self.found}
        return {} if self.root is None else parents_among(self.graph, self.root, listed)


def propose(network: Network, text: str, listed: Sequence[Equipment]) -> str:
    """Return `text`, a configuration whose equipment is `listed`, with what was found after it.

    Every line of `text` is kept, but for the remarks of an earlier run. The same network gives the
    same bytes, and a proposal that was accepted whole proposes nothing more.
    """
    kept = _REMARKS.sub("\n", text).rstrip("\n")
    parts = [part for part in (kept, additions(network, listed).rstrip("\n")) if part]
    return "\n\n".join(parts) + "\n"


def additions(network: Network, listed: Sequence[Equipment] = ()) -> str:
    """Return what was found and is not `listed`, then remarks on what is, as comments."""
    ids = Ids(network, listed)
    above = network.parents()
    blocks = [_block(one, ids, above, network) for one in ids.new]
    if remarks := list(_remarks(network, ids, above, listed)):
        blocks.append("\n".join([_BEGIN, *(f"# {line}" for line in remarks), _END]))
    return "".join(f"{block}\n\n" for block in blocks)[:-1]


def check(proposed: str) -> None:
    """Refuse a proposal that TOML would not read; raises `ValueError` with the remedy."""
    try:
        tomllib.loads(proposed)
    except tomllib.TOMLDecodeError as error:
        message = f"equipment cannot be added: write each as a table [[equipment]] ({error})"
        raise ValueError(message) from error


def stable_id(one: Found, *, serial: bool = True) -> str:
    """Return the id that a device keeps: by its serial number, else its MAC, else its address."""
    kind = one.identity.kind if one.identity else Kind.GENERIC
    number = serial_mark(one.identity.serial) if one.identity and serial else ""
    mac = one.around.chassis.replace(":", "")
    return equipment_id(kind, number or mac or re.sub("[^0-9a-f]+", "-", one.address))


class Ids:
    """Which id each device has: the one that people gave it, else its stable one.

    A device is recognised by its stable id, wherever it is now, else by its address.
    """

    def __init__(self, network: Network, listed: Sequence[Equipment]) -> None:
        names = _names(network.found)
        waiting = {item.id: item for item in listed}
        known = {at: waiting.pop(name) for at, name in names.items() if name in waiting}
        by_address = {item.address: item for item in waiting.values()}
        for one in network.found:
            here = sorted(one.around.addresses & by_address.keys())
            if one.address not in known and here:
                known[one.address] = by_address.pop(here[0])
        self.new = [one for one in network.found if one.address not in known]
        self.moved = [
            (item, one)
            for one in network.found
            if (item := known.get(one.address)) and item.address not in one.around.addresses
        ]
        self.seen = {item.id for item in known.values()}
        self._by_key = {
            one.around.key: known[one.address].id if one.address in known else names[one.address]
            for one in network.found
        }

    def of(self, key: str | None) -> str | None:
        """Return the id of a device by its key in the graph."""
        return self._by_key.get(key or "")


def _names(found: Iterable[Found]) -> dict[str, str]:
    """Return stable ids by address; a serial number that two devices share names neither."""
    names = {one.address: (stable_id(one), one) for one in found}
    often = Counter(name for name, _ in names.values())
    return {
        at: name if often[name] == 1 else stable_id(one, serial=False)
        for at, (name, one) in names.items()
    }


def _block(one: Found, ids: Ids, above: Mapping[str, str], network: Network) -> str:
    item = described(one, ids)
    rows: list[tuple[str, str | None]] = [
        ("id", item.id),
        ("kind", item.kind),
        ("name", item.name),
        ("address", item.address),
        ("parent", ids.of(above.get(one.around.key))),
        ("snmp", item.snmp),
        ("vendor", item.vendor),
        ("model", item.model),
    ]
    lines = [f"# proposé : {line}" for line in _told(one, ids, above, network)]
    lines.append("[[equipment]]")
    return "\n".join([*lines, *(f"{key} = {_quoted(value)}" for key, value in rows if value)])


def described(one: Found, ids: Ids) -> Equipment:
    """Return what was found as people would write it; its parent is left to the network."""
    what = one.identity
    names = (what.name, f"{what.vendor} {what.model}") if what else ()
    return Equipment(
        ids.of(one.around.key) or stable_id(one),
        what.kind if what else Kind.GENERIC,
        _words(next(filter(None, map(_line, names)), one.address)),
        one.address,
        snmp=_snmp(one),
        vendor=_words(what.vendor) if what else "",
        model=_words(what.model) if what else "",
    )


def _snmp(one: Found) -> str:
    if one.identity is None:
        return NO_SNMP
    return "" if one.access == DEFAULT_SNMP else one.access


def _told(one: Found, ids: Ids, above: Mapping[str, str], network: Network) -> Iterator[str]:
    if one.identity is None:
        yield "répond au ping seulement"
    else:
        what = one.identity
        told = (what.vendor, what.model, what.serial and f"n° de série {what.serial}")
        yield _line(", ".join(filter(None, told)) or what.description or "répond en SNMP")
    key = one.around.key
    if network.root == key:
        yield "l'agent y est raccordé"
    for edge, near, far in network.graph.around(key):
        if far.node == above.get(key):
            sure = "confirmé des deux bouts" if edge.confirmed else "vu d'un seul bout"
            via = ", ".join(sorted(protocol.upper() for protocol in edge.protocols))
            there = f"{ids.of(far.node)} {far.port}".strip()
            yield _line(f"port {near.port or '?'} ↔ {there}, {sure} ({via})")
            return


def _remarks(
    network: Network, ids: Ids, above: Mapping[str, str], listed: Iterable[Equipment]
) -> Iterator[str]:
    parents = {ids.of(key): ids.of(parent) for key, parent in above.items()}
    for item in listed:
        # What lives by a port need not answer to pings: its silence here tells nothing.
        expected = item.tcp is None and _swept(item.address, network.subnets)
        if expected and item.id not in ids.seen:
            yield f"« {item.id} » ({item.address}) n'a pas répondu : éteint, déplacé ou retiré ?"
        told = parents.get(item.id)
        if told and item.parent and told != item.parent:
            yield f"« {item.id} » : parent = « {item.parent} », mais le réseau dit « {told} »"
    for item, one in ids.moved:
        yield f"« {item.id} » a changé d'adresse : {item.address} est maintenant {one.address}"


def _swept(address: str, subnets: Iterable[str]) -> bool:
    return any(ip_address(address) in ip_network(subnet, strict=False) for subnet in subnets)


def _quoted(value: str) -> str:
    """Return a TOML basic string; what has no place in a name becomes a space."""
    return '"' + _words(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(told: str) -> str:
    return _line(told)[:_LONGEST_TEXT]


def _line(told: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())
