"""What a resource may be, and the classes within which rates are pooled."""

from enum import StrEnum


class Kind(StrEnum):
    """Kind of a resource; what is no `LINK`, `SERVICE` or `COMPOSITE` is equipment."""

    LINK = "link"
    SERVICE = "service"
    SWITCH = "switch"
    ACCESS_POINT = "wifi-ap"
    WIRELESS_CONTROLLER = "wifi-controller"
    ROUTER = "router"
    FIREWALL = "firewall"
    UPS = "ups"
    PRINTER = "printer"
    NAS = "nas"
    SERVER = "server"
    GENERIC = "generic"
    COMPOSITE = "composite"


class ResourceClass(StrEnum):
    """Class of resources whose milliseconds may be added together."""

    LINK = "link"
    LAN = "lan"
    WIFI = "wifi"
    SERVICE = "service"
    SERVER = "server"
    POWER = "power"
    PRINTING = "printing"
    OTHER = "other"
    COMPOSITE = "composite"


_CLASSES = {
    Kind.LINK: ResourceClass.LINK,
    Kind.SERVICE: ResourceClass.SERVICE,
    Kind.SWITCH: ResourceClass.LAN,
    Kind.ROUTER: ResourceClass.LAN,
    Kind.FIREWALL: ResourceClass.LAN,
    Kind.ACCESS_POINT: ResourceClass.WIFI,
    Kind.WIRELESS_CONTROLLER: ResourceClass.WIFI,
    Kind.SERVER: ResourceClass.SERVER,
    Kind.NAS: ResourceClass.SERVER,
    Kind.UPS: ResourceClass.POWER,
    Kind.PRINTER: ResourceClass.PRINTING,
    Kind.GENERIC: ResourceClass.OTHER,
    Kind.COMPOSITE: ResourceClass.COMPOSITE,
}


def class_of(kind: Kind) -> ResourceClass:
    """Return the class in which the durations of a resource of this kind are pooled."""
    return _CLASSES[kind]


CORE_KINDS = frozenset({Kind.ROUTER, Kind.FIREWALL, Kind.WIRELESS_CONTROLLER})
"""Equipment on which a whole lycée depends; a switch is core when something hangs from it."""

WATCHED_KINDS = frozenset(Kind) - {Kind.COMPOSITE}
"""What an agent may watch and report; a composite is worked out from its parts by the centre."""

EQUIPMENT_KINDS = WATCHED_KINDS - {Kind.LINK, Kind.SERVICE}
"""What a register lists: the link and the services are tables of their own in an agent's file."""
