"""What a list of equipment would change in the register; what vanished is told, and kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import chain, count

from numlycee.domain.equipment import Item, Park, parked
from numlycee.domain.labels import MOST, over
from numlycee.domain.naming import name_mark
from numlycee.domain.register import Key
from numlycee.fleet.listing import Fault, Listed, Listing
from numlycee.fleet.recognition import Signs, numbered

_TOLD = ("uai", "kind", "name", "vendor", "model", "serial")
_GIVEN = ("owner", "operator", "contract")


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item before and after, and the fields in which they differ."""

    before: Item
    after: Item
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EquipmentPlan:
    """Items that would be added and changed, those that vanished, and how many stay as they are.

    `addresses` are those that the list tells, by site and id: for an agent's file alone.
    """

    added: tuple[Item, ...]
    changed: tuple[ItemChange, ...]
    vanished: tuple[Item, ...]
    same: int
    faults: tuple[Fault, ...] = ()
    addresses: Mapping[Key, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)

    @property
    def moved(self) -> Mapping[Key, Key]:
        """Return where each item whose site changes stood before."""
        return {
            (change.after.uai, change.after.id): (change.before.uai, change.before.id)
            for change in self.changed
        }


def equipment_plan(present: Park, listing: Listing, *, whole: bool = False) -> EquipmentPlan:
    """Compare the register with what a system lists.

    An item is recognised by what the system calls it, else by its serial number, else by the id
    given, else by site and name; its own id never changes. What the system is silent about stays,
    and of what an item is, another system than its own only fills what is empty.
    Vanished is what came from this system and is in its list no more: of the sites and kinds that
    the list speaks of, or of all when the list is `whole`.
    """
    planning = _Planning(present, listing)
    return EquipmentPlan(
        added=tuple(planning.added),
        changed=tuple(change for change in planning.changes if change.fields),
        vanished=tuple(planning.vanished(whole=whole)),
        same=sum(not change.fields for change in planning.changes),
        faults=tuple(planning.faults),
        addresses=planning.addresses,
    )


def applied_equipment(present: Park, plan: EquipmentPlan) -> Park:
    """Return the register once a plan is carried out."""
    items = _keyed(present)
    for change in plan.changed:
        del items[change.before.uai, change.before.id]
    for item in (*plan.added, *(change.after for change in plan.changed)):
        items[item.uai, item.id] = item
    return parked(tuple(items.values()))


class _Planning:
    def __init__(self, present: Park, listing: Listing) -> None:
        self.added: list[Item] = []
        self.changes: list[ItemChange] = []
        self.faults: list[Fault] = []
        self.addresses: dict[Key, str] = {}
        self._listing = listing
        self._items = _keyed(present)
        self._occupied = set(self._items)
        self._taken: dict[Key, str] = {}
        lines = list(self._numbered_once())
        self._signs = Signs([one.item for one in lines])
        known = self._signs.recognised(self._items)
        self._free = self._items.keys() - known.values()
        for place, listed in enumerate(lines):
            if place in known:
                self._change(listed, self._items[known[place]])
        for place, listed in enumerate(lines):
            if place not in known:
                self._add(listed)

    def _numbered_once(self) -> Iterator[Listed]:
        """Yield the lines, but for those that bear the number of an earlier one."""
        seen: dict[str, str] = {}
        for listed in self._listing.items:
            source = listed.item.source
            if numbered(listed.item) and source in seen:
                reason = f"le numéro de {source} est déjà à : {seen[source]}"
                self.faults.append(Fault(listed.where, "", reason, "gardez une seule ligne"))
                continue
            seen[source] = listed.where
            yield listed

    def _change(self, listed: Listed, before: Item) -> None:
        self._occupied.discard((before.uai, before.id))
        after = self._merged(before, listed.item)
        if len(after.labels) > MOST:
            reason = f"{len(after.labels)} étiquettes avec celles du registre, {MOST} au plus"
            self.faults.append(Fault(listed.where, "", reason, "ôtez-en, ici ou au registre"))
            after = before
        self._occupied.add((after.uai, after.id))
        self._taken[after.uai, after.id] = listed.where
        self.addresses[after.uai, after.id] = listed.address
        if after is before:
            return
        names = (f.name for f in fields(Item) if getattr(before, f.name) != getattr(after, f.name))
        self.changes.append(ItemChange(before, after, tuple(names)))

    def _add(self, listed: Listed) -> None:
        item = listed.item
        name = self._signs.new_id(item)
        if not item.id and numbered(item):
            name = self._apart(item, name)
        if (item.uai, name) in self._occupied:
            there = self._taken.get((item.uai, name), "le registre, d'un autre équipement")
            reason = f"{item.name} serait {item.uai}/{name}, qui est déjà dans : {there}"
            remedy = "donnez-lui un numéro de série, ou un identifiant à lui"
            self.faults.append(Fault(listed.where, "", reason, remedy))
            return
        self._occupied.add((item.uai, name))
        self._taken[item.uai, name] = listed.where
        self.addresses[item.uai, name] = listed.address
        self.added.append(replace(item, id=name))

    def vanished(self, *, whole: bool) -> Iterator[Item]:
        """Yield what the system listed once and lists no more, in order."""
        told = [one.item for one in self._listing.items]
        sites, kinds = {item.uai for item in told}, {item.kind for item in told}
        for key in sorted(self._free):
            item = self._items[key]
            number = item.source.partition(":")[2].rpartition("/")[2]
            named = bool(number) and number in self._listing.faulty
            here = whole or (item.uai in sites and item.kind in kinds)
            if item.system == self._listing.system and here and not named:
                yield item

    def _apart(self, item: Item, name: str) -> str:
        """Return an id that nothing else of the site has: the number of its system tells it."""
        number = name_mark(item.source.rpartition("/")[2].rpartition(":")[2])
        own = f"{name}-{number}" if number else name
        ids = chain((name, own), (f"{own}-{rank}" for rank in count(2)))
        return next(one for one in ids if (item.uai, one) not in self._occupied)

    def _merged(self, before: Item, told: Item) -> Item:
        """Return an item as its system tells it now; of what it is, another only fills gaps."""
        foreign = numbered(before) and before.system != told.system
        first, second = (before, told) if foreign else (told, before)
        new = {name: getattr(first, name) or getattr(second, name) for name in _TOLD}
        new |= {name: getattr(told, name) or getattr(before, name) for name in _GIVEN}
        elsewhere = new["uai"] != before.uai
        return replace(
            before,
            **new,
            id=self._apart(told, before.id) if elsewhere else before.id,
            source=told.source if numbered(told) and not foreign else before.source or told.source,
            labels=over(before.labels, dict(told.labels)),
        )


def _keyed(park: Park) -> dict[Key, Item]:
    return {(uai, name): item for uai, items in park.items() for name, item in items.items()}
