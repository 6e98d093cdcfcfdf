"""The issued list as the agent keeps it: hashes and states, and the day it was imported."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.records import canonical
from numlycee_agent.mobile.states import Standing
from numlycee_agent.spool.disk import Disk

_log = logging.getLogger(__name__)

MOST_ISSUED = 10_000
"""Devices of one list."""
_VERSION = 1
_LONGEST_HASH = 32


@dataclass(frozen=True, slots=True)
class Device:
    """An issued device: every hash it may be seen under, and what the list says of it."""

    hashes: tuple[str, ...]
    standing: Standing

    @property
    def name(self) -> str:
        """Return the hash that names the device."""
        return self.hashes[0]


@dataclass(frozen=True, slots=True)
class Listing:
    """The issued devices, and the day they were imported."""

    imported: date
    devices: tuple[Device, ...]
    by_hash: Mapping[str, Device] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find devices by any of their hashes."""
        found = {one: device for device in self.devices for one in device.hashes}
        object.__setattr__(self, "by_hash", found)


def save(path: Path, listing: Listing, disk: Disk) -> None:
    """Write a list, whole or not at all; raises `OSError`."""
    devices = [[device.standing.value, *device.hashes] for device in listing.devices]
    content = {"v": _VERSION, "imported": listing.imported.isoformat(), "devices": devices}
    disk.replace(path, canonical(content))


def load(path: Path) -> Listing | None:
    """Return the list of a file; None without a file that can be read."""
    try:
        fields = reading.table(json.loads(path.read_bytes()), path.name)
        devices = reading.items(fields.get("devices"), "devices", _device, MOST_ISSUED)
        return Listing(date.fromisoformat(reading.text(fields, "imported", 10)), tuple(devices))
    except FileNotFoundError:
        return None
    except (OSError, WireError, ValueError) as error:
        _log.warning("%s: cannot be read (%s); import the list again", path, _reason(error))
        return None


def _device(value: object, where: str) -> Device:
    word, *hashes = reading.array(value, where, 64)
    if not hashes:
        raise WireError(where, "names no device")
    standing = reading.member(word, where, Standing)
    return Device(tuple(reading.as_text(one, where, _LONGEST_HASH) for one in hashes), standing)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
