"""Gauges as people read them: which ones matter, what they are called, in which unit."""

import math
from collections.abc import Iterator, Mapping

from numlycee.domain.french import NARROW
from numlycee.wire.messages import MOST_TARGETS
from numlycee_agent.local.tongues import Tongue

MOST = 4
"""Gauges shown of one piece of equipment."""
_OF_TARGETS = ("packet_loss_ratio", "rtt_seconds")
_PHASES = (
    ("dns_seconds", "Nom (DNS)"),
    ("connect_seconds", "Connexion"),
    ("tls_seconds", "Chiffrement (TLS)"),
    ("first_byte_seconds", "Premier octet"),
    ("total_seconds", "Total"),
)
LABELS: Mapping[str, str] = {
    "packet_loss_ratio": "Pertes",
    "charge_ratio": "Charge de la batterie",
    "runtime_seconds": "Autonomie",
    "access_points_up": "Bornes présentes",
    "wifi_clients": "Clients Wi-Fi",
    "supply_ratio": "Consommable le plus bas",
    "ports_up": "Ports actifs",
    "storage_ratio": "Stockage",
    "load_ratio": "Charge électrique",
    "temperature_celsius": "Température",
    "cpu_ratio": "Processeur",
    "memory_ratio": "Mémoire",
    "poe_used_watts": "PoE",
    "sessions": "Sessions",
    "input_volts": "Tension d’entrée",
    "rtt_seconds": "Temps de réponse",
    "jitter_seconds": "Gigue",
    "main_line_up": "Ligne principale",
    "backup_line_up": "Ligne de secours",
    "received_bits_per_second": "Débit reçu",
    "receive_utilisation_ratio": "Occupation en réception",
    "sent_bits_per_second": "Débit émis",
    "send_utilisation_ratio": "Occupation en émission",
    **dict(_PHASES),
    "certificate_expiry_timestamp_seconds": "Certificat valable jusqu’au",
    "uptime_seconds": "En marche depuis",
}
"""The gauges that are shown, those of most use first; the others of the catalogue say less."""


def all_of(gauges: Mapping[str, float], tongue: Tongue) -> Iterator[tuple[str, str]]:
    """Yield the label and the figure of every gauge that is shown."""
    for name, label in LABELS.items():
        if name in gauges and math.isfinite(gauges[name]):
            yield tongue(label), spelt(name, gauges[name], tongue)
    for n in range(1, MOST_TARGETS + 1):
        loss, rtt = (gauges.get(f"target_{n}_{name}") for name in _OF_TARGETS)
        if loss is not None:
            parts = [f"{tongue('Pertes').lower()} {spelt(_OF_TARGETS[0], loss, tongue)}"]
            parts += [spelt(_OF_TARGETS[1], rtt, tongue)] if rtt is not None else []
            yield tongue("Cible {}").format(n), ", ".join(parts)


def spelt(name: str, value: float, tongue: Tongue) -> str:
    """Return a sample in the unit that its name ends with."""
    if name.endswith("_timestamp_seconds"):
        return tongue.moment(round(value * 1000))
    if name.endswith("_seconds"):
        return _seconds(value, tongue)
    if name.endswith("_line_up"):
        return tongue("en service") if value else tongue("coupée")
    for suffix, (scale, unit, digits) in _UNITS.items():
        if name.endswith(suffix):
            return f"{tongue.decimal(value * scale, digits)}{NARROW}{unit}"
    return tongue.decimal(value, 0)


def size(count: float, tongue: Tongue) -> str:
    """Return a number of bytes in mebibytes."""
    return f"{tongue.decimal(count / (1 << 20), 1)}{NARROW}{tongue('Mio')}"


_UNITS = {
    "_ratio": (100, "%", 0),
    "_celsius": (1, "°C", 0),
    "_watts": (1, "W", 0),
    "_volts": (1, "V", 0),
    "_bits_per_second": (1e-6, "Mbit/s", 1),
}


def _seconds(value: float, tongue: Tongue) -> str:
    if value < 1:
        return f"{tongue.decimal(value * 1000, 0 if value >= 0.01 else 1)}{NARROW}ms"  # noqa: PLR2004
    if value < 60:  # noqa: PLR2004 (a minute)
        return f"{tongue.decimal(value, 1)}{NARROW}s"
    return tongue.duration(round(value * 1000))
