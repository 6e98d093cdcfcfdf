"""What is known of one device, arranged for a reader: French sections, or JSON for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from numlycee.domain.causes import Cause
from numlycee.domain.french import duration, plural
from numlycee.domain.kinds import Kind
from numlycee_agent.discovery.graph import natural
from numlycee_agent.discovery.inquiry import Answers, Finding
from numlycee_agent.discovery.ports import DOWN, UP, Port, Ports
from numlycee_agent.discovery.records import Neighbour
from numlycee_agent.ports import Health

KINDS = {
    Kind.SWITCH: "commutateur",
    Kind.ACCESS_POINT: "borne Wi-Fi",
    Kind.WIRELESS_CONTROLLER: "contrôleur Wi-Fi",
    Kind.ROUTER: "routeur",
    Kind.FIREWALL: "pare-feu",
    Kind.UPS: "onduleur",
    Kind.PRINTER: "imprimante",
    Kind.NAS: "serveur de fichiers",
    Kind.SERVER: "serveur",
    Kind.GENERIC: "équipement",
}
_STATES = {
    Health.OK: "en marche",
    Health.DEGRADED: "dégradé",
    Health.FAILED: "SNMP ne répond plus",
    Health.UNKNOWN: "inconnu",
}
_CAUSES = {
    Cause.POWER: "secteur coupé",
    Cause.BATTERY: "batterie",
    Cause.PSU: "alimentation",
    Cause.FAN: "ventilateur",
    Cause.TEMPERATURE: "température",
    Cause.POE: "budget PoE",
    Cause.CPU: "processeur",
    Cause.MEMORY: "mémoire",
    Cause.PORT_DOWN: "port coupé",
    Cause.ERRORS: "erreurs",
    Cause.HA: "haute disponibilité",
    Cause.RAID: "RAID",
    Cause.DISK: "disque",
    Cause.SUPPLIES: "consommables",
    Cause.PRINTER: "imprimante arrêtée",
    Cause.ACCESS_POINTS: "bornes manquantes",
    Cause.RADIO: "radio",
    Cause.SENSOR: "capteur",
    Cause.SATURATION: "saturation",
    Cause.TIMEOUT: "délai dépassé",
    Cause.REFUSED: "accès refusé",
}
_GAUGES = {
    "uptime_seconds": "en marche depuis",
    "charge_ratio": "charge de la batterie",
    "runtime_seconds": "autonomie",
    "load_ratio": "charge",
    "temperature_celsius": "température",
    "supply_ratio": "consommable le plus bas",
    "supplies": "consommables",
    "access_points": "bornes",
    "access_points_up": "bornes en marche",
    "wifi_clients": "clients Wi-Fi",
    "poe_budget_watts": "budget PoE",
    "poe_used_watts": "PoE fourni",
    "cpu_ratio": "processeur",
    "memory_ratio": "mémoire",
    "storage_ratio": "disque le plus plein",
    "sessions": "sessions",
    "sensors": "capteurs",
    "input_volts": "tension d'entrée",
}
_TOLD_BY_PORTS = {"ports", "ports_up"}
_UNITS = {"celsius": "°C", "watts": "W", "volts": "V"}


@dataclass(frozen=True, slots=True)
class Section:
    """A titled table; without a head its rows are a label and a value."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portrait:
    """A device for the eye: who, how it is, its sections, and the state of each port in order."""

    title: str
    state: str
    health: Health
    sections: tuple[Section, ...]
    lamps: tuple[bool | None, ...] = ()


def portray(finding: Finding) -> Portrait:
    """Return the portrait of a device; one that is silent has one too."""
    told = finding.told
    if told is None:
        state = "répond au ping, pas en SNMP" if finding.answers else "ne répond pas"
        health = Health.DEGRADED if finding.answers else Health.FAILED
        rows = (("ping", _ping(finding)), ("SNMP", finding.fault))
        return Portrait(finding.host, state, health, (Section("Joignabilité", rows),))
    identity = told.identity
    name = f"{identity.vendor} {identity.model}".strip() or identity.name or finding.host
    ports = sorted(filter(lambda port: port.ethernet, told.around.ports), key=_by_name)
    return Portrait(
        f"{name} · {KINDS.get(identity.kind, identity.kind)}",
        _state(told),
        told.state.health,
        tuple(section for section in _sections(finding, told) if section.rows),
        tuple(None if port.admin == DOWN else port.oper == UP for port in ports),
    )


