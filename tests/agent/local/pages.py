"""A lycée as the local page sees it: some things work, some do not, on a Monday at noon."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from numlycee.domain.causes import Cause
from numlycee.domain.devices import Headcount
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.messages import Now, Present
from numlycee.wire.receipts import Mark
from numlycee.wire.records import inventory_of
from numlycee_agent.local.sight import Inside
from numlycee_agent.spool.marks import Marks
from tests.agent.virtual import NOON

HOUR = 3_600_000
NASTY = "<script>alert('CDI')</script> & Cie"
ENT_PHASES = {
    "dns_seconds": 0.004,
    "connect_seconds": 0.012,
    "tls_seconds": 0.031,
    "first_byte_seconds": 0.24,
    "total_seconds": 0.61,
    "certificate_expiry_timestamp_seconds": NOON / 1000 + 40 * 86_400,
}
GAUGES: Mapping[str, Mapping[str, float]] = {
    "link": {"rtt_seconds": 0.0123, "packet_loss_ratio": 0.0, "jitter_seconds": 0.0008},
    "ent": ENT_PHASES,
    "sw-coeur": {"ports_up": 31, "ports": 52, "cpu_ratio": 0.12, "uptime_seconds": 8_000_000},
    "onduleur": {"charge_ratio": 0.31, "runtime_seconds": 540, "load_ratio": 0.44},
    "ap-a1": {"wifi_clients": 23, "rtt_seconds": 0.002},
}


def resources() -> list[Resource]:
    found = [
        Resource("link", Kind.LINK, "Liaison très haut débit", "routeur"),
        Resource("ent", Kind.SERVICE, "ENT", "routeur"),
        Resource("routeur", Kind.ROUTER, "Routeur d’accès"),
        Resource("sw-coeur", Kind.SWITCH, "Commutateur cœur, local technique", "routeur",
                 vendor="D-Link", model="DGS-3627G"),
        Resource("sw-a", Kind.SWITCH, "Commutateur du bâtiment A", "sw-coeur"),
        Resource("sw-b", Kind.SWITCH, "Commutateur du bâtiment B", "sw-coeur"),
        Resource("onduleur", Kind.UPS, "Onduleur du local technique", "sw-coeur"),
        Resource("imprimante", Kind.PRINTER, NASTY, "sw-a"),
        Resource("nas", Kind.NAS, "Stockage de la vie scolaire", "sw-disparu"),
    ]  # fmt: skip
    for building in "ab":
        found += [
            Resource(
                f"ap-{building}{i}",
                Kind.ACCESS_POINT,
                f"Borne {building.upper()}{i}",
                f"sw-{building}",
            )
            for i in range(1, 7)
        ]
    return found


def troubles() -> tuple[Present, ...]:
    lost = tuple(
        Present(f"ap-b{i}", State.UNREACHABLE, Cause.PARENT, NOON - 20 * 60_000)
        for i in range(1, 7)
    )
    return (
        Present("sw-b", State.DOWN, Cause.TIMEOUT, NOON - 20 * 60_000),
        Present("onduleur", State.DEGRADED, Cause.BATTERY, NOON - 3 * HOUR),
        Present("nas", State.UNOBSERVED, Cause.PROBE, NOON - 40_000),
        *lost,
    )


@dataclass
class FakeSite:
    """A site that stands as it is told, and notes what it is asked to observe."""

    inventory: Inventory = field(default_factory=lambda: inventory_of(resources()))
    states: tuple[Present, ...] = field(default_factory=troubles)
    at: int = NOON
    woken: list[str] = field(default_factory=list)

    def now(self) -> Now:
        vitals = {
            "spool_bytes": 5.2e6,
            "spool_waiting_records": 3.0,
            "missed_polls_total": 0.0,
            "resident_bytes": 41e6,
            "traps_heeded_total": 12.0,
            "traps_refused_total": 2.0,
        }
        return Now(
            "a1", NOON - 30 * HOUR, 412, self.at, self.inventory.digest, self.states, GAUGES, vitals
        )

    def since(self) -> Mapping[str, int]:
        since = {resource.id: NOON - 29 * HOUR for resource in self.inventory}
        return since | {present.resource: present.since for present in self.states}

    def wake(self, resource_id: str) -> None:
        self.woken.append(resource_id)


@dataclass
class FakeSpool:
    marks: Marks = field(default_factory=lambda: Marks(7, 41_234, {"a1": Mark(409)}))


@dataclass
class FakePublisher:
    heard_at: int | None = NOON - 12_000


class FakeDevices:
    """Today's counts, some of them small."""

    def today(self, at: int) -> dict[str, Headcount]:
        return {
            "issued": Headcount(820, 820),
            "seen": Headcount(640, 640),
            "serviceable": Headcount(633, 636),
            "repair": Headcount(1, 4),
            "non_compliant": Headcount(0, 0),
            "idle": Headcount(12, 15),
            "never_seen": Headcount(31, 31),
        }


def inside(site: FakeSite | None = None, *, devices: bool = True) -> Inside:
    today = FakeDevices() if devices else None
    beacons = {"taken": 210, "refused": 1} if devices else None
    return Inside(
        "0310036W", "1.2.3", site or FakeSite(), FakeSpool(), FakePublisher(), today, beacons
    )
