"""Who hangs from whom, as the network tells it: remembered, and changed by a second word only."""

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.records import canonical
from numlycee_agent.config import Equipment
from numlycee_agent.spool.disk import Disk

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """What a device hangs from: the id of its parent, empty where the agent is plugged in.

    `port` and `index` (ifIndex) are the one port of the parent that leads to it, where there is
    one and it is known.
    """

    parent: str
    port: str = ""
    index: int = 0


class Places:
    """The places of equipment by id, in memory and in one small file.

    A place is taken for true when two tours in a row have told it, and stays until two others in a
    row tell another: silence changes nothing.
    """

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self._path = path
        self._disk = disk or Disk()
        self.known: dict[str, Place] = _load(path)
        self._told_once: dict[str, Place] = {}

    @property
    def awaiting(self) -> bool:
        """Tell whether something was told once, and waits for a second word."""
        return bool(self._told_once)

    def hear(self, told: Mapping[str, Place], answered: Collection[str]) -> bool:
        """Take in what a tour tells; True when a place has changed.

        A tour in which its present parent did not answer moves nothing from there: what hangs
        from a switch that is down stays where it was. Without the device that the agent is
        plugged in, a tour tells nothing at all.
        """
        roots = {name for name, place in self.known.items() if not place.parent}
        heard = told if roots <= set(answered) else {}
        moved = {
            name: place
            for name, place in heard.items()
            if place != (known := self.known.get(name))
            and (known is None or not known.parent or known.parent in answered)
        }
        sure = {name: place for name, place in moved.items() if self._told_once.get(name) == place}
        self._told_once = {name: place for name, place in moved.items() if name not in sure}
        self.known |= sure
        if sure:
            self._save()
        return bool(sure)

    def only(self, listed: Collection[str]) -> None:
        """Forget the places of what is no longer watched, and those that hang from it."""
        self.known = {
            name: place
            for name, place in self.known.items()
            if name in listed and (not place.parent or place.parent in listed)
        }

    def _save(self) -> None:
        body = {name: [it.parent, it.port, it.index] for name, it in self.known.items()}
        try:
            self._disk.replace(self._path, canonical(body))
        except OSError as error:
            _log.warning("%s: %s; a restart learns it again", self._path, error.strerror)


def hung(equipment: Sequence[Equipment], known: Mapping[str, Place]) -> tuple[Equipment, ...]:
    """Return the equipment with the parents that were learnt where people wrote none.

    A parent that is not listed is none, and one that would close a circle neither.
    """
    above = {item.id: item.parent or "" for item in equipment}
    for item in equipment:
        place = known.get(item.id)
        if item.parent is not None or place is None or place.parent not in above:
            continue
        if item.id not in _line(place.parent, above):
            above[item.id] = place.parent
    return tuple(
        replace(item, parent=above[item.id]) if item.parent is None and above[item.id] else item
        for item in equipment
    )


def _line(start: str, above: Mapping[str, str]) -> Iterator[str]:
    at = start
    while at:
        yield at
        at = above.get(at, "")


def _load(path: Path) -> dict[str, Place]:
    """Return the places of a file; none when it is absent or damaged: they are learnt again."""
    try:
        body = reading.table(json.loads(path.read_bytes()), path.name)
        return {name: _place(row, name) for name, row in body.items()}
    except FileNotFoundError:
        return {}
    except (OSError, WireError, ValueError) as error:
        _log.warning("%s: unreadable (%s); what hangs from what is learnt again", path, error)
        return {}


def _place(value: object, name: str) -> Place:
    parent, port, index = reading.array(value, name, 3)
    if not isinstance(parent, str) or not isinstance(port, str):
        raise WireError(name, "no place")
    return Place(parent, port, reading.as_integer(index, name, 0, 2**31))
