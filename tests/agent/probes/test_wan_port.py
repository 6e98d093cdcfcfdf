"""An interface found by its name on devices as they are, its status apart from its counters."""

import pytest

from numlycee_agent.probes.wan_port import (
    IF_DESCR,
    IF_DISCONTINUITY,
    IF_HC_IN,
    IF_HC_OUT,
    IF_HIGH_SPEED,
    IF_IN,
    IF_NAME,
    IF_OPER_STATUS,
    IF_OUT,
    IF_SPEED,
    WanPort,
)
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import Oid, SnmpTimeout, Value
from tests.agent.snmp.pretend import PretendClock, PretendDevice


def router(index: int = 3) -> dict[Oid, Value]:
    """A router whose WAN is `ge-0/0/3` by ifName and « GigabitEthernet 3 » by ifDescr."""
    return {
        SYS_UPTIME: 500_000,
        f"{IF_NAME}.1": b"lo0", f"{IF_NAME}.{index}": b"ge-0/0/3\0",
        f"{IF_DESCR}.1": b"Loopback", f"{IF_DESCR}.{index}": b"GigabitEthernet 3",
        f"{IF_OPER_STATUS}.1": 1, f"{IF_OPER_STATUS}.{index}": 1,
        f"{IF_HC_IN}.{index}": 10**12, f"{IF_HC_OUT}.{index}": 10**11,
        f"{IF_IN}.{index}": 7, f"{IF_OUT}.{index}": 8,
        f"{IF_HIGH_SPEED}.{index}": 1000, f"{IF_SPEED}.{index}": 10**9,
        f"{IF_DISCONTINUITY}.{index}": 0,
    }  # fmt: skip


def port(device: PretendDevice, name: str = "ge-0/0/3", index: int | None = None) -> WanPort:
    client = device.client()
    return WanPort(lambda: client, PretendClock(), name=name, index=index)


@pytest.mark.parametrize("name", ["ge-0/0/3", "GigabitEthernet 3"])
async def test_an_interface_is_found_by_either_of_its_names(name: str) -> None:
    device = PretendDevice(router())
    wan = port(device, name)
    assert await wan.is_up() is True
    device.values[f"{IF_OPER_STATUS}.3"] = 2
    assert await wan.is_up() is False
    reading = await wan.count()
    assert reading is not None
    assert (reading.received, reading.sent, reading.bits) == (10**12, 10**11, 64)
    assert (reading.index, reading.speed, reading.uptime, reading.discontinuity) == (
        3, 1e9, 500_000, 0,
    )  # fmt: skip


async def test_an_index_needs_no_walk_and_no_name() -> None:
    device = PretendDevice(router())
    wan = port(device, "", 3)
    assert await wan.is_up() is True
    assert device.requests == [("get", 1, 0)]


async def test_status_and_counters_share_no_request() -> None:
    device = PretendDevice(router())
    wan = port(device)
    await wan.is_up()
    device.requests.clear()
    await wan.is_up()
    await wan.count()
    await wan.count()
    assert device.requests == [("get", 2, 0), ("get", 8, 0), ("get", 6, 0)]


async def test_a_device_that_renumbers_is_asked_again_by_name() -> None:
    device = PretendDevice(router())
    wan = port(device)
    assert await wan.is_up() is True
    device.values = {**router(7), f"{IF_NAME}.3": b"ge-0/0/0", f"{IF_OPER_STATUS}.3": 2}
    assert await wan.is_up() is None, "what now has this number is another interface"
    assert await wan.is_up() is True
    reading = await wan.count()
    assert reading is not None
    assert reading.index == 7


async def test_a_name_that_is_not_there_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    wan = port(PretendDevice(router()), "ge-0/0/4")
    assert (await wan.is_up(), await wan.count()) == (None, None)
    assert len(caplog.records) == 1
    assert "ge-0/0/3, lo0" in caplog.text


async def test_a_name_that_several_interfaces_bear_is_none() -> None:
    device = PretendDevice(router())
    device.values |= {f"{IF_DESCR}.4": b"GigabitEthernet 3", f"{IF_NAME}.4": b"ge-0/0/3.100"}
    assert await port(device, "GigabitEthernet 3").is_up() is None
    assert await port(device).is_up() is True


async def test_a_device_with_narrow_counters_only() -> None:
    device = PretendDevice(router())
    for column in (IF_HC_IN, IF_HC_OUT, IF_HIGH_SPEED, IF_DISCONTINUITY):
        del device.values[f"{column}.3"]
    wan = port(device)
    for _ in range(2):
        reading = await wan.count()
        assert reading is not None
        assert (reading.received, reading.sent, reading.bits, reading.speed) == (7, 8, 32, 1e9)
    assert device.requests[-1] == ("get", 6, 0)
    del device.values[f"{IF_IN}.3"]
    assert await wan.count() is None


@pytest.mark.parametrize(
    ("high", "low", "speed"), [(0, 2_000_000, 2e6), (0, 2**32 - 1, None), (10_000, 2**32 - 1, 1e10)]
)
async def test_the_speed_of_an_interface(high: int, low: int, speed: float | None) -> None:
    device = PretendDevice(router())
    device.values |= {f"{IF_HIGH_SPEED}.3": high, f"{IF_SPEED}.3": low}
    reading = await port(device).count()
    assert reading is not None
    assert reading.speed == speed


@pytest.mark.parametrize(
    ("status", "up"), [(1, True), (2, False), (4, None), (5, False), (6, False), (7, False)]
)
async def test_what_a_status_means(status: int, up: bool | None) -> None:  # noqa: FBT001
    device = PretendDevice(router())
    device.values[f"{IF_OPER_STATUS}.3"] = status
    assert await port(device).is_up() is up


async def test_silence_is_the_callers_to_judge() -> None:
    device = PretendDevice(router())
    device.fault = SnmpTimeout("nobody")
    with pytest.raises(SnmpTimeout):
        await port(device).is_up()
