"""What the simulated equipment of a lycée says by SNMP, written from the MIBs.

Names and meanings: SNMPv2-MIB (RFC 3418), IF-MIB (RFC 2863), UPS-MIB (RFC 1628),
Host Resources MIB (RFC 2790), Printer MIB (RFC 3805).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Site

Plain = int | str

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
UPS_OUTPUT_SOURCE = "1.3.6.1.2.1.33.1.4.1.0"
ON_MAINS, ON_BATTERY = 3, 5


@dataclass(frozen=True, slots=True)
class Model:
    """A product that a lycée may have: how it describes itself, and its sysObjectID."""

    description: str
    object_id: str


MODELS = {
    Kind.SWITCH: Model(
        "Aruba JL727A 6200F 48G CL4 4SFP+370W Swch ML.10.13.1000", "1.3.6.1.4.1.47196.4.1.1.1.303"
    ),
    Kind.FIREWALL: Model("NS-BSD SN310 amd64", "1.3.6.1.4.1.11256.2.0"),
    Kind.ACCESS_POINT: Model("UAP-AC-Pro-Gen2 6.6.55.15189", "1.3.6.1.4.1.41112"),
    Kind.UPS: Model("APC Web/SNMP Management Card Smart-UPS 1500", "1.3.6.1.4.1.318.1.3.27"),
    Kind.SERVER: Model("Linux serveur 6.1.0 x86_64", "1.3.6.1.4.1.8072.3.2.10"),
    Kind.PRINTER: Model("RICOH Aficio MP C3002 2.20", "1.3.6.1.4.1.367.1.1"),
}
GENERIC = Model("Équipement simulé", "1.3.6.1.4.1.8072.3.2.255")

_UPS: Mapping[str, Plain] = {
    "1.3.6.1.2.1.33.1.1.1.0": "APC",
    "1.3.6.1.2.1.33.1.1.2.0": "Smart-UPS 1500",
    "1.3.6.1.2.1.33.1.2.1.0": 2,
    "1.3.6.1.2.1.33.1.2.2.0": 0,
    "1.3.6.1.2.1.33.1.2.3.0": 42,
    "1.3.6.1.2.1.33.1.2.4.0": 100,
    UPS_OUTPUT_SOURCE: ON_MAINS,
    "1.3.6.1.2.1.33.1.4.4.1.5.1": 27,
}
_PRINTER: Mapping[str, Plain] = {
    "1.3.6.1.2.1.25.3.2.1.3.1": "RICOH Aficio MP C3002",
    "1.3.6.1.2.1.25.3.2.1.5.1": 2,
    "1.3.6.1.2.1.25.3.5.1.1.1": 3,
}
_OWN = {Kind.UPS: dict(_UPS), Kind.PRINTER: dict(_PRINTER)}


def variables(site: Site, resource: Resource) -> Mapping[str, Plain]:
    """Return the variables of one device by dotted OID; the object identifier is text."""
    model = MODELS.get(resource.kind, GENERIC)
    said: dict[str, Plain] = {
        SYS_DESCR: model.description,
        SYS_OBJECT_ID: model.object_id,
        SYS_NAME: f"{resource.id}.{site.uai.lower()}.simule",
    }
    if resource.kind is Kind.SWITCH:
        said |= _interfaces(8)
    return said | _OWN.get(resource.kind, {})


def _interfaces(count: int) -> dict[str, Plain]:
    column = "1.3.6.1.2.1.2.2.1"
    said: dict[str, Plain] = {"1.3.6.1.2.1.2.1.0": count}
    for index in range(1, count + 1):
        said[f"{column}.1.{index}"] = index
        said[f"{column}.2.{index}"] = f"1/1/{index}"
        said[f"{column}.3.{index}"] = 6
        said[f"{column}.7.{index}"] = 1
        said[f"{column}.8.{index}"] = 1 if index < count - 1 else 2
    return said
