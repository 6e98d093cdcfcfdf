"""Where the mobile devices handed to pupils are seen, and when they count as fit."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from numlycee.domain.calendars import zone_of
from numlycee.settings import MisplacedError, nearest
from numlycee_agent.config.checks import DEFAULT_SNMP, NO_SNMP, read_as
from numlycee_agent.config.resources import Equipment
from numlycee_agent.mobile.states import Standing, fold

MOST_DAYS = 92
"""Nothing is kept of a device for longer than three months."""
_SHORTEST, _LONGEST = 60.0, 3600.0


class LeaseFormat(StrEnum):
    """The servers of DHCP whose files of leases are read."""

    DNSMASQ = "dnsmasq"
    ISC = "isc"
    KEA = "kea"


@dataclass(frozen=True, slots=True)
class Leases:
    """A file of DHCP leases; `seconds` is how long a lease lasts, which dnsmasq does not write."""

    file: Path
    format: LeaseFormat
    seconds: int = 3600

    def __post_init__(self) -> None:
        """Refuse a lease that lasts no time."""
        if self.seconds <= 0:
            raise MisplacedError(("seconds",), f"must be more than 0, not {self.seconds}")


@dataclass(frozen=True, slots=True)
class Fitness:
    """What a device must say of itself in its beacon: shares from 0 to 1, the oldest builds."""

    battery: float = 0.5
    disk_free: float = 0.05
    builds: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no share, and a build without figures to compare."""
        for key in ("battery", "disk_free"):
            if not 0 <= getattr(self, key) <= 1:
                raise MisplacedError((key,), f"must be from 0 to 1, not {getattr(self, key):g}")
        for system, build in self.builds.items():
            if not re.search(r"\d", build):
                raise MisplacedError(("builds", system), f"{build!r} holds no number")


@dataclass(frozen=True, slots=True)
class Mobile:
    """The counting of mobile devices; nothing is read unless a source is named.

    `wifi`, `bridges` and `routers` name equipment whose tables of associations, of learnt MAC
    addresses and of IP neighbours are read by SNMP, every `period` seconds of a day of school.
    """

    key_file: Path = Path("mobile.key")
    wifi: tuple[str, ...] = ()
    bridges: tuple[str, ...] = ()
    routers: tuple[str, ...] = ()
    leases: tuple[Leases, ...] = ()
    period: float = 600.0
    zone: str = "Europe/Paris"
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5)
    closed: tuple[tuple[date, date], ...] = ()
    recent: int = 10
    keep_days: int = MOST_DAYS
    fitness: Fitness = field(default_factory=Fitness)
    states: Mapping[str, Standing] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no day, no rhythm, no delay."""
        if not _SHORTEST <= self.period <= _LONGEST:
            raise MisplacedError(("period",), f"must be from 60 to 3600 s, not {self.period:g}")
        if not self.weekdays or not set(self.weekdays) <= set(range(1, 8)):
            raise MisplacedError(("weekdays",), "must be days from 1, Monday, to 7, Sunday")
        for i, (first, last) in enumerate(self.closed):
            if last < first:
                raise MisplacedError(("closed", str(i)), f"ends on {last}, before its {first}")
        if not 1 <= self.recent <= MOST_DAYS:
            raise MisplacedError(("recent",), f"must be from 1 to {MOST_DAYS} days of school")
        if not 1 <= self.keep_days <= MOST_DAYS:
            reason = f"must be from 1 to {MOST_DAYS}: nothing is kept beyond three months"
            raise MisplacedError(("keep_days",), reason)
        read_as("zone", _zone, self.zone)

    @property
    def own_states(self) -> Mapping[str, Standing]:
        """Return the site's own words for states, as lists are compared."""
        return {fold(word): standing for word, standing in self.states.items()}

    def sources(self) -> Mapping[str, tuple[str, ...]]:
        """Return the equipment of each kind of table, by the key that names it."""
        return {"wifi": self.wifi, "bridges": self.bridges, "routers": self.routers}


def check_mobile(
    mobile: Mobile, data: Path, equipment: Iterable[Equipment], snmp: Mapping[str, object]
) -> None:
    """Refuse a source that is no equipment asked by SNMP, and a key beside what it protects."""
    asked = {i.id for i in equipment if i.snmp != NO_SNMP and (i.snmp or DEFAULT_SNMP) in snmp}
    for key, names in mobile.sources().items():
        for name in names:
            if name not in asked:
                close = nearest(name, asked)
                guess = f"; did you mean {close!r}?" if close else ""
                reason = f"{name!r} is the id of no equipment asked by SNMP{guess}"
                raise MisplacedError(("mobile", key), reason)
    if data.absolute() in mobile.key_file.absolute().parents:
        reason = "must not be in `data`: whoever copies the one would hold the other"
        raise MisplacedError(("mobile", "key_file"), reason)


def _zone(name: str) -> str:
    try:
        zone_of(name)
    except (KeyError, ValueError):
        raise ValueError(f"{name!r} is no time zone: write Europe/Paris, for instance") from None
    return name
