"""A lycée whose equipment really answers: SNMP over UDP, TCP, ICMP and a portal over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass

from numlycee.adapters.relay import Relay
from numlycee.adapters.snmp_devices import SimulatedDevice, SimulatedDevices, Typed, User
from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.region.devices import (
    ON_BATTERY,
    ON_MAINS,
    SYS_OBJECT_ID,
    UPS_OUTPUT_SOURCE,
    variables,
)
from numlycee.region.world import World
from numlycee_agent.ports import Probe, Watched
from numlycee_agent.probes.equipment import EquipmentProbe
from numlycee_agent.probes.http import HttpProbe
from numlycee_agent.probes.icmp import Pinger, PingTarget
from numlycee_agent.probes.link import LinkProbe
from numlycee_agent.probes.quality import Limits, LinkQuality
from numlycee_agent.probes.reach import ReachProbe, Target
from numlycee_agent.probes.scenario import Scenario, Step
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.probes.tcp import TcpTarget
from numlycee_agent.snmp.credentials import Community, Credentials, Usm
from numlycee_agent.snmp.credentials import Target as SnmpTarget
from numlycee_agent.snmp.engines import Engines

HOST = "127.0.0.1"
COMMUNITY = "demonstration"
USER = User("numlycee", "authentification-simulee", "confidentialite-simulee")
_LOOPBACK = Limits(latency_seconds=1.0, jitter_seconds=1.0)
"""One busy process plays everybody: its own delays must not be taken for the link's."""
_SECURED = frozenset({Kind.SWITCH, Kind.FIREWALL, Kind.SERVER})


@dataclass(frozen=True, slots=True)
class Tools:
    """What the real lycées share: simulated devices, SNMP engines, a pinger, the portal's port."""

    devices: SimulatedDevices
    engines: Engines
    pinger: Pinger
    portal: int
    clock: Clock


@dataclass(frozen=True, slots=True)
class Device:
    """One equipment: its SNMP side and its administration port."""

    snmp: SimulatedDevice
    port: Relay


class Lycee:
    """One real lycée; `follow` makes its equipment as the world says that it is."""

    def __init__(self, site: Site, world: World, tools: Tools) -> None:
        self.site = site
        self._world = world
        self._tools = tools
        self._devices: dict[str, Device] = {}
        self._cable = Relay(HOST, tools.portal)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Return what the lycée is equipped with."""
        return self._world.resources[self.site.uai]

    async def start(self) -> None:
        """Switch everything on."""
        await self._cable.start()
        for resource in self.resources:
            if resource.kind not in (Kind.LINK, Kind.SERVICE):
                self._devices[resource.id] = await self._plug_in(resource)

    async def stop(self) -> None:
        """Close every port."""
        await self._cable.cut()
        for device in self._devices.values():
            await device.port.cut()

    async def follow(self) -> None:
        """Silence what is broken, and what hangs from it; let the rest answer again."""
        for resource_id, device in self._devices.items():
            fault = self._world.condition((self.site.uai, resource_id))
            dead = fault is not None and fault.state is State.DOWN
            device.snmp.silence(dead)
            await (device.port.cut() if dead else device.port.mend())
            if UPS_OUTPUT_SOURCE in device.snmp:
                failing = fault is not None and fault.cause is Cause.POWER
                device.snmp[UPS_OUTPUT_SOURCE] = ON_BATTERY if failing else ON_MAINS
        cut = self._world.condition((self.site.uai, "link")) is not None
        await (self._cable.cut() if cut else self._cable.mend())

    def watched(self) -> list[Watched]:
        """Return every resource with the probe that a real agent has for it."""
        return [Watched(resource, self._probe(resource)) for resource in self.resources]

    async def _plug_in(self, resource: Resource) -> Device:
        said: Mapping[str, int | str | Typed] = {
            **variables(self.site, resource),
            SYS_OBJECT_ID: Typed("name", str(variables(self.site, resource)[SYS_OBJECT_ID])),
        }
        relay = Relay(HOST, self._tools.portal)
        await relay.start()
        return Device(await self._tools.devices.add(said), relay)

    def _probe(self, resource: Resource) -> Probe:
        clock = self._tools.clock
        match resource.kind:
            case Kind.LINK:
                outside = [TcpTarget(HOST, self._cable.port, clock)]
                return LinkProbe(outside, [self._lan()], clock, LinkQuality(_LOOPBACK))
            case Kind.SERVICE:
                step = Step(f"http://{HOST}:{self._cable.port}/", shows=("Mon ENT",))
                return HttpProbe(Scenario((step,), timeout=5.0, slow=2.0), clock)
            case kind:
                device = self._devices[resource.id]
                target = SnmpTarget(HOST, device.snmp.port, (0.7,))
                client = self._tools.engines.open_client(target, _credentials(kind))
                ping = ReachProbe(TcpTarget(HOST, device.port.port, clock))
                return EquipmentProbe(SnmpStateProbe(client, kind, clock), ping)

    def _lan(self) -> Target:
        """Return the reference on the LAN: an echo where the machine allows it, else TCP."""
        if self._tools.pinger.can_ping():
            return PingTarget(self._tools.pinger, HOST, self._tools.clock)
        return TcpTarget(HOST, self._tools.portal, self._tools.clock)


def _credentials(kind: Kind) -> Credentials:
    if kind in _SECURED:
        return Usm(USER.name, USER.auth_key, USER.priv_key)
    return Community(COMMUNITY)
