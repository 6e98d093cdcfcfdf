"""What a site watches: its link, its services, its equipment."""

from dataclasses import dataclass, field

from numlycee.domain.kinds import WATCHED_KINDS, Kind
from numlycee.settings import MisplacedError
from numlycee_agent import targets
from numlycee_agent.config.checks import check_label, check_rhythm, read_as
from numlycee_agent.config.service import Service
from numlycee_agent.probes.quality import Limits

_NOT_EQUIPMENT = {Kind.LINK, Kind.SERVICE}


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
        check_label("name", self.name)
        for key in ("outside", "lan"):
            if not getattr(self, key):
                raise MisplacedError((key,), "needs one target at least")
            for spelt in getattr(self, key):
                read_as(key, targets.parse, spelt)


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
        object.__setattr__(self, "address", read_as("address", targets.address, self.address))
        if self.tcp is not None:
            read_as("tcp", targets.port, self.tcp)
        check_label("name", self.name)
        for key in ("vendor", "model"):
            if getattr(self, key):
                check_label(key, getattr(self, key))
        check_rhythm(self.period, "period")


Item = Link | Service | Equipment
