"""What dates the records of boots that began before their clock was set."""

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.records import (
    Bulletin,
    Gap,
    InventoryRecord,
    ResourceSpell,
    canonical,
    decode_record,
    encode,
)
from numlycee_agent.spool.disk import Disk

FILE = "dates"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """The sound anchors of one boot: the first dates what came before it, the last goes on."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of each boot, and an instant that is surely past."""

    latest: int = 0
    boots: Mapping[str, Known] = field(default_factory=dict)

    def knowing(self, boot: str, anchor: int, at: int) -> "Dates":
        """Return the dates once a boot is dated, again perhaps; its first anchor stays."""
        before = self.boots.get(boot)
        known = Known(before.first if before else anchor, anchor)
        return Dates(max(self.latest, at), {**self.boots, boot: known})

    def anchor(self, boot: str) -> int | None:
        """Return the last anchor of a boot, if it has one."""
        return self.boots[boot].last if boot in self.boots else None

    def only(self, boots: Collection[str]) -> "Dates":
        """Return the dates of the boots that are still of use."""
        kept = {boot: anchor for boot, anchor in self.boots.items() if boot in boots}
        return replace(self, boots=kept)


def load(path: Path) -> Dates:
    """Return the dates of a file; none when it is absent or damaged."""
    try:
        fields = reading.table(json.loads(path.read_bytes()), path.name)
        boots = reading.table(fields.get("boots"), "boots")
        return Dates(
            reading.integer(fields, "latest"),
            {boot: _known(pair, boot) for boot, pair in boots.items()},
        )
    except FileNotFoundError:
        return Dates()
    except (OSError, WireError, ValueError) as error:
        _log.warning("%s: unreadable (%s); boots whose clock was not set stay undated", path, error)
        return Dates()


def save(path: Path, dates: Dates, disk: Disk) -> None:
    """Write the dates, whole or not at all; raises `OSError`."""
    boots = {boot: [known.first, known.last] for boot, known in dates.boots.items()}
    disk.replace(path, canonical({"latest": dates.latest, "boots": boots}))


def _known(value: object, boot: str) -> Known:
    first, last = (
        reading.as_integer(anchor, boot, -reading.LATEST)
        for anchor in reading.array(value, boot, 2)
    )
    return Known(first, last)


def moved(raw: bytes, by: int) -> bytes:
    """Return a record with every instant of its author's line moved by some milliseconds.

    The devices counted on a day that was only guessed are left out.
    """
    record = decode_record(raw)
    key = replace(record.key, began=record.key.began + by)
    match record:
        case Bulletin():
            spells = tuple(
                ResourceSpell(s.resource, s.state, s.cause, s.start + by, s.end + by)
                for s in record.spells
            )
            start, end = record.start + by, record.end + by
            return encode(replace(record, key=key, start=start, end=end, spells=spells, fleet=None))
        case InventoryRecord() | Gap():
            return encode(replace(record, key=key))