def machine(finding: Finding) -> dict[str, Any]:
    """Return a finding for programs: plain values, seconds, MACs and addresses as text."""
    told, rtt = finding.told, finding.ping.rtt
    known: dict[str, Any] = {"address": finding.host, "rtt_seconds": rtt, "fault": finding.fault}
    if told is None:
        return known | {"identity": None}
    return known | {
        "identity": asdict(told.identity),
        "state": told.state.health,
        "cause": told.state.cause,
        "gauges": dict(told.state.gauges),
        "ports": [asdict(port) for port in told.around.ports],
        "sensors": [asdict(sensor) for sensor in told.sensors],
        "neighbours": [asdict(neighbour) for neighbour in told.around.neighbours],
    }


def _sections(finding: Finding, told: Answers) -> Iterator[Section]:
    identity = told.identity
    rows = (
        ("adresse", finding.host),
        ("ping", _ping(finding)),
        ("nom", identity.name),
        ("n° de série", identity.serial),
        ("version", identity.version),
        ("MAC", told.around.chassis),
        ("sysObjectID", identity.sys_object_id),
        ("sysDescr", identity.description),
    )
    yield Section("Identité", tuple(row for row in rows if row[1]))
    yield Section("Ports", tuple(_ports(told.around.ports)))
    yield Section("Mesures", tuple(_gauges(told.state.gauges)))
    yield Section(
        "Capteurs",
        tuple(
            (
                sensor.name,
                f"{_number(sensor.value)} {sensor.unit}".strip(),
                "" if sensor.ok else "✗",
            )
            for sensor in told.sensors
        ),
        ("capteur", "mesure", ""),
    )
    neighbours = sorted(told.around.neighbours, key=lambda it: (natural(it.port), it.name))
    yield Section("Voisins", tuple(map(_neighbour, neighbours)), _NEIGHBOUR_HEAD)


_NEIGHBOUR_HEAD = ("port", "voisin", "son port", "adresse", "par")


def _neighbour(one: Neighbour) -> tuple[str, ...]:
    name = one.name or one.description
    return one.port, name, (*one.far, "")[0], one.address or one.chassis, one.protocol.upper()


def _ports(ports: Ports) -> Iterator[tuple[str, str]]:
    wired = [port for port in ports if port.ethernet]
    if not wired:
        return
    up = [port for port in wired if port.oper == UP and port.admin != DOWN]
    shut = sum(port.admin == DOWN for port in wired)
    yield "Ethernet", f"{plural(len(wired), 'port')}, {plural(len(up), 'actif')}"
    if shut:
        yield "fermés", f"{shut} par configuration"
    speeds = Counter(port.speed for port in up if port.speed)
    if speeds:
        told = (f"{count} × {_speed(speed)}" for speed, count in sorted(speeds.items()))
        yield "vitesses", ", ".join(told)


def _gauges(gauges: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    for name in sorted(gauges.keys() - _TOLD_BY_PORTS, key=_rank):
        yield _GAUGES.get(name, name), _sample(name, gauges[name])


def _rank(name: str) -> tuple[int, str]:
    order = [*_GAUGES]
    return order.index(name) if name in order else len(order), name


def _sample(name: str, value: float) -> str:
    unit = name.rpartition("_")[2]
    if unit == "seconds":
        return duration(round(value * 1000))
    if unit == "ratio":
        return f"{_number(value * 100)} %"
    return f"{_number(value)} {_UNITS.get(unit, '')}".strip()


def _state(told: Answers) -> str:
    cause = told.state.cause
    why = f" : {_CAUSES.get(cause, cause)}" if cause else ""
    return f"{_STATES[told.state.health]}{why}"


def _ping(finding: Finding) -> str:
    rtt = finding.ping.rtt
    if rtt is not None:
        return f"{_number(rtt * 1000)} ms"
    return "sans réponse" if finding.ping.is_evidence else "impossible depuis ici"


def _speed(megabits: int) -> str:
    return f"{_number(megabits / 1000)} Gbit/s" if megabits >= 1000 else f"{megabits} Mbit/s"  # noqa: PLR2004


def _number(value: float) -> str:
    return f"{round(value, 1):g}".replace(".", ",") if abs(value) < 1e6 else f"{value:.0f}"  # noqa: PLR2004


def _by_name(port: Port) -> list[tuple[int, int | str]]:
    return natural(port.name)
