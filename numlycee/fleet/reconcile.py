"""The register of equipment beside what agents observe: what one has and the other has not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from numlycee.domain.equipment import Item, Park, parked
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import EQUIPMENT_KINDS
from numlycee.domain.naming import name_mark
from numlycee.domain.register import Key

Observed = Mapping[str, Iterable[Resource]]
"""What the agent of each site watches, by UAI."""


@dataclass(frozen=True, slots=True)
class Twin:
    """One thing under two ids: the same name in the register and in what an agent observes."""

    item: Item
    resource: Resource


@dataclass(frozen=True, slots=True)
class Standing:
    """How the register of one lycée agrees with what its agent observes.

    `both` are known to both, `unobserved` are in the register alone, `unlisted` are observed and in
    no register; `twins` are in neither of these; `differing` are known to both as another kind.
    """

    uai: str
    both: int
    unobserved: tuple[Item, ...]
    unlisted: tuple[Resource, ...]
    twins: tuple[Twin, ...]
    differing: tuple[Twin, ...]

    @property
    def agreed(self) -> bool:
        """Tell whether there is nothing to look at."""
        return not (self.unobserved or self.unlisted or self.twins or self.differing)


def reconciled(park: Park, observed: Observed) -> Iterator[Standing]:
    """Yield the standing of every lycée that has a register or an agent, in the order of UAI."""
    for uai in sorted({*park, *observed}):
        items = park.get(uai, {})
        watched = {r.id: r for r in observed.get(uai, ()) if r.kind in EQUIPMENT_KINDS}
        yield _standing(uai, items, watched)


def adopted(park: Park, standings: Iterable[Standing]) -> tuple[Park, Mapping[Key, Key]]:
    """Return the register with the ids of the agents for its twins, and where each one stood."""
    twins = {(t.item.uai, t.item.id): t.resource.id for one in standings for t in one.twins}
    items = (item for items in park.values() for item in items.values())
    renamed = [replace(item, id=twins.get((item.uai, item.id), item.id)) for item in items]
    return parked(renamed), {(uai, new): (uai, old) for (uai, old), new in twins.items()}


def _standing(uai: str, items: Mapping[str, Item], watched: Mapping[str, Resource]) -> Standing:
    both = items.keys() & watched.keys()
    alone = {name: item for name, item in items.items() if name not in both}
    unlisted = {name: resource for name, resource in watched.items() if name not in both}
    twins = tuple(_twins(alone, unlisted))
    return Standing(
        uai=uai,
        both=len(both),
        unobserved=_without(alone, {twin.item.id for twin in twins}),
        unlisted=_without(unlisted, {twin.resource.id for twin in twins}),
        twins=twins,
        differing=tuple(
            Twin(items[name], watched[name])
            for name in sorted(both)
            if items[name].kind is not watched[name].kind
        ),
    )


def _twins(alone: Mapping[str, Item], unlisted: Mapping[str, Resource]) -> Iterator[Twin]:
    """Yield what bears one name on both sides, and on each side once."""
    listed, seen = _named(alone), _named(unlisted)
    for name in sorted(listed.keys() & seen.keys()):
        yield Twin(alone[listed[name]], unlisted[seen[name]])


def _named(things: "Mapping[str, Item] | Mapping[str, Resource]") -> dict[str, str]:
    ids: dict[str, list[str]] = {}
    for name, thing in things.items():
        ids.setdefault(f"{thing.kind} {name_mark(thing.name)}", []).append(name)
    return {mark: found[0] for mark, found in ids.items() if len(found) == 1}


def _without(things: Mapping[str, object], ids: set[str]) -> tuple:  # type: ignore[type-arg]
    return tuple(thing for name, thing in sorted(things.items()) if name not in ids)
