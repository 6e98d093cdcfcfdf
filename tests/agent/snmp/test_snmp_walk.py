import pytest

from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import (
    Grounds,
    SnmpRefused,
    SnmpStatusError,
    SnmpTimeout,
    Status,
    Value,
)
from tests.agent.snmp.pretend import PretendDevice

NAMES, STATES = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.8"


def switch(ports: int = 60) -> PretendDevice:
    values: dict[str, Value] = {"1.3.6.1.2.1.1.1.0": b"a switch", "1.3.6.1.2.1.3.1.0": 0}
    values |= {f"{NAMES}.{port}": b"port %d" % port for port in range(1, ports + 1)}
    values |= {f"{STATES}.{port}": 1 for port in range(1, ports + 1)}
    return PretendDevice(values)


async def test_columns_are_packed_and_end_where_they_end() -> None:
    device = switch()
    rows = await device.client().walk([NAMES, STATES, "1.3.6.1.2.1.99.1"])
    assert [len(column) for column in rows.values()] == [60, 60, 0]
    assert rows[NAMES]["60"] == b"port 60"
    assert max(names * repetitions for _, names, repetitions in device.requests) <= 40
    assert len(device.requests) <= 5


async def test_a_walk_stops_at_its_cap() -> None:
    rows = await switch().client().walk([NAMES], max_rows=7)
    assert list(rows[NAMES]) == [str(port) for port in range(1, 8)]


@pytest.mark.parametrize("fault", [SnmpTimeout("silence"), SnmpStatusError(Status.TOO_BIG)])
async def test_the_size_follows_what_the_device_bears_and_is_remembered(
    fault: SnmpTimeout | SnmpStatusError,
) -> None:
    device = switch()
    device.most_repetitions, device.long_is = 5, fault
    client = device.client()
    assert len((await client.walk([NAMES]))[NAMES]) == 60
    device.requests.clear()
    await client.walk([NAMES])
    assert all(repetitions <= 5 for _, _, repetitions in device.requests)


async def test_an_agent_without_getbulk_is_walked_by_getnext() -> None:
    device = switch(9)
    device.bulk = False
    rows = await device.client().walk([NAMES, STATES])
    assert [len(column) for column in rows.values()] == [9, 9]


async def test_a_silent_device_is_a_timeout_and_its_size_is_kept() -> None:
    device = switch()
    device.fault = SnmpTimeout("dead")
    client = device.client()
    with pytest.raises(SnmpTimeout):
        await client.walk([NAMES])
    device.fault = None
    device.requests.clear()
    await client.walk([NAMES])
    assert device.requests[0] == ("following", 1, 25)


async def test_a_refusal_is_raised_at_once() -> None:
    device = switch()
    device.fault = SnmpRefused("switch", Grounds.VIEW)
    with pytest.raises(SnmpRefused):
        await device.client().walk([NAMES])
    assert len(device.requests) == 1


async def test_a_loop_ends_the_column_and_keeps_what_was_read() -> None:
    device = switch(6)
    device.order = [f"{NAMES}.{port}" for port in (1, 2, 3, 2, 3)]
    rows = await device.client().walk([NAMES, STATES])
    assert list(rows[NAMES]) == ["1", "2", "3"]
    assert len(rows[STATES]) == 6


async def test_rows_out_of_order_are_kept() -> None:
    device = switch(5)
    device.order = [f"{NAMES}.{port}" for port in (1, 4, 2, 5, 3)]
    assert list((await device.client().walk([NAMES]))[NAMES]) == ["1", "4", "2", "5", "3"]


async def test_a_column_that_fails_ends_there_and_the_others_go_on() -> None:
    device = switch(5)
    device.most_names = 1
    rows = await device.client().walk([NAMES, STATES])
    assert [len(column) for column in rows.values()] == [5, 5]


async def test_a_lowered_size_is_tried_again_after_a_while() -> None:
    size = BulkSize()
    size.bore(2, 25)
    for _ in range(400):
        size.bore(size.repetitions, size.repetitions)
    assert size.repetitions == 10
    assert BulkSize(1).below(1, SnmpTimeout("")) is None


async def test_what_the_device_lacks_is_absent() -> None:
    device = switch()
    found = await device.client().get(["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.99.0"])
    assert found == {"1.3.6.1.2.1.1.1.0": b"a switch"}


@pytest.mark.parametrize("fault", [SnmpTimeout("silence"), SnmpStatusError(Status.TOO_BIG)])
async def test_a_long_get_is_cut_to_what_the_device_bears(
    fault: SnmpTimeout | SnmpStatusError,
) -> None:
    device = switch()
    device.most_names, device.long_is = 3, fault
    names = [f"{NAMES}.{port}" for port in range(1, 31)]
    client = device.client()
    assert list(await client.get(names)) == names
    device.requests.clear()
    await client.get(names)
    assert all(count <= 3 for _, count, _ in device.requests)


async def test_a_size_once_proven_is_not_doubted_by_silence() -> None:
    device = switch()
    client = device.client()
    names = [f"{NAMES}.{port}" for port in range(1, 11)]
    await client.get(names)
    device.fault = SnmpTimeout("dead")
    device.requests.clear()
    with pytest.raises(SnmpTimeout):
        await client.get(names)
    assert device.requests == [("get", 10, 0)]
    client.close()
