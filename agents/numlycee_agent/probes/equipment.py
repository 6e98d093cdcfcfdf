"""An equipment is down when neither SNMP nor its address answers; a silent agent is not a fall."""

import asyncio

from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation, Probe

_ALIVE = (Health.OK, Health.DEGRADED)


class EquipmentProbe:
    """Puts together what SNMP says and whether the address answers at all.

    | SNMP | ping | verdict |
    |---|---|---|
    | answers | whatever | what SNMP says |
    | silent or refused | answers | degraded, `snmp-silent` |
    | silent or refused | silent | failed, with the ping's cause |
    | silent or refused | unknown | unknown: one leg alone does not accuse |
    | unknown | answers | what the ping says |
    | unknown | silent or unknown | unknown |
    """

    def __init__(self, snmp: Probe, ping: Probe) -> None:
        self._snmp = snmp
        self._ping = ping

    async def observe(self) -> Observation:
        """Observe once by both legs at the same time."""
        async with asyncio.TaskGroup() as legs:
            snmp_leg = legs.create_task(self._snmp.observe())
            ping_leg = legs.create_task(self._ping.observe())
        return combine(snmp_leg.result(), ping_leg.result())


def combine(snmp: Observation, ping: Observation) -> Observation:
    """Return the verdict of both legs, with the samples of both.

    One leg that is answered shows that the device lives, and dates the verdict; the other may wait
    for its time-outs. It takes both, and the time of both, to show that it does not.
    """
    health, cause = _verdict(snmp, ping)
    legs = [leg for leg in (ping, snmp) if leg.health in _ALIVE][:1] or [snmp, ping]
    return Observation(
        min(leg.began for leg in legs),
        max(leg.ended for leg in legs),
        health,
        cause,
        {**ping.gauges, **snmp.gauges},
        snmp.changed_at,
    )


def _verdict(snmp: Observation, ping: Observation) -> tuple[Health, Cause | None]:
    if snmp.health in _ALIVE:
        return snmp.health, snmp.cause
    answers = ping.health in _ALIVE
    if snmp.health is Health.UNKNOWN:
        if answers:
            return ping.health, ping.cause
        return Health.UNKNOWN, ping.cause if ping.health is Health.UNKNOWN else snmp.cause
    if answers:
        return Health.DEGRADED, Cause.SNMP_SILENT
    if ping.health is Health.UNKNOWN:
        return Health.UNKNOWN, ping.cause or Cause.PROBE
    return Health.FAILED, ping.cause or snmp.cause
