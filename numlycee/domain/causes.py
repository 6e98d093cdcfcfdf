"""The closed vocabulary of causes, and the party that each lost minute is first ascribed to."""

from enum import StrEnum

from numlycee.domain.kinds import Kind


class Cause(StrEnum):
    """Why a resource is not simply `up`; closed, so that tables of causes always add up."""

    EDGE = "edge"
    START = "start"
    STALE = "stale"
    PROBE = "probe"
    LAN = "lan"
    AGENT = "agent"
    PARENT = "parent"
    SITE_DARK = "site-dark"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    CERTIFICATE = "certificate"
    HTTP_STATUS = "http-status"
    CONTENT = "content"
    SLOW = "slow"
    LOSS = "loss"
    LATENCY = "latency"
    JITTER = "jitter"
    SATURATION = "saturation"
    BACKUP_LINE = "backup-line"
    PARTIAL = "partial"
    SNMP_SILENT = "snmp-silent"
    POWER = "power"
    BATTERY = "battery"
    PSU = "psu"
    FAN = "fan"
    TEMPERATURE = "temperature"
    POE = "poe"
    CPU = "cpu"
    MEMORY = "memory"
    PORT_DOWN = "port-down"
    ERRORS = "errors"
    HA = "ha"
    RAID = "raid"
    DISK = "disk"
    SUPPLIES = "supplies"
    PRINTER = "printer"
    ACCESS_POINTS = "access-points"
    RADIO = "radio"
    SENSOR = "sensor"
    OTHER = "other"
    PART = "part"


REPORTED_CAUSES = frozenset(Cause) - {Cause.PART}
"""What a vantage may report; a composite alone fails because of a part."""


class Owner(StrEnum):
    """The one party that a lost minute is ascribed to."""

    REGION = "region"
    ACADEMY = "academy"
    OPERATOR = "operator"
    PUBLISHER = "publisher"
    ENERGY = "energy"
    LYCEE = "lycee"
    UNKNOWN = "unknown"


_BY_CAUSE = {
    Cause.POWER: Owner.ENERGY,
    Cause.SITE_DARK: Owner.UNKNOWN,
    Cause.PART: Owner.UNKNOWN,
    Cause.LAN: Owner.REGION,
    Cause.PRINTER: Owner.LYCEE,
    Cause.SUPPLIES: Owner.LYCEE,
}
_BY_KIND = {Kind.LINK: Owner.OPERATOR, Kind.SERVICE: Owner.PUBLISHER, Kind.PRINTER: Owner.LYCEE}


def propose_owner(kind: Kind, cause: Cause, listed: Owner | None = None) -> Owner:
    """Return the owner that the rule proposes: the cause decides first, then the kind.

    What people have `listed` as the owner of the resource takes the place of what its kind says.

    Links fall to their operator, services to their publisher, printers to the lycée and every
    other equipment to the Region, which maintains it. A composite has no owner of its own: its
    minutes are already ascribed, part by part. A person may overrule.
    """
    return _BY_CAUSE.get(cause) or listed or _BY_KIND.get(kind, Owner.REGION)
