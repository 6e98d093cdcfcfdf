"""The agent's configuration, as read from `agent.toml`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from numlycee.domain.uai import parse_uai
from numlycee.settings import MisplacedError, load, nearest
from numlycee.wire.topics import DEFAULT_ROOT
from numlycee_agent import targets
from numlycee_agent.config.checks import NO_SNMP, check_rhythm, check_snmp, read_as
from numlycee_agent.config.discovery import Discovery
from numlycee_agent.config.link import Link
from numlycee_agent.config.local import Local
from numlycee_agent.config.mobile import Mobile, check_mobile
from numlycee_agent.config.resources import Equipment, Item, check_lines
from numlycee_agent.config.service import Service
from numlycee_agent.config.traps import Traps
from numlycee_agent.credentials import SnmpAccess
from numlycee_agent.telling.access import Tls, Version

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


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
        read_as("port", targets.port, self.port)


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
            check_rhythm(getattr(self, key), key)


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
    discovery: Discovery = field(default_factory=Discovery)
    local: Local | None = None
    mobile: Mobile | None = None

    def __post_init__(self) -> None:
        """Refuse what contradicts itself across tables."""
        object.__setattr__(self, "uai", read_as("uai", parse_uai, self.uai))
        listed = dict(_listed(self))
        if not listed:
            raise ValueError("nothing to watch: add [link], [[service]] or [[equipment]]")
        _check_ids(list(_listed(self)))
        _check_parents(listed)
        for i, item in enumerate(self.equipment):
            if item.snmp not in {"", NO_SNMP}:
                check_snmp(item.snmp, self.snmp, ("equipment", str(i), "snmp"))
        _check_root(self.discovery.root, self.equipment)
        if self.link:
            check_lines(self.link, self.equipment, self.snmp)
        if self.traps:
            _check_traps(self.traps, self.snmp)
        if self.mobile:
            check_mobile(self.mobile, self.data, self.equipment, self.snmp)

    @property
    def mobile_folder(self) -> Path:
        """Return where the agent keeps hashes of mobile devices, and counts of them."""
        return self.data / "mobile"

    @property
    def traps_file(self) -> Path:
        """Return where the agent keeps its counts of traps, for `numlycee-agent status`."""
        return self.data / "traps.json"


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
        if not item.parent:
            continue
        if item.parent not in equipment:
            close = nearest(item.parent, equipment)
            guess = f"; did you mean {close!r}?" if close else ""
            reason = f"{item.parent!r} is the id of no equipment{guess}"
            raise MisplacedError((*place, "parent"), reason)
        if item.id in (line := _ancestors(item.id, parents)):
            reason = " ← ".join([item.id, *line])
            raise MisplacedError((*place, "parent"), f"goes round in a circle: {reason}")


def _check_root(root: str | None, equipment: Iterable[Equipment]) -> None:
    ids = {item.id for item in equipment}
    if root is not None and root not in ids:
        close = nearest(root, ids)
        guess = f"; did you mean {close!r}?" if close else ""
        raise MisplacedError(("discovery", "root"), f"{root!r} is the id of no equipment{guess}")


def _ancestors(start: str, parents: Mapping[str, str | None]) -> list[str]:
    line: list[str] = []
    at = parents.get(start)
    while at and at not in line:
        line.append(at)
        at = parents.get(at)
    return line


def _check_traps(traps: Traps, known: Mapping[str, SnmpAccess]) -> None:
    if not known:
        reason = "no trap could be accepted: add [snmp.default] with its community or user"
        raise MisplacedError(("traps", "listen"), reason)
    for name in traps.accept:
        check_snmp(name, known, ("traps", "accept"))
