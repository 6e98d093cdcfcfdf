"""The centre against a real Mosquitto: nothing unacknowledged is lost when the session breaks."""

import asyncio
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiomqtt

from numlycee.adapters.mqtt import BrokerAddress, MqttCentre
from numlycee.adapters.sql import open_store
from numlycee.clock import SystemClock
from numlycee.collector.ports import StoreUnavailableError
from numlycee.wire.receipts import Mark, decode_receipt, site_key
from numlycee.wire.topics import Topics
from tests.collector.centre import MASTER, SITE, TOPICS, Agent, Centre, HandClock
from tests.external.conftest import Certificates
from tests.external.servers import HOST, Server


@dataclass
class Stubborn:
    """An intake that stores nothing while `full`."""

    full: bool = True
    seen: list[bytes] = field(default_factory=list)
    tried: int = 0

    def handle(self, batch: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        self.tried += 1
        if self.full:
            raise StoreUnavailableError("disk full")
        self.seen += [payload for _, payload in batch]
        return []


async def until_connected(centre: MqttCentre) -> None:
    async with asyncio.timeout(20):
        while not centre.connected:
            await asyncio.sleep(0.01)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_was_not_committed_comes_again_in_the_next_session(mosquitto: Server) -> None:
    desk = Stubborn()
    address = BrokerAddress(HOST, mosquitto.port)
    centre = MqttCentre(address, desk, SystemClock(), Topics())
    task = asyncio.get_running_loop().create_task(centre.run())
    await until_connected(centre)
    async with aiomqtt.Client(HOST, mosquitto.port) as agent:
        for i in range(20):
            await agent.publish(TOPICS.up(SITE, "bulletin"), b"%d" % i, qos=1)
    async with asyncio.timeout(20):
        while not desk.tried:
            await asyncio.sleep(0.01)
    await stop(task)
    assert desk.seen == []
    desk.full = False
    again = MqttCentre(address, desk, SystemClock(), Topics())
    task = asyncio.get_running_loop().create_task(again.run())
    async with asyncio.timeout(20):
        while len(desk.seen) < 20:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    await stop(task)
    assert desk.seen == [b"%d" % i for i in range(20)]


async def test_from_a_bulletin_to_its_receipt_over_tls(
    mosquitto_tls: Server, certificates: Certificates, tmp_path: Path
) -> None:
    certificate, key = certificates.of("collector")
    address = BrokerAddress(
        HOST,
        mosquitto_tls.port,
        authority=certificates.authority,
        certificate=certificate,
        key=key,
    )
    with closing(open_store(f"sqlite:///{tmp_path}/account.db", HandClock())) as store:
        serving = MqttCentre(address, Centre(store).ingest, SystemClock(), Topics())
        task = asyncio.get_running_loop().create_task(serving.run())
        await until_connected(serving)
        await one_exchange(mosquitto_tls.port, certificates)
        await stop(task)
        assert [line.stored for line in store.completeness()[1]] == [2]


async def one_exchange(port: int, certificates: Certificates) -> None:
    certificate, key = certificates.of(SITE)
    tls = aiomqtt.TLSParameters(str(certificates.authority), str(certificate), str(key))
    writer = Agent()
    async with aiomqtt.Client(HOST, port, identifier=SITE, tls_params=tls) as agent:
        await agent.subscribe(TOPICS.down(SITE, "receipt"))
        for message in (writer.hello(), writer.sends(writer.listing(), writer.bulletin())):
            await agent.publish(*message, qos=1)
        async with asyncio.timeout(20):
            while True:
                answer = await anext(agent.messages)
                receipt = decode_receipt(bytes(answer.payload), site_key(MASTER, SITE))
                if receipt.runs.get(writer.run) == Mark(2):
                    return
