"""What a site watches: its link, its services, its equipment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from numlycee.domain.kinds import WATCHED_KINDS, Kind
from numlycee.settings import MisplacedError, nearest
from numlycee_agent import targets
from numlycee_agent.config.checks import (
    DEFAULT_SNMP,
    check_label,
    check_rhythm,
    check_snmp,
    read_as,
)
from numlycee_agent.config.link import Link
from numlycee_agent.config.service import Service

_NOT_EQUIPMENT = {Kind.LINK, Kind.SERVICE}


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


def check_lines(link: Link, equipment: Sequence[Equipment], accesses: Collection[str]) -> None:
    """Refuse a line on an equipment that is not listed, or is not asked by SNMP."""
    known = {item.id: item for item in equipment}
    for place, port in link.lines:
        if not port.equipment:
            check_snmp(port.snmp or DEFAULT_SNMP, accesses, (*place, "snmp"))
            continue
        if port.equipment not in known:
            close = nearest(port.equipment, known)
            guess = f"; did you mean {close!r}?" if close else ""
            reason = f"{port.equipment!r} is the id of no equipment{guess}"
            raise MisplacedError((*place, "equipment"), reason)
        if (known[port.equipment].snmp or DEFAULT_SNMP) not in accesses:
            reason = f"{port.equipment!r} is not asked by SNMP: give it an access"
            raise MisplacedError((*place, "equipment"), reason)
