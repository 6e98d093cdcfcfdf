"""The agent's configuration, as read from `agent.toml`."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from numlycee.domain.kinds import WATCHED_KINDS, Kind
from numlycee.domain.uai import parse_uai
from numlycee.settings import MisplacedError, load, nearest
from numlycee.wire.errors import WireError
from numlycee.wire.reading import as_text
from numlycee.wire.topics import DEFAULT_ROOT
from numlycee_agent import targets
from numlycee_agent.access import Tls, Version
from numlycee_agent.credentials import SnmpAccess
from numlycee_agent.probes.quality import Limits

DEFAULT_SNMP = "default"
NO_SNMP = "none"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
Given = TypeVar("Given")
Meant = TypeVar("Meant")
_NOT_EQUIPMENT = {Kind.LINK, Kind.SERVICE}


@dataclass(frozen=True, slots=True)
class Mqtt:
    """The broker of the Region; without `tls` everything travels in clear."""

    host: str
    port: int = 8883
    root: str = DEFAULT_ROOT
    version: Version = Version.AUTO
    username: str | None = None
    password_file: Path | None = None
    tls: Tls | None = None

    def __post_init__(self) -> None:
        """Refuse a port that cannot be."""
        _read("port", targets.port, self.port)


@dataclass(frozen=True, slots=True)
class Spool:
    """How much is kept on disk while the centre is away, and how long after its receipt."""

    mebibytes: int = 64
    retention_days: int = 14

    def __post_init__(self) -> None:
        """Refuse what could hold nothing."""
        if self.mebibytes < 4:  # noqa: PLR2004 (a few hours of a large lycée)
            raise MisplacedError(("mebibytes",), "must be at least 4")
        if self.retention_days < 1:
            raise MisplacedError(("retention_days",), "must be at least 1")


@dataclass(frozen=True, slots=True)
class Periods:
    """Seconds between two observations of a resource, and between two bulletins.

    `core` is for routers, firewalls, Wi-Fi controllers and equipment that others hang from.
    """

    link: float = 2.0
    core: float = 2.0
    equipment: float = 10.0
    service: float = 60.0
    snmp: float = 30.0
    bulletin: float = 30.0

    def __post_init__(self) -> None:
        """Refuse a rhythm that would hammer or sleep."""
        for key in self.__slots__:
            _rhythm(getattr(self, key), key)


@dataclass(frozen=True, slots=True)
class Link:
    """The site's access: targets beyond it, and references on its own network."""

    outside: tuple[str, ...]
    lan: tuple[str, ...]
    id: str = "link"
    name: str = "Liaison très haut débit"
    parent: str | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Refuse targets that cannot be read, and a link that could not be judged."""
        _label("name", self.name)
        for key in ("outside", "lan"):
            if not getattr(self, key):
                raise MisplacedError((key,), "needs one target at least")
            for spelt in getattr(self, key):
                _read(key, targets.parse, spelt)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a service and what it must be: see `probes.scenario.Step`."""

    url: str
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ("momentanément indisponible",)
    lands: str = ""

    def __post_init__(self) -> None:
        """Refuse an address that is not of the Web."""
        if not re.match(r"https?://[^/\s]", self.url):
            raise MisplacedError(("url",), f"{self.url!r} must begin with https:// or http://")
        try:
            urlsplit(self.url).port  # noqa: B018 (reading it is the check)
        except ValueError as error:
            raise MisplacedError(("url",), f"{self.url!r}: {error}") from error


@dataclass(frozen=True, slots=True)
class Service:
    """A service played page by page, all within `timeout` seconds; degraded from `slow` on."""

    id: str
    name: str
    step: tuple[Step, ...]
    parent: str | None = None
    timeout: float = 10.0
    slow: float = 4.0
    authority: Path | None = None
    period: float | None = None

    def __post_init__(self) -> None:
        """Refuse a service without a page."""
        if not self.step:
            raise MisplacedError(("step",), "needs one page at least: add [[service.step]]")
        _label("name", self.name)
        _rhythm(self.period, "period")
        _rhythm(self.timeout, "timeout")


