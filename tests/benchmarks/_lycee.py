"""A large lycée as its agent sees it: 250 equipment, a link, an ENT, 800 devices of pupils."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from numlycee.domain.kinds import Kind

UAI, OTHER_UAI = SITES = ("0310036W", "0310044E")
"""Two agents watch the same equipment: one as in a lycée, one for comparison."""
COMMUNITY = "public"
USER, AUTH_KEY, PRIV_KEY = "numlycee", "authentication of the bench", "privacy of the bench"
SWITCHES, APS, PORTS = 60, 150, 48
OTHERS = {
    Kind.ROUTER: 1,
    Kind.FIREWALL: 1,
    Kind.WIRELESS_CONTROLLER: 1,
    Kind.UPS: 6,
    Kind.PRINTER: 24,
    Kind.SERVER: 5,
    Kind.NAS: 2,
}
MOBILES, CORE = 800, "switch-0"
"""Devices handed to pupils, all of which the switch in the middle has learnt of."""
SECURED = 5
"""One device in as many is asked by SNMP v3."""


@dataclass(frozen=True, slots=True)
class Device:
    """One equipment of the lycée; `secured` devices speak v3, the others v2c."""

    id: str
    kind: Kind
    address: str
    parent: str | None
    secured: bool


def devices() -> list[Device]:
    """Return the equipment: access points and the rest hang from the switches, these from one."""
    return [
        Device(name, kind, f"127.31.{place // 250}.{place % 250 + 1}", parent, not place % SECURED)
        for place, (name, kind, parent) in enumerate(_drawn())
    ]


def macs() -> list[bytes]:
    """Return the addresses of the pupils' devices, as their maker gave them."""
    return [b"\x00\x1b\x21" + number.to_bytes(3, "big") for number in range(MOBILES)]


def issued() -> str:
    """Return the list of the pupils' devices, as an inventory exports it."""
    lines = (f"SN{number:06d};{mac.hex(':')}" for number, mac in enumerate(macs()))
    return "\n".join(["Numéro de série;Adresse MAC", *lines])


def _drawn() -> Iterator[tuple[str, Kind, str | None]]:
    yield "router-0", Kind.ROUTER, None
    for number in range(SWITCHES):
        yield f"switch-{number}", Kind.SWITCH, "switch-0" if number else "router-0"
    for number in range(APS):
        yield f"ap-{number}", Kind.ACCESS_POINT, f"switch-{1 + number % (SWITCHES - 1)}"
    for kind, count in OTHERS.items():
        for number in range(count):
            if kind is not Kind.ROUTER:
                yield f"{kind}-{number}", kind, f"switch-{number}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the simulated lycée answers: ports of loopback, and a folder of certificates."""

    snmp: int
    portal: int
    broker: int
    certificates: Path


def configuration(places: Places, *, alone: bool = False) -> str:
    """Return an `agent.toml` at the default cadence.

    `alone`, for comparison: neither link, ENT, neighbours nor pupils' devices, and an address is
    asked when SNMP is.
    """
    folder, uai = places.certificates, OTHER_UAI if alone else UAI
    head = f"""
uai = "{uai}"
data = "data"
receipt_key_file = "receipt.key"
[mqtt]
host = "127.0.0.1"
port = {places.broker}
[mqtt.tls]
ca = "{folder}/ca.pem"
certificate = "{folder}/{uai}.pem"
key = "{folder}/{uai}.key"
[snmp.default]
version = "2c"
community = "{COMMUNITY}"
port = {places.snmp}
[snmp.secured]
user = "{USER}"
auth_key = "{AUTH_KEY}"
priv_key = "{PRIV_KEY}"
port = {places.snmp}
"""
    beyond = f"""
[link]
name = "Liaison"
parent = "router-0"
outside = ["ping:127.30.0.1", "ping:127.30.0.2", "tcp:127.0.0.1:{places.portal}"]
lan = ["ping:127.31.0.1", "ping:127.31.0.2"]
[[service]]
id = "ent"
name = "ENT"
parent = "router-0"
authority = "{folder}/ca.pem"
[[service.step]]
url = "https://127.0.0.1:{places.portal}/"
shows = ["Se connecter"]
hides = ["momentanément indisponible"]
[mobile]
bridges = ["{CORE}"]
weekdays = [1, 2, 3, 4, 5, 6, 7]
"""
    rest = "[discovery]\nlearn = false\n" if alone else beyond
    return head + rest + "".join(_equipment(one, alone) for one in devices())


def _equipment(device: Device, alone: bool) -> str:  # noqa: FBT001  (one of two spellings)
    lines = [f'id = "{device.id}"', f'kind = "{device.kind}"', f'address = "{device.address}"']
    lines.append(f'name = "Équipement {device.id}"')
    lines += [f'parent = "{device.parent}"'] if device.parent else []
    lines += ['snmp = "secured"'] if device.secured else []
    lines += ["period = 30"] if alone else []
    return "[[equipment]]\n" + "\n".join(lines) + "\n"
