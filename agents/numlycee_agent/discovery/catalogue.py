"""Equipment that sweeps have found and that nobody has written, kept in one small file."""

import json
import logging
import os
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from numlycee.domain.french import plural
from numlycee.domain.kinds import WATCHED_KINDS, Kind
from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.records import canonical
from numlycee_agent.config import Accept, Config, Equipment
from numlycee_agent.spool.disk import Disk

FILE = "found.json"
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_DAY = 86_400_000
_KEYS = ("name", "address", "snmp", "vendor", "model")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An equipment as it was found, and when it was last seen, in milliseconds."""

    equipment: Equipment
    seen: int


class Catalogue:
    """What was found, by id; it stays there until it is forgotten, whether it answers or not.

    Another process may `forget` in the file: the next `refresh` heeds it.
    """

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self._path = path
        self._disk = disk or Disk()
        self.found = load(path)
        self._written = set(self.found)

    def refresh(self) -> bool:
        """Drop what was forgotten in the file; True when something was.

        A file that is damaged forgets nothing.
        """
        try:
            gone = self._written - _read(self._path).keys()
        except (OSError, ValueError):
            return False
        self.found = {name: one for name, one in self.found.items() if name not in gone}
        self._written -= gone
        return bool(gone)

    def hear(self, found: Iterable[Equipment], up: Collection[str], at: int) -> None:
        """Take in what a sweep found, where it is now; and what else is known to be `up`."""
        for item in found:
            self.found[item.id] = Sighting(item, at)
        for name in self.found.keys() & set(up):
            self.found[name] = replace(self.found[name], seen=at)

    def age(self, days: int, at: int) -> None:
        """Forget what was not seen for so many days; none when that is 0.

        What was last seen before the clock was set is taken for seen now.
        """
        for name, one in [*self.found.items()] if days else []:
            if one.seen < reading.EARLIEST:
                self.found[name] = replace(one, seen=at)
            elif at - one.seen >= days * _DAY:
                del self.found[name]

    def save(self) -> None:
        """Write the file; a disk that refuses costs the memory of a restart, and is told."""
        try:
            save(self._path, self.found, self._disk)
        except OSError as error:
            _log.warning("%s: %s", self._path, error.strerror)
        else:
            self._written = set(self.found)


def load(path: Path) -> dict[str, Sighting]:
    """Return what a file holds; nothing when it is absent or damaged: it is found again."""
    try:
        return _read(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _log.warning("%s: unreadable (%s); equipment is found again", path, error)
        return {}


def save(path: Path, found: Mapping[str, Sighting], disk: Disk) -> None:
    """Write what was found, whole or not at all; raises `OSError`."""
    body = {name: _row(one) for name, one in found.items()}
    disk.replace(path, canonical(body))


def forget(path: Path, names: Collection[str], disk: Disk) -> list[str]:
    """Remove these from a file and return those that were there; raises `OSError`.

    The file stays its owner's, whoever asks.
    """
    found = load(path)
    gone = sorted(found.keys() & set(names))
    if gone:
        owner = path.stat()
        save(path, {name: one for name, one in found.items() if name not in gone}, disk)
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)
    return gone


def in_french(config: Config) -> str:
    """Return what was found as people read it: how many, and those that nobody watches."""
    ids = {item.id for item in config.equipment}
    addresses = {item.address for item in config.equipment}
    names = [
        name
        for name, one in sorted(load(config.data / FILE).items())
        if name not in ids and one.equipment.address not in addresses
    ]
    if not names:
        return "rien de nouveau"
    count = plural(len(names), "équipement")
    if config.discovery.accept is Accept.ALL:
        return f"{count} que l'agent observe de lui-même : {', '.join(names)}"
    return (
        f"{count} que rien n'observe : {', '.join(names)} (« numlycee-agent discover » les propose)"
    )


def _read(path: Path) -> dict[str, Sighting]:
    body = reading.table(json.loads(path.read_bytes()), path.name)
    return {name: _sighting(name, reading.table(row, name)) for name, row in body.items()}


def _row(one: Sighting) -> dict[str, object]:
    item = one.equipment
    return {"kind": item.kind, "seen": one.seen, **{key: getattr(item, key) for key in _KEYS}}


def _sighting(name: str, row: reading.Fields) -> Sighting:
    if not _ID.fullmatch(name):
        raise WireError(name, "is no id")
    kind = reading.member(row.get("kind"), name, Kind, WATCHED_KINDS)
    told, address, snmp, vendor, model = (_text(row.get(key), name) for key in _KEYS)
    item = Equipment(name, kind, told, address, snmp=snmp, vendor=vendor, model=model)
    return Sighting(item, reading.integer(row, "seen", 0, 2**53))


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise WireError(name, "must be text")
    return value
