"""The centre's configuration, as read from `numlycee.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from numlycee.domain.calendars import Hours, zone_of
from numlycee.domain.causes import Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.tallies import Rate
from numlycee.settings import SettingsError, load
from numlycee.wire.topics import DEFAULT_ROOT

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORTEST_SECRET = 32
SHORTEST_LEDGER = 14
"""Days for which agents keep what was confirmed: they may send it again for as long."""
_WORKING = (("07:30", "18:30"),)


class MqttVersion(StrEnum):
    """Versions of MQTT that the centre speaks."""

    V5 = "5"
    V311 = "3.1.1"


class Judged(StrEnum):
    """The calendars on which an objective may be judged: service hours, or around the clock."""

    SERVICE = "service"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of a TLS client: the authority that signed the broker, and our certificate and key."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Mqtt:
    """The broker that agents and centre share; `version` is « 5 » or « 3.1.1 », or found out."""

    host: str = "localhost"
    port: int = 1883
    root: str = DEFAULT_ROOT
    client_id: str = "numlycee-collector"
    username: str | None = None
    password_file: Path | None = None
    tls: Tls | None = None
    version: MqttVersion | None = None

    def __post_init__(self) -> None:
        """Refuse what is not a port."""
        _check_port(self.port, 1)


@dataclass(frozen=True, slots=True)
class Http:
    """Where page, metrics and API are served."""

    host: str = "127.0.0.1"
    port: int = 8080

    def __post_init__(self) -> None:
        """Refuse what is not a port; 0 lets the system choose."""
        _check_port(self.port, 0)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours of each weekday as ("HH:MM", "HH:MM") pairs, in local time."""

    monday: tuple[tuple[str, str], ...] = _WORKING
    tuesday: tuple[tuple[str, str], ...] = _WORKING
    wednesday: tuple[tuple[str, str], ...] = _WORKING
    thursday: tuple[tuple[str, str], ...] = _WORKING
    friday: tuple[tuple[str, str], ...] = _WORKING
    saturday: tuple[tuple[str, str], ...] = ()
    sunday: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse hours that cannot be read."""
        self.hours()

    def hours(self) -> tuple[Hours, ...]:
        """Return minutes since midnight, Monday first; raises `ValueError` naming the day."""
        return tuple(_hours(day, getattr(self, day)) for day in DAYS)


class SchoolZone(StrEnum):
    """Zones of the school holidays."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class Service:
    """When service is owed: weekly hours, minus school holidays of a zone and public holidays."""

    zone: str = "Europe/Paris"
    school_zone: SchoolZone = SchoolZone.C
    hours: WeeklyHours = field(default_factory=WeeklyHours)

    def __post_init__(self) -> None:
        """Refuse a time zone that does not exist."""
        try:
            zone_of(self.zone)
        except (LookupError, ValueError, OSError) as error:
            message = f"unknown time zone {self.zone!r}: use a name such as Europe/Paris"
            raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class Target:
    """An objective as a person writes it: a percentage in quotes, so that it stays exact."""

    target: str
    owner: Owner = Owner.REGION
    calendar: Judged = Judged.SERVICE

    def __post_init__(self) -> None:
        """Refuse what is not a percentage."""
        self.rate()

    def rate(self) -> Rate:
        """Return the target as an exact ratio; « 99.5 » and « 99,5 » are the same."""
        try:
            percent = Decimal(self.target.replace(",", ".").rstrip(" %"))
        except InvalidOperation:
            percent = Decimal(-1)
        if not 0 < percent <= 100:  # noqa: PLR2004 (a percentage)
            message = f'target {self.target!r} is not a percentage: write it as "99.5"'
            raise ValueError(message)
        numerator, denominator = (percent / 100).as_integer_ratio()
        return Rate(numerator, denominator)


