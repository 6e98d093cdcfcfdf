"""Who speaks to RabbitMQ in the tests: collectors by AMQP, agents by MQTT."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import aiomqtt

from numlycee.adapters.rabbitmq import RabbitAddress, RabbitCentre
from numlycee.clock import SystemClock
from numlycee.collector.ports import StoreUnavailableError
from numlycee.wire.topics import Topics
from tests.external.conftest import SITES, Certificates
from tests.external.rabbitmq.node import RabbitMQ
from tests.external.servers import HOST

MINE, THEIRS = SITES[:2]
TOPICS = Topics()
BULLETIN = TOPICS.up(MINE, "bulletin")
PATIENCE = 60.0


def context(certificates: Certificates, name: str) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=str(certificates.authority))
    made.load_cert_chain(*certificates.of(name))
    return made


async def delete(address: RabbitAddress) -> None:
    async with await address.connect("tests") as connection:
        channel = await connection.channel()
        await channel.queue_delete(address.queue)


async def waiting(address: RabbitAddress) -> int:
    """How many messages wait in the shared queue for somebody to take them."""
    async with await address.connect("tests") as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(address.queue, passive=True)
        return queue.declaration_result.message_count or 0


@dataclass
class Desk:
    """An intake that notes what it is given, and stores nothing while `full`."""

    full: bool = False
    tried: int = 0
    seen: list[tuple[str, bytes]] = field(default_factory=list)

    def handle(self, batch: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        self.tried += 1
        if self.full:
            raise StoreUnavailableError("disk full")
        self.seen += batch
        return [
            (TOPICS.down(MINE, "receipt"), b"stored") for topic, _ in batch if topic == BULLETIN
        ]

    def bulletins(self) -> list[bytes]:
        return [payload for topic, payload in self.seen if topic.endswith("/bulletin")]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(address: RabbitAddress, desk: object) -> AsyncIterator[RabbitCentre]:
    """A collector that is connected."""
    centre = RabbitCentre(address, desk, SystemClock(), TOPICS)  # type: ignore[arg-type]
    task = asyncio.get_running_loop().create_task(centre.run())
    try:
        await until(lambda: centre.connected or task.done())
        yield centre
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def client(
    node: RabbitMQ, certificates: Certificates, name: str = MINE, **other: str
) -> aiomqtt.Client:
    return aiomqtt.Client(
        HOST,
        node.port,
        identifier=other.pop("identifier", name),
        protocol=aiomqtt.ProtocolVersion.V311,
        tls_context=context(certificates, name),
        timeout=20,
        **other,  # type: ignore[arg-type]
    )
