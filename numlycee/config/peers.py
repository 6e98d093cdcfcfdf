"""The parts of `numlycee.toml` that say whom the centre speaks with, and where."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from numlycee.settings import MisplacedError, SettingsError
from numlycee.wire.topics import DEFAULT_ROOT

_GREATEST_PORT = 65_535
_MOST_PREFETCH = 10_000


class MqttVersion(StrEnum):
    """Versions of MQTT that the centre speaks."""

    V5 = "5"
    V311 = "3.1.1"


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of a TLS client: the authority that signed the broker, and our certificate and key."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Mqtt:
    """The broker that agents and centre share; `version` is « 5 » or « 3.1.1 », or found out.

    Collectors of one `shared` group divide the records; each has a `client_id` of its own.
    """

    host: str = "localhost"
    port: int = 1883
    root: str = DEFAULT_ROOT
    client_id: str = "numlycee-collector"
    username: str | None = None
    password_file: Path | None = None
    tls: Tls | None = None
    version: MqttVersion | None = None
    shared: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not a port, nor a name that topics allow."""
        _check_port(self.port, 1)
        if not self.shared.isprintable() or set(self.shared) & set("/+#"):
            raise MisplacedError(("shared",), f"{self.shared!r} is no name: use letters")


@dataclass(frozen=True, slots=True)
class Rabbitmq:
    """A RabbitMQ whose MQTT plugin agents speak to, in the place of `[mqtt]`.

    Collectors share its `queue`; each holds `prefetch` messages at most that are not stored yet.
    Without `username`, we are who the certificate of `[rabbitmq.tls]` says.
    """

    host: str
    port: int = 5671
    vhost: str = "numlycee"
    username: str | None = None
    password_file: Path | None = None
    tls: Tls | None = None
    queue: str = "numlycee-bulletins"
    prefetch: int = 250

    def __post_init__(self) -> None:
        """Refuse what is not a port, and what could never be taken in."""
        _check_port(self.port, 1)
        if not 1 <= self.prefetch <= _MOST_PREFETCH:
            reason = f"{self.prefetch}: write 1 to {_MOST_PREFETCH}"
            raise MisplacedError(("prefetch",), reason)


@dataclass(frozen=True, slots=True)
class Http:
    """Where page, metrics and API are served, and where Prometheus finds the collectors."""

    host: str = "127.0.0.1"
    port: int = 8080
    collectors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is not a port, 0 letting the system choose, and what is not an address."""
        _check_port(self.port, 0)
        for address in self.collectors:
            host, _, port = address.rpartition(":")
            if not (host and port.isdigit() and 1 <= int(port) <= _GREATEST_PORT) or "/" in host:
                reason = f"{address!r} is not an address: write host:port, as in centre-1:8080"
                raise MisplacedError(("collectors",), reason)

    @property
    def found_at(self) -> tuple[str, ...]:
        """Return the addresses of the collectors, one's own where none is given."""
        here = "localhost" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 (compared)
        return self.collectors or (
            f"[{here}]:{self.port}" if ":" in here else f"{here}:{self.port}",
        )


@dataclass(frozen=True, slots=True)
class Alerting:
    """Where open outages are told, and how long a trouble is held before it is."""

    alertmanagers: tuple[str, ...] = ()
    hold_seconds: float = 0.0
    silent_hold_seconds: float = 30.0
    external_url: str = ""


def password(peer: Mqtt | Rabbitmq) -> str | None:
    """Return the broker's password, None without one; raises `SettingsError` when unreadable."""
    if peer.password_file is None:
        return None
    try:
        return peer.password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not text"
        table = type(peer).__name__.lower()
        message = f"{peer.password_file}: {table}.password_file: cannot be read ({reason})"
        raise SettingsError(message) from None


def _check_port(port: int, least: int) -> None:
    if not least <= port <= _GREATEST_PORT:
        message = f"{port} is not a port: write {least} to 65535"
        raise ValueError(message)
