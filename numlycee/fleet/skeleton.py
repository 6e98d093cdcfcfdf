"""The equipment of a lycée as its agent's file writes it; whom to ask is left to the site."""

from collections.abc import Iterable, Iterator, Mapping

from numlycee.domain.equipment import Item

HEADER = """\
# Équipements de {uai} d'après le registre du centre : à joindre à l'agent.toml du lycée.
# Le centre ne connaît ni adresse ni accès SNMP : complétez « address », et « snmp » s'il le faut.
# Vérifier :  numlycee-agent check -c agent.toml
"""


def skeleton(uai: str, items: Iterable[Item], addresses: Mapping[str, str]) -> str:
    """Return one table for each item, in the order of ids; `addresses` are those that are known.

    One without an address has an empty one, which the agent refuses until it is filled in.
    """
    blocks = ["\n".join(_block(item, addresses.get(item.id, ""))) for item in items]
    return "\n".join([HEADER.format(uai=uai), *(f"{block}\n" for block in blocks)])


def _block(item: Item, address: str) -> Iterator[str]:
    if item.serial:
        yield f"# n° de série {_line(item.serial)}"
    yield "[[equipment]]"
    yield f"id = {_quoted(item.id)}"
    yield f"kind = {_quoted(item.kind)}"
    yield f"name = {_quoted(item.name)}"
    yield f"address = {_quoted(address)}" if address else 'address = ""   # à compléter'
    for key in ("vendor", "model"):
        if text := getattr(item, key):
            yield f"{key} = {_quoted(text)}"


def _quoted(text: str) -> str:
    return '"' + _line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
