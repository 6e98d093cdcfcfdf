"""Probes that ask the simulated world instead of a network, at the pace of real ones."""

from random import Random

from numlycee.clock import Clock
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.region.world import Fault, World
from numlycee_agent.ports import Health, Observation

_TIMEOUT = 0.7


class SimulatedProbe:
    """Observes one resource of the world; a silent one takes the time-out that a real one takes."""

    def __init__(self, world: World, uai: str, resource: Resource, clock: Clock) -> None:
        """Observe `resource` of the site `uai`."""
        self._world = world
        self._target = (uai, resource.id)
        self._kind = resource.kind
        self._clock = clock
        self._random = Random(f"{uai} {resource.id}")

    async def observe(self) -> Observation:
        """Return what the world's state at this instant gives."""
        began = self._clock.now()
        fault = self._world.condition(self._target)
        if fault is not None and fault.state is State.DOWN:
            await self._clock.sleep(_TIMEOUT)
            return Observation(began, self._clock.now(), Health.FAILED, fault.cause)
        return self._answer(began, fault)

    def _answer(self, began: int, fault: Fault | None) -> Observation:
        health = Health.OK if fault is None else Health.DEGRADED
        cause = None if fault is None else fault.cause
        return Observation(began, self._clock.now(), health, cause, self._gauges())

    def _gauges(self) -> dict[str, float]:
        if self._kind is Kind.LINK:
            rtt = round(self._random.lognormvariate(-4.6, 0.25), 6)
            return {"rtt_seconds": rtt, "packet_loss_ratio": 0.0}
        if self._kind is Kind.SERVICE:
            return {"total_seconds": round(self._random.lognormvariate(-1.2, 0.3), 4)}
        return {}
