"""A site of simulated devices in virtual time, and the real agent that watches it, but its wire."""

from collections.abc import Callable, Iterable
from pathlib import Path

from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee_agent.build import Means
from numlycee_agent.config import Config, Equipment, Mqtt
from numlycee_agent.credentials import SnmpAccess, SnmpVersion
from numlycee_agent.discovery.patrol import Patrol
from numlycee_agent.discovery.position import Position
from numlycee_agent.discovery.roster import Roster
from numlycee_agent.probes.icmp import Pinger
from numlycee_agent.snmp.credentials import Credentials, Target
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.ports import Session
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import Columns, Oid, SnmpTimeout, Value, VarBind
from numlycee_agent.watching.site import SiteAgent
from tests.agent.discovery.school import AGENT, address, mac
from tests.agent.snmp.pretend import PretendDevice
from tests.agent.virtual import VirtualClock, running
from tests.agent.watching import FakeJournal, Truth, at

BOOT = 1_000_000
"""How long ago, in hundredths of a second, every device of a site started when a test begins."""
UP, DOWN = 1, 2
_IF, _IFX = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
_LLDP = "1.0.8802.1.1.2.1.4.1.1"
_FDB, _BASE_PORT = "1.3.6.1.2.1.17.7.1.2.2.1.2.1", "1.3.6.1.2.1.17.1.4.1.2"


def octets(number: int) -> bytes:
    return bytes.fromhex(mac(number).replace(":", ""))


class Device:
    """One device: what hangs it where, when it works, what its tables say at this instant."""

    def __init__(
        self, campus: "Campus", number: int, above: int | None, port: int, kind: Kind
    ) -> None:
        self.campus, self.number, self.kind = campus, number, kind
        self.above, self.port = above, port
        self.truth = Truth()
        self.busy = 0
        self.host = number
        self.delay = 0.003
        self.lie: Callable[[int, int], int] = lambda changed, uptime: changed
        self.names = {index: f"p{index}" for index in range(1, 9)}
        self.switches = kind is Kind.SWITCH
        self.alone = True

    @property
    def chain(self) -> list[Truth]:
        return [self.truth, *(self.campus.devices[self.above].chain if self.above else [])]

    def works(self) -> bool:
        now = self.campus.clock.now()
        return all(truth.works(now) for truth in self.chain)

    def uptime(self, instant: int) -> int:
        return BOOT + (instant - at(0)) // 10

    async def cross(self, host: int) -> None:
        """Let a request to this address pass, or nobody answer it."""
        clock = self.campus.clock
        if host != self.host or not self.works():
            await clock.sleep(1.7)
            raise SnmpTimeout("nobody")
        self.busy += 1
        assert self.busy == 1, "two requests in flight"
        try:
            await clock.sleep(self.delay)
        finally:
            self.busy -= 1

    def values(self) -> dict[Oid, Value]:
        """Return what it answers now."""
        now = self.campus.clock.now()
        said: dict[Oid, Value] = {
            SYS_UPTIME: self.uptime(now),
            "1.3.6.1.2.1.1.5.0": f"dev{self.number}".encode(),
            "1.3.6.1.2.1.17.1.1.0": octets(self.number),
            "1.3.6.1.2.1.1.1.0": b"DGS-3420-28TC Gigabit Ethernet Switch",
            "1.3.6.1.2.1.1.2.0": "1.3.6.1.4.1.171.10.119.1",
        }
        if not self.switches:
            return said | {f"{_IF}.6.1": octets(self.number), f"{_IFX}.1.1": b"eth0"}
        for index, name in self.names.items():
            said |= {f"{_IFX}.1.{index}": name.encode(), f"{_BASE_PORT}.{index}": index}
            said |= {f"{_IF}.8.{index}": UP, f"{_IF}.9.{index}": 0}
        for child in self.campus.below(self.number):
            said |= self._port_of(child, now)
        return said | self._learnt()

    def _port_of(self, child: "Device", now: int) -> dict[Oid, Value]:
        changes = [change for change in child.truth.changes if change <= now]
        changed = self.uptime(changes[-1]) if changes and self.alone else 0
        oper = UP if child.truth.works(now) or not self.alone else DOWN
        told: dict[Oid, Value] = {
            f"{_IF}.8.{child.port}": oper,
            f"{_IF}.9.{child.port}": self.lie(changed, self.uptime(now)),
        }
        if child.switches and child.works():
            row = f"0.{child.port}.1"
            told |= {f"{_LLDP}.4.{row}": 4, f"{_LLDP}.5.{row}": octets(child.number)}
            told |= {f"{_LLDP}.6.{row}": 5, f"{_LLDP}.7.{row}": b"p8"}
        return told

    def _learnt(self) -> dict[Oid, Value]:
        """The MACs below by their ports, everything else by port 8, which leads to the agent."""
        rows: dict[Oid, Value] = {}
        for other in self.campus.devices.values():
            if other is not self and other.works():
                rows[_row(mac(other.number))] = self._towards(other)
        return rows | {_row(AGENT): 8}

    def _towards(self, other: "Device") -> int:
        at_device = other
        while at_device.above and at_device.above != self.number:
            at_device = self.campus.devices[at_device.above]
        return at_device.port if at_device.above == self.number else 8


