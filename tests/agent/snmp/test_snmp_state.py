import pytest

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.equipment import EquipmentProbe, combine
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.credentials import Community, Usm
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import (
    Grounds,
    SnmpDecodeError,
    SnmpError,
    SnmpRefused,
    SnmpTimeout,
    SnmpUnasked,
    Value,
)
from tests.agent.snmp.pretend import START, PretendClock, PretendDevice

SOURCE = "1.3.6.1.2.1.33.1.4.1.0"
CHARGE = "1.3.6.1.2.1.33.1.2.4.0"
PSU = "1.3.6.1.4.1.9.9.13.1.5.1.3"
PORTS = "1.3.6.1.2.1.2.2.1.8"
LEVEL, CAPACITY = "1.3.6.1.2.1.43.11.1.1.9", "1.3.6.1.2.1.43.11.1.1.8"


def probe(
    kind: Kind, values: dict[str, Value]
) -> tuple[SnmpStateProbe, PretendDevice, PretendClock]:
    device, clock = PretendDevice({SYS_UPTIME: 360_000, **values}), PretendClock()
    return SnmpStateProbe(device.client(), kind, clock), device, clock


async def test_a_sound_ups_and_its_samples() -> None:
    ups, _, _ = probe(Kind.UPS, {SOURCE: 3, CHARGE: 100})
    seen = await ups.observe()
    assert (seen.health, seen.cause) == (Health.OK, None)
    assert seen.gauges == {"charge_ratio": 1.0, "uptime_seconds": 3600.0}
    assert seen.began <= START < seen.ended


async def test_a_power_cut() -> None:
    ups, device, _ = probe(Kind.UPS, {SOURCE: 3})
    await ups.observe()
    device.values[SOURCE] = 5
    seen = await ups.observe()
    assert (seen.health, seen.cause) == (Health.DEGRADED, Cause.POWER)


async def test_what_a_device_lacks_is_asked_once_an_hour() -> None:
    ups, device, clock = probe(Kind.UPS, {SOURCE: 3})
    await ups.observe()
    assert device.requests[0][1] > 10
    device.requests.clear()
    await ups.observe()
    assert device.requests == [("get", 4, 0)]
    clock.pass_time(3601)
    device.values[CHARGE] = 10
    assert (await ups.observe()).cause is Cause.BATTERY


async def test_tables_are_read_at_their_cadence() -> None:
    switch, device, clock = probe(Kind.SWITCH, {f"{PORTS}.{port}": 1 for port in range(9)})
    assert (await switch.observe()).gauges["ports_up"] == 9
    device.requests.clear()
    clock.pass_time(30)
    await switch.observe()
    assert [request[0] for request in device.requests] == ["get"]
    clock.pass_time(30)
    device.values[f"{PORTS}.0"] = 2
    assert (await switch.observe()).gauges["ports_up"] == 8


async def test_a_table_that_accuses_is_read_again_at_once() -> None:
    toner: dict[str, Value] = {f"{LEVEL}.1.1": 2, f"{CAPACITY}.1.1": 100}
    printer, device, clock = probe(Kind.PRINTER, toner)
    assert (await printer.observe()).cause is Cause.SUPPLIES
    device.values[f"{LEVEL}.1.1"] = 100
    clock.pass_time(30)
    assert (await printer.observe()).health is Health.OK


async def test_a_table_that_cannot_be_listed_is_let_be() -> None:
    switch, device, _ = probe(Kind.SWITCH, {f"{PSU}.1": 1})
    device.most_repetitions = 0
    device.long_is = SnmpTimeout("this table kills me")
    assert (await switch.observe()).health is Health.OK


async def test_a_table_lost_on_the_way_is_asked_for_again_at_its_cadence() -> None:
    switch, device, clock = probe(Kind.SWITCH, {f"{PORTS}.{port}": 1 for port in range(9)})
    device.most_repetitions = 0
    assert "ports_up" not in (await switch.observe()).gauges
    device.most_repetitions = 1000
    clock.pass_time(60)
    assert (await switch.observe()).gauges["ports_up"] == 9


