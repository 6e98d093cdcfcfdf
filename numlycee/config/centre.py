"""The whole of `numlycee.toml`, and the centre's secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from numlycee.config.database import Postgresql
from numlycee.config.objectives import Target, objectives, usual
from numlycee.config.peers import Alerting, Http, Mqtt, Rabbitmq
from numlycee.config.promises import CompositeTerms, ContractTerms, Promise, distinct
from numlycee.config.service import Rhythm, Service
from numlycee.domain.composites import NUMERIQUE_PEDAGOGIQUE, Composite
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Promises
from numlycee.settings import MisplacedError, SettingsError, load

RESERVED = frozenset({"", "service", "always"})
"""Names that no calendar of the configuration may bear: the usual one, and around the clock."""

SHORTEST_SECRET = 32
SHORTEST_LEDGER = 14
"""Days for which agents keep what was confirmed: they may send it again for as long."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that `numlycee run` is told."""

    sites: Path
    secret_file: Path
    store: Path = Path("numlycee.db")
    postgresql: Postgresql | None = None
    register: Path | None = None
    equipment: Path | None = None
    region: str = "Occitanie"
    mqtt: Mqtt = field(default_factory=Mqtt)
    rabbitmq: Rabbitmq | None = None
    http: Http = field(default_factory=Http)
    service: Service = field(default_factory=Service)
    calendars: Mapping[str, Rhythm] = field(default_factory=dict)
    alerting: Alerting = field(default_factory=Alerting)
    objectives: Mapping[str, Target] = field(default_factory=usual)
    promises: tuple[Promise, ...] = ()
    contracts: tuple[ContractTerms, ...] = ()
    composites: tuple[CompositeTerms, ...] | None = None
    rates_seconds: float = 60.0
    ledger_days: int = 30
    simulated: bool = False

    def __post_init__(self) -> None:
        """Refuse objectives for a class that does not exist, and impossible rhythms."""
        self.promised()
        self.composed()
        distinct((terms.name for terms in self.contracts), "contract")
        for number, terms in enumerate(self.contracts):
            if not (terms.operator or terms.sites or self.equipment):
                message = "covers nothing: write operator, as in the file of sites, or sites"
                raise MisplacedError(("contracts", str(number)), message)
        for name in RESERVED.intersection(self.calendars):
            raise MisplacedError(("calendars", name), f"{name!r} is taken: give another name")
        for name, least in (("rates_seconds", 1), ("ledger_days", SHORTEST_LEDGER)):
            if getattr(self, name) < least:
                message = f"{name} must be at least {least}"
                raise ValueError(message)

    @property
    def store_url(self) -> str:
        """Return the address of the store, with its password; raises `SettingsError`."""
        if self.postgresql is not None:
            return self.postgresql.address()
        return f"sqlite:///{self.store}"

    def targets(self) -> dict[ResourceClass, Objective]:
        """Return the objectives by class; raises `ValueError` for an unknown class."""
        return objectives(self.objectives)

    def promised(self) -> Promises:
        """Return every objective; raises `ValueError` when two say something of the same thing."""
        return Promises.of((*self.targets().values(), *(p.objective() for p in self.promises)))

    def composed(self) -> tuple[Composite, ...]:
        """Return the composites, the usual one where none is written."""
        if self.composites is None:
            return (NUMERIQUE_PEDAGOGIQUE,)
        distinct((terms.id for terms in self.composites), "composite")
        return tuple(terms.composite() for terms in self.composites)


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
