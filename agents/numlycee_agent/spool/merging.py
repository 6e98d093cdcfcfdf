"""Adjacent bulletins of one run said again in fewer: what lasted through many is told once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.states import State
from numlycee.wire.records import (
    LONGEST_BULLETIN,
    Bulletin,
    Record,
    ResourceSpell,
    decode_record,
    encode,
)
from numlycee_agent.ports import MOST_SPELLS
from numlycee_agent.spool.segments import Kept, Segment


@dataclass(slots=True)
class _Merger:
    """A bulletin in the making: the first of those that it repeats, where it ends, its spells."""

    first: Bulletin
    end: int
    numbers: IntervalSet = NEVER
    spells: list[ResourceSpell] = field(default_factory=list)
    last: dict[tuple[str, State, Cause], int] = field(default_factory=dict)

    def takes(self, bulletin: Bulletin) -> bool:
        """Tell whether a bulletin follows this one and is made of the same inventory."""
        near = bulletin.start == self.end and bulletin.inventory == self.first.inventory
        short = bulletin.end - self.first.start <= LONGEST_BULLETIN
        return near and short and len(self.spells) + len(bulletin.spells) <= MOST_SPELLS

    def add(self, bulletin: Bulletin) -> None:
        """Take a bulletin in; its spells that go on are united with what they continue."""
        spans = ((bulletin.key.seq, bulletin.key.seq), *bulletin.replaces)
        self.numbers |= IntervalSet.of((first, last + 1) for first, last in spans)
        self.end = bulletin.end
        for spell in sorted(bulletin.spells, key=lambda spell: spell.start):
            self._lay(spell)

    def _lay(self, spell: ResourceSpell) -> None:
        kind = (spell.resource, spell.state, spell.cause)
        at = self.last.get(kind)
        if at is not None and self.spells[at].end == spell.start:
            self.spells[at] = self.spells[at]._replace(end=spell.end)
            return
        self.last[kind] = len(self.spells)
        self.spells.append(spell)

    def bulletin(self) -> Bulletin:
        """Return the merged bulletin; it still bears the key of the first."""
        replaces = tuple((first, after - 1) for first, after in self.numbers)
        return replace(self.first, end=self.end, spells=tuple(self.spells), replaces=replaces)


def is_plain(records: Iterable[Record]) -> bool:
    """Tell whether records are bulletins that can be merged.

    The first record of a run names the run before, and the last count of a day's devices is heeded:
    they keep their numbers.
    """
    return all(
        isinstance(record, Bulletin) and not record.previous and not record.fleet
        for record in records
    )


def merged(records: Iterable[Record]) -> Sequence[Bulletin]:
    """Return bulletins that say what these plain ones of one run say, as few as can be.

    They still bear keys of the old ones.
    """
    mergers: list[_Merger] = []
    bulletins = [record for record in records if isinstance(record, Bulletin)]
    for bulletin in sorted(bulletins, key=lambda bulletin: bulletin.start):
        if not mergers or not mergers[-1].takes(bulletin):
            mergers.append(_Merger(bulletin, bulletin.end))
        mergers[-1].add(bulletin)
    return [merger.bulletin() for merger in mergers]


def bite(segments: Iterable[Segment], most: int) -> Sequence[Segment]:
    """Return the first segments that fill so many bytes; none when they all do not."""
    taken: list[Segment] = []
    for segment in segments:
        taken.append(segment)
        if sum(part.size for part in taken) >= most:
            return taken
    return ()


def shorter(
    parts: Iterable[tuple[Segment, Sequence[Kept]]],
) -> tuple[Sequence[Segment], Sequence[Bulletin]]:
    """Return segments of one run, and what says the same in half the room; nothing if none does."""
    read = [(segment, [decode_record(kept.raw) for kept in found]) for segment, found in parts]
    plain = [(segment, records) for segment, records in read if records and is_plain(records)]
    bulletins = merged(record for _, records in plain for record in records)
    length = sum(len(encode(bulletin)) for bulletin in bulletins)
    if 2 * length > sum(segment.size for segment, _ in plain):
        return (), ()
    return [segment for segment, _ in plain], bulletins
