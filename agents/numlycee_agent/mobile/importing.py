"""The issued list of devices, from the exports of GLPI or of an MDM."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from numlycee.settings import SettingsError
from numlycee_agent.mobile.columns import Layout
from numlycee_agent.mobile.exports import Export
from numlycee_agent.mobile.hashing import Hasher, octets_of
from numlycee_agent.mobile.listing import MOST_ISSUED, Device, Listing
from numlycee_agent.mobile.states import Standing, standing, stronger

_BETWEEN = re.compile(r"<br\s*/?>|[\s,;|$]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken in, and why; it quotes no identifier."""

    file: str
    line: int
    reason: str


@dataclass(slots=True)
class Import:
    """What the exports say together; `columns` tells which of each were read."""

    hasher: Hasher
    own: Mapping[str, Standing] = field(default_factory=dict)
    rows: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    _standings: dict[int, Standing] = field(default_factory=dict)
    _hashes: dict[int, list[str]] = field(default_factory=dict)
    _owner: dict[str, int] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        """Take in one export; raises `SettingsError` for a file that is no such export."""
        export = Export(path)
        self.columns.append(f"{path.name} ({export.layout.told(export.headings)})")
        for line, row in export.rows():
            self._row(export.layout, row, path.name, line)

    def listing(self, day: date) -> Listing:
        """Return the list; raises `SettingsError` for one beyond what a lycée can hold."""
        devices = [Device(tuple(self._hashes[i]), self._standings[i]) for i in self._standings]
        if len(devices) > MOST_ISSUED:
            message = f"{len(devices)} équipements : un lycée n'en a pas plus de {MOST_ISSUED}"
            raise SettingsError(message)
        return Listing(day, tuple(sorted(devices, key=lambda device: device.name)))

    def _row(self, layout: Layout, row: Sequence[str], file: str, line: int) -> None:
        self.rows += 1
        try:
            hashes = self._identify(layout, row)
            word = self._standing(layout, row)
        except ValueError as error:
            self.refusals.append(Refusal(file, line, str(error)))
        else:
            self._join(hashes, word)

    def _identify(self, layout: Layout, row: Sequence[str]) -> list[str]:
        serial = self.hasher.serial(_cell(row, layout.serial))
        written = [one for i in layout.macs for one in _apart(_cell(row, i))]
        hashes = [self.hasher.mac(octets) for one in written if (octets := octets_of(one))]
        if not serial and not hashes:
            bad = "adresse MAC illisible" if written else "aucune adresse MAC"
            raise ValueError(f"ni numéro de série utilisable ni adresse MAC ({bad})")
        return [serial, *hashes] if serial else hashes

    def _standing(self, layout: Layout, row: Sequence[str]) -> Standing:
        found = Standing.ISSUED
        for place in layout.states:
            word = standing(_cell(row, place), self.own)
            if word is None:
                raise ValueError("état inconnu : ajoutez-le à [mobile.states] de agent.toml")
            found = stronger(found, word)
        return found

    def _join(self, hashes: Iterable[str], word: Standing) -> None:
        """Make one device of all that bears one of these hashes."""
        hashes = list(dict.fromkeys(hashes))
        known = sorted({self._owner[one] for one in hashes if one in self._owner})
        device = known[0] if known else len(self._owner)
        merged = list(dict.fromkeys([h for k in known for h in self._hashes.pop(k)] + hashes))
        for other in known:
            word = stronger(word, self._standings.pop(other))
        self._standings[device], self._hashes[device] = word, merged
        self._owner |= dict.fromkeys(merged, device)


@dataclass(frozen=True, slots=True)
class Change:
    """What a new list changes of the one before."""

    new: int
    gone: int
    changed: int

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def change(before: Listing | None, after: Listing) -> Change:
    """Return what is new, gone, or changed."""
    old = {device.name: device for device in before.devices} if before else {}
    new = {device.name: device for device in after.devices}
    both = old.keys() & new.keys()
    return Change(
        len(new.keys() - old.keys()),
        len(old.keys() - new.keys()),
        sum(old[name] != new[name] for name in both),
    )


def by_standing(listing: Listing) -> Mapping[Standing, int]:
    """Return how many devices there are of each standing."""
    counts = Counter(device.standing for device in listing.devices)
    return {word: counts[word] for word in reversed(Standing) if counts[word]}


def _apart(cell: str) -> list[str]:
    """Return the addresses of a cell, which may hold those of several interfaces."""
    return [cell] if octets_of(cell) else [one for one in _BETWEEN.split(cell) if one]


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def lines(refusals: Sequence[Refusal], most: int) -> Iterator[str]:
    """Yield the refusals as people read them, `most` of them at most."""
    for refusal in refusals[:most]:
        yield f"{refusal.file}, ligne {refusal.line} : {refusal.reason}"
    if len(refusals) > most:
        yield f"… et {len(refusals) - most} autres"
