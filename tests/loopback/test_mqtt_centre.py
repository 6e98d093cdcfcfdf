"""The centre's session: acknowledgements after the commit, and a session that comes back."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt
import pytest

from numlycee.adapters.mqtt import (
    MOST_HELD,
    MOST_WAITING,
    BrokerAddress,
    MqttCentre,
    Session,
    Waiting,
)
from numlycee.collector.ports import StoreUnavailableError
from numlycee.wire.topics import Topics
from tests.loopback.scripted_broker import ScriptedBroker, scripted

UP, DOWN = "numlycee/v1/0310036W/up/bulletin", "numlycee/v1/0310036W/down/receipt"


class Quick:
    """A clock whose seconds are milliseconds."""

    def now(self) -> int:
        return 0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 1000)


@dataclass
class Desk:
    """An intake that answers every batch, fails while told to, and trips over poison."""

    broker: ScriptedBroker | None = None
    failing: int = 0
    batches: list[list[bytes]] = field(default_factory=list)
    acknowledged_before: list[int] = field(default_factory=list)

    def handle(self, batch: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        if any(payload == b"poison" for _, payload in batch):
            raise ZeroDivisionError
        if self.failing:
            self.failing -= 1
            raise StoreUnavailableError("disk full")
        if self.broker:
            self.acknowledged_before.append(len(self.broker.acknowledged))
        self.batches.append([payload for _, payload in batch])
        return [(DOWN, b"stored " + payload) for _, payload in batch]


@asynccontextmanager
async def serving(
    broker: ScriptedBroker, desk: Desk, version: str = ""
) -> AsyncIterator[MqttCentre]:
    async with scripted(broker):
        address = BrokerAddress("127.0.0.1", broker.port, version=version)
        centre = MqttCentre(address, desk, Quick(), Topics())
        task = asyncio.get_running_loop().create_task(centre.run())
        async with asyncio.timeout(10):
            await broker.subscribed.wait()
        try:
            yield centre
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_acknowledged_only_after_the_commit(version: str) -> None:
    broker = ScriptedBroker()
    desk = Desk(broker)
    async with serving(broker, desk, version):
        for mid in (1, 2, 3):
            await broker.send(UP, b"%d" % mid, mid)
        await broker.until(published=3, acknowledged=3)
    assert broker.level == (5 if version == "5" else 4)
    assert broker.acknowledged == [1, 2, 3]
    assert broker.published == [(DOWN, b"stored %d" % mid) for mid in (1, 2, 3)]
    assert [sum(map(len, desk.batches[:i])) for i in range(len(desk.batches))] == [
        min(n, 3) for n in desk.acknowledged_before
    ]


async def test_what_could_not_be_stored_is_not_acknowledged_but_tried_again() -> None:
    broker, desk = ScriptedBroker(), Desk(failing=3)
    desk.broker = broker
    async with serving(broker, desk):
        await broker.send(UP, b"1", 1)
        await broker.until(published=1, acknowledged=1)
        assert desk.failing == 0
        assert desk.acknowledged_before == [0]
        assert desk.batches[0] == [b"1"]


async def test_a_broken_session_is_begun_again() -> None:
    broker, desk = ScriptedBroker(), Desk()
    async with serving(broker, desk) as centre:
        assert await eventually(centre, connected=True)
        broker.hang_up()
        async with asyncio.timeout(10):
            await broker.subscribed.wait()
        await broker.send(UP, b"again", 1)
        await broker.until(published=1, acknowledged=1)
        assert await eventually(centre, connected=True)
    assert not centre.connected
    assert broker.connections == 2


async def test_a_connection_that_ends_before_it_is_granted_is_begun_again_at_once() -> None:
    broker = ScriptedBroker(dies=2)
    async with asyncio.timeout(8):  # what aiomqtt waits for a broker's word is ten seconds
        async with serving(broker, Desk()) as centre:
            assert await eventually(centre, connected=True)
    assert broker.connections == 3


async def eventually(centre: MqttCentre, *, connected: bool) -> bool:
    async with asyncio.timeout(10):
        while centre.connected is not connected:
            await asyncio.sleep(0.005)
    return True


async def test_a_broker_that_speaks_3_1_1_only_is_spoken_to_so() -> None:
    broker = ScriptedBroker(speaks=(4,))
    async with serving(broker, Desk()) as centre:
        assert await eventually(centre, connected=True)
        broker.hang_up()
        async with asyncio.timeout(10):
            await broker.subscribed.wait()
    assert broker.level == 4
    assert broker.connections == 3


async def test_a_refused_subscription_is_no_connection(caplog: pytest.LogCaptureFixture) -> None:
    broker = ScriptedBroker(grants=0x87)
    async with serving(broker, Desk(), "5") as centre:
        async with asyncio.timeout(10):
            while "refuses the subscription to numlycee/v1/+/up/+" not in caplog.text:
                await asyncio.sleep(0.005)
        assert not centre.connected


async def test_a_fault_of_ours_loses_the_one_message_that_meets_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker, desk = ScriptedBroker(), Desk()
    with caplog.at_level(logging.ERROR):
        async with serving(broker, desk):
            for mid, payload in enumerate([b"1", b"poison", b"3"], start=1):
                await broker.send(UP, payload, mid)
            await broker.until(published=2, acknowledged=3)
    assert sorted(broker.published) == [(DOWN, b"stored 1"), (DOWN, b"stored 3")]
    assert sum("could not be handled" in r.getMessage() for r in caplog.records) == 1


async def test_an_absent_broker_is_tried_for_again(caplog: pytest.LogCaptureFixture) -> None:
    broker = ScriptedBroker()
    async with scripted(broker):
        port = broker.port
    centre = MqttCentre(BrokerAddress("127.0.0.1", port), Desk(), Quick(), Topics())
    task = asyncio.get_running_loop().create_task(centre.run())
    async with asyncio.timeout(10):
        while caplog.text.count(f"127.0.0.1:{port}") < 2:
            await asyncio.sleep(0.005)
    assert not centre.connected
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_a_missing_tls_file_is_named(tmp_path: Path) -> None:
    address = BrokerAddress("localhost", authority=tmp_path / "ca.pem")
    with pytest.raises(ValueError, match=r"TLS files of the broker \(.*ca\.pem\): .*No such file"):
        address.context()


async def test_what_waits_in_vain_for_the_store_is_left_to_the_broker(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broker, desk = ScriptedBroker(), Desk(failing=10**9)
    async with serving(broker, desk):
        broker.subscribed.clear()
        for mid in range(1, MOST_HELD + 2):
            await broker.send(UP, b"x", mid)
        async with asyncio.timeout(20):
            await broker.subscribed.wait()
        assert "too much waits for the store" in caplog.text
        desk.failing = 0
        await broker.send(UP, b"after", 1)
        await broker.until(published=1, acknowledged=1)
    assert broker.connections == 2


async def test_a_lost_session_is_noticed_while_the_store_fails() -> None:
    broker, desk = ScriptedBroker(), Desk(failing=10**9)
    async with serving(broker, desk) as centre:
        await broker.send(UP, b"x", 1)
        await eventually(centre, connected=True)
        broker.hang_up()
        async with asyncio.timeout(10):
            await broker.subscribed.wait()
        assert broker.connections == 2


async def test_memory_is_bounded_whatever_the_broker_sends() -> None:
    queue = Waiting()
    for _ in range(3):
        queue.put_nowait(aiomqtt.Message(UP, b"x" * (MOST_WAITING // 2), 1, False, 1, None))
    assert (queue.qsize(), queue.size, queue.overflowed) == (2, MOST_WAITING, True)
    await queue.get()
    assert queue.size == MOST_WAITING // 2
    session = Session(BrokerAddress("127.0.0.1"), None, "5")
    session.check()
    session._client._queue = queue
    with pytest.raises(aiomqtt.MqttError, match="the broker must send it again"):
        session.check()


def test_a_password_is_not_part_of_what_is_printed() -> None:
    assert "s3cret" not in repr(BrokerAddress("127.0.0.1", password="s3cret"))


async def test_a_session_that_ended_leaves_no_complaint_to_the_loop() -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: complaints.append(what))
    broker = ScriptedBroker()
    async with scripted(broker), asyncio.timeout(10):
        async with Session(BrokerAddress("127.0.0.1", broker.port), None, "5") as session:
            await session.subscribe("numlycee/v1/+/up/+")
            broker.hang_up()
            await asyncio.sleep(0.1)
            with pytest.raises(aiomqtt.MqttError, match="disconnected"):
                session.check()
        del session
        gc.collect()
    assert complaints == []
