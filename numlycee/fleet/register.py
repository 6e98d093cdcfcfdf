"""The register of what people state, read from a TOML file that is kept under version control."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TypeVar

from numlycee.domain.calendars import zone_of
from numlycee.domain.causes import Owner
from numlycee.domain.register import Key, Lifetime, Overrule, Register, Trace
from numlycee.domain.tallies import Maintenance
from numlycee.domain.uai import parse_uai
from numlycee.settings import MisplacedError, load, nearest

T = TypeVar("T")
Stretch = tuple[datetime | None, datetime | None]
"""What must end after it begins; None where an end is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """Who states something of which resource, and why; without `site`, of a shared service."""

    site: str = ""
    resource: str = ""
    author: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse what names nothing, and a code that cannot be one."""
        if not (self.site or self.resource):
            message = "names neither a site nor a resource: write at least one of them"
            raise ValueError(message)
        if self.site:
            parse_uai(self.site)

    @property
    def key(self) -> Key:
        return parse_uai(self.site) if self.site else "", self.resource

    @property
    def stretch(self) -> Stretch:
        return None, None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intervention(_Statement):
    start: datetime
    end: datetime
    announced: datetime

    @property
    def stretch(self) -> Stretch:
        return self.start, self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class _Life(_Statement):
    begun: datetime | None = None
    retired: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a life of which nothing is said."""
        _Statement.__post_init__(self)
        if self.begun is None and self.retired is None:
            message = "says neither when it began (begun) nor when it ended (retired)"
            raise ValueError(message)

    @property
    def stretch(self) -> Stretch:
        return self.begun, self.retired


@dataclass(frozen=True, slots=True, kw_only=True)
class _Correction(_Statement):
    at: datetime
    owner: Owner
    given: datetime

    def __post_init__(self) -> None:
        """Refuse a correction that does not say which resource it is about."""
        _Statement.__post_init__(self)
        if not self.resource:
            message = "an outage belongs to one resource: name it"
            raise MisplacedError(("resource",), message)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """The tables of the file, each a list of statements."""

    maintenance: tuple[_Intervention, ...] = ()
    life: tuple[_Life, ...] = ()
    overrule: tuple[_Correction, ...] = ()


def read_register(path: Path, zone: str, sites: Collection[str]) -> Register:
    """Return the statements of a file; times without an offset are local to `zone`.

    Raises `SettingsError` naming file, line, key and remedy, also for a site that is not one of
    `sites` and for a stretch of time that ends before it begins.
    """
    reading = _Reading(zone_of(zone), sites)
    return reading.register(load(path, RegisterFile, reading.check))


@dataclass(frozen=True, slots=True)
class _Reading:
    zone: tzinfo
    sites: Collection[str]

    def check(self, content: RegisterFile) -> None:
        for name in ("maintenance", "life", "overrule"):
            for number, said in enumerate(getattr(content, name)):
                self._check(said, (name, str(number)))
        self._once(content.life)

    def _check(self, said: _Statement, place: tuple[str, ...]) -> None:
        if said.site and said.key[0] not in self.sites:
            close = nearest(said.key[0], self.sites)
            guess = f"; did you mean {close}?" if close else ""
            message = f"{said.key[0]} is not a site of the fleet{guess}"
            raise MisplacedError((*place, "site"), message)
        first, last = said.stretch
        if first and last and self._instant(first) >= self._instant(last):
            message = f"what begins on {first} cannot end on {last}"
            raise MisplacedError(place, message)

    def _once(self, lives: Iterable[_Life]) -> None:
        seen: set[Key] = set()
        for number, said in enumerate(lives):
            if said.key in seen:
                message = f"the life of {'/'.join(said.key)} is told twice: keep one table"
                raise MisplacedError(("life", str(number)), message)
            seen.add(said.key)

    def register(self, content: RegisterFile) -> Register:
        return Register(
            maintenance=_grouped((i.key, self._maintenance(i)) for i in content.maintenance),
            lifetimes={life.key: self._lifetime(life) for life in content.life},
            overrules=_grouped((c.key, self._overrule(c)) for c in content.overrule),
        )

    def _maintenance(self, said: _Intervention) -> Maintenance:
        start, end, announced = map(self._instant, (said.start, said.end, said.announced))
        return Maintenance(start, end, announced, said.author, said.reason)

    def _lifetime(self, said: _Life) -> Lifetime:
        begun, retired = (None if at is None else self._instant(at) for at in said.stretch)
        return Lifetime(begun, retired)

    def _overrule(self, said: _Correction) -> Overrule:
        trace = Trace(self._instant(said.given), said.author, said.reason)
        return Overrule(self._instant(said.at), said.owner, trace)

    def _instant(self, moment: datetime) -> int:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return round(aware.timestamp() * 1000)


def _grouped(pairs: Iterable[tuple[Key, T]]) -> Mapping[Key, tuple[T, ...]]:
    groups: dict[Key, list[T]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return {key: tuple(items) for key, items in groups.items()}
