"""What is remembered of devices: the last school day each was seen, its faults, counts to send."""

import json
import logging
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from numlycee.domain.devices import Fleet
from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.fleet import read_fleet, spell_fleet
from numlycee.wire.records import canonical
from numlycee_agent.spool.disk import Disk

_log = logging.getLogger(__name__)

MOST_WAITING = 31
"""Days of counts kept until a bulletin takes them."""
_VERSION = 1


class Fault(StrEnum):
    """What a device's beacon says against it."""

    BATTERY = "battery"
    DISK = "disk"
    SENSORS = "sensors"
    BUILD = "build"
    ENT = "ent"


@dataclass(slots=True)
class Memory:
    """By the hash that names a device: the day it was last seen, and what ails it.

    `today` is the day that is being counted, `days` those that were, `waiting` the counts that no
    bulletin has taken yet.
    """

    today: date | None = None
    days: list[date] = field(default_factory=list)
    seen: dict[str, date] = field(default_factory=dict)
    faults: dict[str, frozenset[Fault]] = field(default_factory=dict)
    waiting: list[Fleet] = field(default_factory=list)

    def purge(self, today: date, keep: int, issued: Container[str] | None) -> None:
        """Forget what is older than `keep` days, and devices not `issued`, unless that is None."""
        oldest = today - timedelta(days=keep)
        self.days = [day for day in self.days if day >= oldest]
        self.seen = {
            name: day
            for name, day in self.seen.items()
            if day >= oldest and (issued is None or name in issued)
        }
        self.faults = {name: found for name, found in self.faults.items() if name in self.seen}


def save(path: Path, memory: Memory, disk: Disk) -> None:
    """Write what is remembered, whole or not at all; raises `OSError`."""
    seen: dict[str, list[str]] = {}
    for name, day in sorted(memory.seen.items()):
        seen.setdefault(day.isoformat(), []).append(name)
    content = {
        "v": _VERSION,
        "today": memory.today and memory.today.isoformat(),
        "days": [day.isoformat() for day in memory.days],
        "seen": seen,
        "faults": {name: sorted(found) for name, found in memory.faults.items()},
        "waiting": [spell_fleet(fleet) for fleet in memory.waiting],
    }
    disk.replace(path, canonical(content))


def load(path: Path) -> Memory:
    """Return what a file remembers; nothing when it is absent or damaged."""
    try:
        fields = reading.table(json.loads(path.read_bytes()), path.name)
        return Memory(
            _day(fields["today"]) if fields.get("today") else None,
            reading.items(fields.get("days"), "days", _day),
            dict(_seen(reading.table(fields.get("seen"), "seen"))),
            dict(_faults(reading.table(fields.get("faults"), "faults"))),
            reading.items(fields.get("waiting"), "waiting", _fleet),
        )
    except FileNotFoundError:
        return Memory()
    except (OSError, WireError, ValueError, KeyError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        _log.warning("%s: cannot be read (%s); devices are counted afresh", path, reason)
        return Memory()


def _seen(fields: reading.Fields) -> Iterator[tuple[str, date]]:
    for day, names in fields.items():
        for name in reading.array(names, day, 100_000):
            yield reading.as_text(name, day, 32), _day(day)


def _faults(fields: reading.Fields) -> Iterator[tuple[str, frozenset[Fault]]]:
    for name, found in fields.items():
        yield name, frozenset(reading.items(found, "faults", _fault))


def _fault(value: object, where: str) -> Fault:
    return reading.member(value, where, Fault)


def _fleet(value: object, where: str) -> Fleet:
    del where
    return read_fleet(value, reading.LATEST)


def _day(value: object, where: str = "") -> date:
    return date.fromisoformat(reading.as_text(value, where, 10))