@dataclass(frozen=True, slots=True)
class Alerting:
    """Where open outages are told, and how long a trouble is held before it is."""

    alertmanagers: tuple[str, ...] = ()
    hold_seconds: float = 0.0
    silent_hold_seconds: float = 30.0
    external_url: str = ""


def _objectives() -> dict[str, Target]:
    return {
        "link": Target("99.5", Owner.OPERATOR),
        "lan": Target("99.8", Owner.REGION),
        "wifi": Target("99.0", Owner.REGION),
        "service": Target("99.0", Owner.PUBLISHER),
    }


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that `numlycee run` is told."""

    sites: Path
    secret_file: Path
    store: Path = Path("numlycee.db")
    register: Path | None = None
    region: str = "Occitanie"
    mqtt: Mqtt = field(default_factory=Mqtt)
    http: Http = field(default_factory=Http)
    service: Service = field(default_factory=Service)
    alerting: Alerting = field(default_factory=Alerting)
    objectives: Mapping[str, Target] = field(default_factory=_objectives)
    rates_seconds: float = 60.0
    ledger_days: int = 30
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse objectives for a class that does not exist, and impossible rhythms."""
        self.targets()
        for name, least in (("rates_seconds", 1), ("ledger_days", SHORTEST_LEDGER)):
            if getattr(self, name) < least:
                message = f"{name} must be at least {least}"
                raise ValueError(message)

    def targets(self) -> dict[ResourceClass, Objective]:
        """Return the objectives by class; raises `ValueError` for an unknown class."""
        return {_class(name): _objective(name, target) for name, target in self.objectives.items()}


def read(path: Path) -> Config:
    """Read `numlycee.toml`; paths are relative to it. Raises `SettingsError`."""
    return load(path, Config)


def secret(config: Config) -> bytes:
    """Return the centre's secret; raises `SettingsError` when it is absent or too short."""
    try:
        content = config.secret_file.read_bytes().strip()
    except OSError as error:
        message = (
            f"{config.secret_file}: secret_file: cannot be read ({error.strerror}); make one "
            "with: head -c 32 /dev/urandom | base64"
        )
        raise SettingsError(message) from error
    if len(content) < SHORTEST_SECRET:
        message = (
            f"{config.secret_file}: secret_file: holds {len(content)} bytes, "
            f"at least {SHORTEST_SECRET} are needed"
        )
        raise SettingsError(message)
    return content


def password(mqtt: Mqtt) -> str | None:
    """Return the broker's password, None without one; raises `SettingsError` when unreadable."""
    if mqtt.password_file is None:
        return None
    try:
        return mqtt.password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not text"
        message = f"{mqtt.password_file}: mqtt.password_file: cannot be read ({reason})"
        raise SettingsError(message) from None


def _check_port(port: int, least: int) -> None:
    if not least <= port <= 65_535:  # noqa: PLR2004 (the greatest port)
        message = f"{port} is not a port: write {least} to 65535"
        raise ValueError(message)


def _class(name: str) -> ResourceClass:
    try:
        return ResourceClass(name)
    except ValueError:
        allowed = ", ".join(ResourceClass)
        message = f"objectives.{name}: no such class; write one of {allowed}"
        raise ValueError(message) from None


def _objective(name: str, target: Target) -> Objective:
    return Objective(_class(name), target.rate(), target.calendar.value, target.owner)


def _hours(day: str, ranges: tuple[tuple[str, str], ...]) -> Hours:
    hours = tuple((_minutes(day, opens), _minutes(day, closes)) for opens, closes in ranges)
    if any(opens >= closes for opens, closes in hours):
        message = f'{day}: a range must close after it opens; split a night in two at "24:00"'
        raise ValueError(message)
    return hours


def _minutes(day: str, text: str) -> int:
    if text == "24:00":
        return 1440
    try:
        parsed = time.fromisoformat(text)
    except ValueError:
        message = f'{day}: {text!r} is not a time: write it as "07:30"'
        raise ValueError(message) from None
    return parsed.hour * 60 + parsed.minute