@pytest.mark.parametrize(
    ("fault", "health", "cause"),
    [
        (SnmpTimeout("silence"), Health.FAILED, Cause.TIMEOUT),
        (SnmpRefused("switch", Grounds.AUTH_KEY), Health.FAILED, Cause.REFUSED),
        (SnmpDecodeError("noise"), Health.FAILED, Cause.OTHER),
        (SnmpUnasked("no address"), Health.UNKNOWN, Cause.PROBE),
    ],
)
async def test_faults_are_verdicts_and_never_raised(
    fault: SnmpError, health: Health, cause: Cause
) -> None:
    switch, device, _ = probe(Kind.SWITCH, {})
    device.fault = fault
    seen = await switch.observe()
    assert (seen.health, seen.cause) == (health, cause)


async def test_a_reboot_dates_the_return() -> None:
    switch, device, clock = probe(Kind.SWITCH, {})
    await switch.observe()
    device.fault = SnmpTimeout("silence")
    clock.pass_time(30)
    await switch.observe()
    device.fault = None
    clock.pass_time(90)
    device.values[SYS_UPTIME] = 1_000
    assert (await switch.observe()).changed_at == clock.now() - 10_000


async def test_a_silence_without_reboot_dates_nothing() -> None:
    switch, device, clock = probe(Kind.SWITCH, {})
    await switch.observe()
    device.fault = SnmpTimeout("silence")
    await switch.observe()
    device.fault = None
    clock.pass_time(90)
    device.values[SYS_UPTIME] = 369_000
    assert (await switch.observe()).changed_at is None


class Leg:
    def __init__(self, health: Health, cause: Cause | None = None) -> None:
        self.seen = Observation(START, START + 9, health, cause, {"rtt_seconds": 0.1})

    async def observe(self) -> Observation:
        return self.seen


OK, BAD, DEAD, UNKNOWN = Health.OK, Health.DEGRADED, Health.FAILED, Health.UNKNOWN


@pytest.mark.parametrize(
    ("snmp", "ping", "health", "cause"),
    [
        (Leg(OK), Leg(OK), OK, None),
        (Leg(OK), Leg(DEAD, Cause.TIMEOUT), OK, None),
        (Leg(BAD, Cause.FAN), Leg(OK), BAD, Cause.FAN),
        (Leg(DEAD, Cause.TIMEOUT), Leg(OK), BAD, Cause.SNMP_SILENT),
        (Leg(DEAD, Cause.REFUSED), Leg(OK), BAD, Cause.SNMP_SILENT),
        (Leg(DEAD, Cause.REFUSED), Leg(DEAD, Cause.TIMEOUT), DEAD, Cause.TIMEOUT),
        (Leg(DEAD, Cause.TIMEOUT), Leg(UNKNOWN, Cause.LAN), UNKNOWN, Cause.LAN),
        (Leg(UNKNOWN, Cause.PROBE), Leg(OK), OK, None),
        (Leg(UNKNOWN, Cause.PROBE), Leg(DEAD, Cause.TIMEOUT), UNKNOWN, Cause.PROBE),
        (Leg(UNKNOWN, Cause.PROBE), Leg(UNKNOWN, Cause.LAN), UNKNOWN, Cause.LAN),
    ],
)
async def test_both_legs_together(
    snmp: Leg, ping: Leg, health: Health, cause: Cause | None
) -> None:
    seen = await EquipmentProbe(snmp, ping).observe()
    assert (seen.health, seen.cause) == (health, cause)
    assert seen.gauges == {"rtt_seconds": 0.1}


@pytest.mark.parametrize(
    ("snmp", "ping", "began", "ended"),
    [(OK, OK, 12, 20), (OK, DEAD, 10, 35), (DEAD, OK, 12, 20), (DEAD, DEAD, 10, 35)],
)
def test_the_leg_that_is_answered_dates_a_sign_of_life_and_both_a_death(
    snmp: Health, ping: Health, began: int, ended: int
) -> None:
    seen = combine(Observation(10, 35, snmp), Observation(12, 20, ping))
    assert (seen.began, seen.ended) == (began, ended)


def test_secrets_are_never_shown() -> None:
    told = repr(Community("secret-1")) + repr(Usm("user", "secret-2", "secret-3"))
    assert "secret" not in told
    with pytest.raises(ValueError, match="privacy without authentication"):
        Usm("user", priv_key="secret")
