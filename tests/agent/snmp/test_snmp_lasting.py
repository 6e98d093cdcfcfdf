from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import Value
from tests.agent.snmp.pretend import PretendClock, PretendDevice

ADMIN, OPER, CHANGED = (f"1.3.6.1.2.1.2.2.1.{column}" for column in (7, 8, 9))
DAY = 86_400
UP, DOWN = 1, 2


class Switch:
    """A switch of two ports, up for ten days; the second changed `changed` seconds after that."""

    def __init__(self, changed: int | None = None) -> None:
        self.clock = PretendClock()
        values: dict[str, Value] = {SYS_UPTIME: 10 * DAY * 100}
        for port in (1, 2):
            values |= {f"{ADMIN}.{port}": UP, f"{OPER}.{port}": UP}
        if changed is not None:
            values[f"{CHANGED}.2"] = changed * 100
        self.device = PretendDevice(values)
        self.probe = SnmpStateProbe(self.device.client(), Kind.SWITCH, self.clock)

    async def cause(self, *, after: float = 60) -> Cause | None:
        self.clock.pass_time(after)
        uptime = self.device.values[SYS_UPTIME]
        assert isinstance(uptime, int)
        self.device.values[SYS_UPTIME] = uptime + round(after * 100)
        seen = await self.probe.observe()
        assert seen.health is (Health.DEGRADED if seen.cause else Health.OK)
        return seen.cause

    def turn(self, state: int, column: str = OPER) -> None:
        self.device.values[f"{column}.2"] = state


async def test_a_port_up_for_a_week_is_missed_and_then_found_again() -> None:
    switch = Switch()
    assert await switch.cause() is None
    assert await switch.cause(after=7 * DAY) is None
    switch.turn(DOWN)
    assert await switch.cause() is Cause.PORT_DOWN
    assert await switch.cause() is Cause.PORT_DOWN
    switch.turn(UP)
    assert await switch.cause() is None


async def test_the_device_dates_what_was_before_the_agent() -> None:
    switch = Switch(changed=0)
    assert await switch.cause() is None
    switch.turn(DOWN)
    assert await switch.cause() is Cause.PORT_DOWN


async def test_a_port_lately_up_is_free_to_fall() -> None:
    switch = Switch(changed=9 * DAY)
    assert await switch.cause() is None
    switch.turn(DOWN)
    assert await switch.cause() is None


async def test_a_date_beyond_the_uptime_is_no_date() -> None:
    switch = Switch(changed=400 * DAY)
    assert await switch.cause() is None
    switch.turn(DOWN)
    assert await switch.cause() is None


async def test_a_port_that_people_switch_off_is_no_fault() -> None:
    switch = Switch(changed=0)
    assert await switch.cause() is None
    switch.turn(DOWN)
    switch.turn(DOWN, ADMIN)
    assert await switch.cause() is None
    switch.turn(UP, ADMIN)
    assert await switch.cause() is None


async def test_what_is_gone_for_a_day_is_taken_for_removed() -> None:
    switch = Switch(changed=0)
    assert await switch.cause() is None
    switch.turn(DOWN)
    assert await switch.cause() is Cause.PORT_DOWN
    assert await switch.cause(after=DAY + 60) is None


async def test_a_sensor_accuses_only_after_it_worked() -> None:
    kind, status = (f"1.3.6.1.2.1.99.1.1.1.{column}" for column in (1, 5))
    ok, broken, celsius = 1, 3, 8
    switch = Switch()
    switch.device.values |= {f"{kind}.{slot}": celsius for slot in (1, 2)}
    switch.device.values |= {f"{status}.1": ok, f"{status}.2": broken}
    assert await switch.cause(after=3600) is None
    assert await switch.cause(after=3600) is None
    switch.device.values[f"{status}.1"] = broken
    assert await switch.cause(after=3600) is Cause.SENSOR