@dataclass(frozen=True, slots=True)
class Equipment:
    """One device of the site; `snmp` names a table of `[snmp]`, or is "none".

    With `tcp` its life is a connection to that port, for a device that must not answer to pings.
    """

    id: str
    kind: Kind
    name: str
    address: str
    parent: str | None = None
    snmp: str = ""
    tcp: int | None = None
    period: float | None = None
    vendor: str = ""
    model: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no equipment or has no address."""
        if self.kind not in WATCHED_KINDS:
            reason = f"the centre works a {self.kind} out: name its parts instead"
            raise MisplacedError(("kind",), reason)
        if self.kind in _NOT_EQUIPMENT:
            raise MisplacedError(("kind",), f"a {self.kind} has its own table, [{self.kind}]")
        object.__setattr__(self, "address", _read("address", targets.address, self.address))
        if self.tcp is not None:
            _read("tcp", targets.port, self.tcp)
        _label("name", self.name)
        for key in ("vendor", "model"):
            if getattr(self, key):
                _label(key, getattr(self, key))
        _rhythm(self.period, "period")


@dataclass(frozen=True, slots=True)
class Traps:
    """Where SNMP traps and informs are received, and from which accesses; none unless written.

    `accept` names tables of `[snmp]`; every one of them when it is empty.
    """

    listen: str
    accept: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no address and port."""
        _read("listen", targets.listener, self.listen)

    @property
    def address(self) -> tuple[str, int]:
        """Return the address and the port to listen on."""
        return targets.listener(self.listen)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything of `agent.toml`."""

    uai: str
    receipt_key_file: Path
    mqtt: Mqtt
    data: Path = Path("/var/lib/numlycee-agent")
    spool: Spool = field(default_factory=Spool)
    periods: Periods = field(default_factory=Periods)
    snmp: Mapping[str, SnmpAccess] = field(default_factory=dict)
    link: Link | None = None
    service: tuple[Service, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    traps: Traps | None = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself across tables."""
        object.__setattr__(self, "uai", _read("uai", parse_uai, self.uai))
        listed = dict(_listed(self))
        if not listed:
            raise ValueError("nothing to watch: add [link], [[service]] or [[equipment]]")
        _check_ids(list(_listed(self)))
        _check_parents(listed)
        for i, item in enumerate(self.equipment):
            if item.snmp not in {"", NO_SNMP}:
                _check_snmp(item.snmp, self.snmp, ("equipment", str(i), "snmp"))
        if self.traps:
            _check_traps(self.traps, self.snmp)

    @property
    def traps_file(self) -> Path:
        """Return where the agent keeps its counts of traps, for `numlycee-agent status`."""
        return self.data / "traps.json"


Item = Link | Service | Equipment
Place = tuple[str, ...]


def read(path: Path) -> Config:
    """Read `agent.toml`; paths are relative to it. Raises `SettingsError`."""
    return load(path, Config)


def _listed(config: Config) -> Iterator[tuple[Place, Item]]:
    if config.link is not None:
        yield ("link",), config.link
    yield from ((("service", str(i)), item) for i, item in enumerate(config.service))
    yield from ((("equipment", str(i)), item) for i, item in enumerate(config.equipment))


def _check_ids(listed: list[tuple[Place, Item]]) -> None:
    seen: set[str] = set()
    for place, item in listed:
        if not _ID.fullmatch(item.id):
            reason = f"{item.id!r} must be 1 to 64 of a-z 0-9 . _ -, as in sw-coeur"
            raise MisplacedError((*place, "id"), reason)
        if item.id in seen:
            raise MisplacedError((*place, "id"), f"{item.id!r} is used twice")
        seen.add(item.id)


def _check_parents(listed: Mapping[Place, Item]) -> None:
    parents = {item.id: item.parent for item in listed.values()}
    equipment = {item.id for item in listed.values() if isinstance(item, Equipment)}
    for place, item in listed.items():
        if item.parent is None:
            continue
        if item.parent not in equipment:
            close = nearest(item.parent, equipment)
            guess = f"; did you mean {close!r}?" if close else ""
            reason = f"{item.parent!r} is the id of no equipment{guess}"
            raise MisplacedError((*place, "parent"), reason)
        if item.id in (line := _ancestors(item.id, parents)):
            reason = " ← ".join([item.id, *line])
            raise MisplacedError((*place, "parent"), f"goes round in a circle: {reason}")


def _ancestors(start: str, parents: Mapping[str, str | None]) -> list[str]:
    line: list[str] = []
    at = parents.get(start)
    while at is not None and at not in line:
        line.append(at)
        at = parents.get(at)
    return line


def _check_snmp(name: str, known: Mapping[str, SnmpAccess], place: Place) -> None:
    if name not in known:
        close = nearest(name, known)
        guess = f"; did you mean {close!r}?" if close else ""
        raise MisplacedError(place, f"{name!r} is not described: add [snmp.{name}]{guess}")


def _check_traps(traps: Traps, known: Mapping[str, SnmpAccess]) -> None:
    if not known:
        reason = "no trap could be accepted: add [snmp.default] with its community or user"
        raise MisplacedError(("traps", "listen"), reason)
    for name in traps.accept:
        _check_snmp(name, known, ("traps", "accept"))


def _read(key: str, read: Callable[[Given], Meant], given: Given) -> Meant:
    try:
        return read(given)
    except ValueError as error:
        raise MisplacedError((key,), str(error)) from error


def _label(key: str, text: str) -> None:
    """Refuse what the wire cannot carry: the centre would refuse the whole inventory."""
    try:
        as_text(text, key)
    except WireError as error:
        raise MisplacedError((key,), f"{error.reason}, not {text!r}") from error


def _rhythm(seconds: float | None, key: str) -> None:
    """Refuse a rhythm that hammers, or that holds back what is settled of all the others."""
    if seconds is not None and not 0.5 <= seconds <= 60:  # noqa: PLR2004 (as the message says)
        raise MisplacedError((key,), f"must be from 0.5 to 60 seconds, not {seconds:g}")
