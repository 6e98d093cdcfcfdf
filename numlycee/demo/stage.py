"""Where the scripted day is played: the simulated world, and the lycées that really answer."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from numlycee.adapters.portal import Portal, PortalMode
from numlycee.adapters.relay import Relay
from numlycee.adapters.snmp_devices import SimulatedDevices
from numlycee.clock import Clock
from numlycee.demo.lycee import COMMUNITY, HOST, USER, Lycee, Tools
from numlycee.domain.sites import Site
from numlycee.region.probes import SimulatedProbe
from numlycee.region.world import Fault, Target, World
from numlycee_agent.ports import Watched
from numlycee_agent.probes.icmp import Pinger
from numlycee_agent.snmp.engines import Engines


class Stage:
    """Acts upon the world and has the real lycées follow it."""

    def __init__(
        self, world: World, lycees: Mapping[str, Lycee], portal: Portal, cable: Relay, clock: Clock
    ) -> None:
        self._world = world
        self._lycees = lycees
        self._portal = portal
        self._cable = cable
        self._clock = clock

    async def strike(self, target: Target, fault: Fault) -> None:
        """Break a resource."""
        self._world.strike(target, fault)
        await self._follow(target[0])

    async def mend(self, target: Target) -> None:
        """Repair a resource."""
        self._world.mend(target)
        await self._follow(target[0])

    async def portal(self, fault: Fault | None) -> None:
        """Have the portal say, with HTTP 200, that it is not available for the moment; or work."""
        self._world.portal = fault
        self._portal.mode = PortalMode.OK if fault is None else PortalMode.MAINTENANCE

    async def unplug(self, uai: str) -> None:
        """Cut the one agent that reaches the broker through the cable off from it."""
        del uai
        await self._cable.cut()

    async def plug(self, uai: str) -> None:
        """Connect it again."""
        del uai
        await self._cable.mend()

    def watched(self, site: Site) -> Sequence[Watched]:
        """Return what the agent of a site watches, and how."""
        lycee = self._lycees.get(site.uai)
        if lycee is not None:
            return lycee.watched()
        return [
            Watched(resource, SimulatedProbe(self._world, site.uai, resource, self._clock))
            for resource in self._world.resources[site.uai]
        ]

    async def _follow(self, uai: str) -> None:
        lycee = self._lycees.get(uai)
        if lycee is not None:
            await lycee.follow()


@asynccontextmanager
async def staged(
    world: World, real: Sequence[Site], cable: Relay, clock: Clock
) -> AsyncIterator[Stage]:
    """Set the stage: the portal, and the equipment of the real lycées, while the context lasts."""
    portal, pinger = Portal(clock), Pinger(clock)
    async with (
        SimulatedDevices(clock, communities=(COMMUNITY,), users=(USER,)) as devices,
        Engines() as engines,
    ):
        address = await portal.start(HOST)
        port = int(address.rstrip("/").rpartition(":")[2])
        tools = Tools(devices, engines, pinger, port, clock)
        lycees = {site.uai: Lycee(site, world, tools) for site in real}
        try:
            for lycee in lycees.values():
                await lycee.start()
            yield Stage(world, lycees, portal, cable, clock)
        finally:
            for lycee in lycees.values():
                await lycee.stop()
            pinger.close()
            await portal.stop()
