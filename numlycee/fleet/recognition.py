"""Which items of a register the lines of a list speak of: the surest signs first, for all lines."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from numlycee.domain.equipment import Item
from numlycee.domain.naming import equipment_id, name_mark, serial_mark
from numlycee.domain.register import Key


class Signs:
    """What tells the items of one list apart; a serial number that several bear tells nothing."""

    def __init__(self, told: Sequence[Item]) -> None:
        """Look at the whole list."""
        self._told = told
        often = Counter(serial_mark(item.serial) for item in told)
        self._shared = {serial for serial, times in often.items() if times > 1}

    def serial(self, item: Item) -> str:
        """Return what its serial number marks an item by, nothing where it is no sign."""
        mark = serial_mark(item.serial)
        return "" if mark in self._shared else mark

    def new_id(self, item: Item) -> str:
        """Return the id that an item gives itself, else the one that an agent would propose."""
        return item.id or equipment_id(item.kind, self.serial(item) or name_mark(item.name))

    def recognised(self, items: Mapping[Key, Item]) -> dict[int, Key]:
        """Return the item of a register that each line speaks of, by the line's place in the list.

        An item is recognised once, by the number of its system, else by its serial number, else by
        its id (that it would be given, where a line gives none), else by its site, kind and name; a
        sign that several items bear recognises none of them.
        """
        known: dict[int, Key] = {}
        free = dict(items)
        for sign in (_source, self.serial, self._identifier, _called):
            there = _once((sign(item), key) for key, item in free.items())
            for place, item in enumerate(self._told):
                key = None if place in known else there.get(sign(item))
                if key in free and self._may_be(free[key], item):
                    known[place] = key
                    del free[key]
        return known

    def _identifier(self, item: Item) -> str:
        return f"{item.uai}/{self.new_id(item)}"

    def _may_be(self, there: Item, item: Item) -> bool:
        """Tell whether nothing says that they are two: neither their numbers nor their serials."""
        if numbered(there) and numbered(item) and there.system == item.system:
            return there.source == item.source
        mine, theirs = self.serial(item), self.serial(there)
        return not (mine and theirs) or mine == theirs


def numbered(item: Item) -> bool:
    """Tell whether the system that an item was read from gives it a number."""
    return bool(item.source.partition(":")[2])


def _source(item: Item) -> str:
    return item.source if numbered(item) else ""


def _called(item: Item) -> str:
    return f"{item.uai} {item.kind} {name_mark(item.name)}"


def _once(pairs: Iterable[tuple[str, Key]]) -> dict[str, Key]:
    """Return what names one thing alone."""
    found: dict[str, list[Key]] = {}
    for name, key in pairs:
        found.setdefault(name, []).append(key)
    return {name: keys[0] for name, keys in found.items() if name and len(keys) == 1}
