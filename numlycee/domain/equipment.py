"""The equipment that people have listed: what it is and who answers for it, never where it is.

Addresses and credentials stay with the site: the centre never tells an agent whom to ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.domain.causes import Owner
from numlycee.domain.kinds import Kind
from numlycee.domain.labels import Labels


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of equipment of a lycée; `id` is the one under which its agent watches it.

    `owner` is None where the rule decides. `source` is where it was read: a system and what that
    calls it, as in « netbox:42 ».
    """

    uai: str
    id: str
    kind: Kind
    name: str
    vendor: str = ""
    model: str = ""
    serial: str = ""
    owner: Owner | None = None
    operator: str = ""
    contract: str = ""
    labels: Labels = ()
    source: str = ""

    @property
    def system(self) -> str:
        """Return the system that it was read from, nothing when people wrote it."""
        return self.source.partition(":")[0]


Park = Mapping[str, Mapping[str, Item]]
"""Equipment by the UAI of its site, then by its id."""


def parked(items: "list[Item] | tuple[Item, ...]") -> dict[str, dict[str, Item]]:
    """Return items by site and id, each in order."""
    park: dict[str, dict[str, Item]] = {}
    for item in sorted(items, key=lambda one: (one.uai, one.id)):
        park.setdefault(item.uai, {})[item.id] = item
    return park