def _row(address: str) -> Oid:
    return f"{_FDB}." + ".".join(str(int(part, 16)) for part in address.split(":"))


class Asked(PretendDevice):
    """An SNMP session with a device of the site, over its network."""

    def __init__(self, device: Device) -> None:
        super().__init__({})
        self.device = device
        self.host = device.host

    async def get(self, oids: "Iterable[Oid]") -> list[VarBind]:
        await self._cross()
        return await super().get([*oids])

    async def walk(self, columns: "Iterable[Oid]", size: BulkSize, max_rows: int) -> Columns:
        await self._cross()
        return await super().walk([*columns], size, max_rows)

    async def _cross(self) -> None:
        await self.device.cross(self.host)
        self.values = self.device.values()


class Wires(Engines):
    """Opens sessions with the devices of the site, by their addresses."""

    def __init__(self, campus: "Campus") -> None:
        super().__init__()
        self.campus = campus

    def _session(self, target: Target, credentials: Credentials) -> Session:
        return self.campus.session(self.campus.at(target.host))


class Echoes(Pinger):
    """Pings the devices of the site, without a socket."""

    def __init__(self, campus: "Campus") -> None:
        super().__init__(campus.clock)
        self.campus = campus

    async def ping(self, address: str, timeout: float = 0.7) -> float | None:  # noqa: ASYNC109
        device = self.campus.at(address)
        await self.campus.clock.sleep(0.002)
        if device.works():
            return 0.002
        await self.campus.clock.sleep(timeout - 0.002)
        return None


class Campus:
    """Devices 1, 2, 3…, each with the one above it and its port there; the agent is on switch 1.

    What is no switch is only pinged, unless it is among those that speak SNMP.
    """

    def __init__(self, data: Path, *plan: tuple[int, int | None, int, Kind]) -> None:
        self.clock = VirtualClock()
        self.data = data
        self.devices = {
            number: Device(self, number, above, port, kind) for number, above, port, kind in plan
        }
        self.journal = FakeJournal()
        self.equipment = tuple(
            Equipment(
                f"d{number}",
                device.kind,
                f"Appareil {number}",
                address(number),
                snmp="default" if device.switches else "none",
            )
            for number, device in self.devices.items()
        )
        self.begin()

    def begin(self, **more: object) -> None:
        """Start the agent, as after a restart of its machine."""
        self.means = Means(self.clock, engines=Wires(self))
        self.means.pinger = Echoes(self)
        access = SnmpAccess(SnmpVersion.V2C, community="public")
        self.config = Config(
            "0310036W",
            Path("receipt.key"),
            Mqtt("mqtt.example"),
            data=self.data,
            snmp={"default": access},
            equipment=self.equipment,
            **more,  # type: ignore[arg-type]
        )
        self.roster = Roster(self.config, self.means)
        self.agent = SiteAgent(self.roster.watched, self.journal, self.clock)
        self.patrol = Patrol(
            self.roster,
            self.agent.adopt,
            self.clock,
            self.config.discovery,
            self.position,
        )

    async def tours(self, count: int) -> None:
        """Let tours pass, one a minute."""
        for _ in range(count):
            async with running(self.patrol.tour()):
                await self.clock.advance(60)

    def position(self) -> Position:
        met = ((address(d.number), mac(d.number)) for d in self.devices.values())
        return Position(frozenset({AGENT}), spoken=tuple(met))

    def session(self, device: Device) -> Session:
        return Asked(device)

    def at(self, host: str) -> Device:
        number = int(host.rpartition(".")[2])
        return next((d for d in self.devices.values() if d.host == number), self._nobody())

    def _nobody(self) -> Device:
        dead = Device(self, 0, None, 0, Kind.GENERIC)
        dead.truth.changes.append(0)
        return dead

    def below(self, number: int) -> list[Device]:
        return [device for device in self.devices.values() if device.above == number]

    def fall(self, number: int, *instants: float) -> None:
        """Change a device between working and not at these seconds."""
        self.devices[number].truth.changes += [at(instant) for instant in instants]

    def parents(self) -> dict[str, str | None]:
        return {item.id: item.parent for item in self.agent.inventory}

    def states(self) -> dict[str, State]:
        return {p.resource: p.state for p in self.agent.now().states}
