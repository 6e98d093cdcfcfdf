"""Who may do what at RabbitMQ, as it is deployed."""

import asyncio
import ssl
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace

import aio_pika
import aiomqtt
import pytest

from numlycee.adapters.rabbitmq import RabbitAddress
from numlycee.adapters.rabbitmq.names import EXCHANGE, bindings
from tests.external.conftest import Certificates
from tests.external.rabbitmq.clients import (
    BULLETIN,
    MINE,
    PATIENCE,
    THEIRS,
    TOPICS,
    Desk,
    client,
    context,
    serving,
    until,
)
from tests.external.rabbitmq.node import RabbitMQ
from tests.external.servers import HOST

REFUSED = 0x80

pytestmark = pytest.mark.timeout(240)  # the first waits for the node


async def put_out(attempt: Awaitable[bool]) -> bool:
    """Tell whether the broker refuses an attempt, or closes the connection of whoever makes it."""
    refused = True
    with suppress(aiomqtt.MqttError):
        refused = not await attempt
    return refused


async def heard(thief: aiomqtt.Client) -> None:
    """Wait for a message; raises `MqttError` as soon as the broker closes the connection."""
    async with asyncio.timeout(PATIENCE):
        await anext(thief.messages)


async def forge(thief: aiomqtt.Client, topic: str, payload: bytes = b"forged") -> bool:
    async with thief:
        await thief.publish(topic, payload, qos=0)
        await thief.publish(BULLETIN, b"put out before", qos=0)
        await heard(thief)
    return True


async def spy(thief: aiomqtt.Client, topic: str) -> bool:
    granted: Sequence[object] = [REFUSED]
    async with thief:
        ousted = asyncio.ensure_future(heard(thief))
        asked = asyncio.ensure_future(thief.subscribe(topic, qos=1))
        await asyncio.wait((asked, ousted), return_when=asyncio.FIRST_COMPLETED)
        if asked.done():
            granted = asked.result()
        for pending in (asked, ousted):
            pending.cancel()
        await asyncio.wait((asked, ousted))
    return any(code != REFUSED for code in granted)


@pytest.mark.parametrize(
    "topic",
    [
        TOPICS.up(THEIRS, "bulletin"),
        TOPICS.up(THEIRS, "presence"),
        TOPICS.down(MINE, "receipt"),
        TOPICS.down(THEIRS, "order"),
        f"numlycee/v1/{MINE}/../{THEIRS}/up/bulletin",
        f"numlycee.v1.{THEIRS}.up.bulletin",
        f"numlycee/v1/{MINE.lower()}/up/bulletin",
    ],
)
async def test_a_site_cannot_publish_outside_its_branch(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress, topic: str
) -> None:
    desk = Desk()
    async with serving(address, desk):
        assert await put_out(forge(client(node, certificates), topic))
        async with client(node, certificates) as honest:
            await honest.publish(BULLETIN, b"honest", qos=1)
        await until(lambda: b"honest" in desk.bulletins())
    assert desk.bulletins() == [b"honest"]


@pytest.mark.parametrize(
    "topic", [TOPICS.all_down(THEIRS), TOPICS.all_up(), "#", "numlycee/v1/+/down/+"]
)
async def test_a_site_cannot_hear_another(
    node: RabbitMQ, certificates: Certificates, topic: str
) -> None:
    assert await put_out(spy(client(node, certificates), topic))


async def test_a_site_cannot_be_another(node: RabbitMQ, certificates: Certificates) -> None:
    for username, password in ((THEIRS, ""), ("collector", ""), ("guest", "guest")):
        other = client(node, certificates, username=username, password=password)
        assert await put_out(forge(other, BULLETIN))
    thief = client(node, certificates, identifier=THEIRS)
    assert await put_out(spy(thief, TOPICS.all_down(MINE)))


async def test_a_site_is_not_a_collector(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    site = replace(address, tls=context(certificates, MINE))
    async with serving(address, Desk()):
        for attempt in (_takes, _listens, _answers):
            async with await site.connect("thief") as connection:
                channel = await connection.channel()
                with pytest.raises(aio_pika.exceptions.ChannelClosed, match="ACCESS_REFUSED"):
                    await attempt(channel, address.queue)


async def _takes(channel: aio_pika.abc.AbstractChannel, queue: str) -> None:
    shared = await channel.get_queue(queue, ensure=False)
    await shared.get()


async def _listens(channel: aio_pika.abc.AbstractChannel, _: str) -> None:
    own = await channel.declare_queue(f"mqtt-subscription-{MINE}qos1", auto_delete=True)
    await own.bind(EXCHANGE, next(bindings(TOPICS, ("bulletin",))))


async def _answers(channel: aio_pika.abc.AbstractChannel, _: str) -> None:
    exchange = await channel.get_exchange(EXCHANGE, ensure=False)
    key = TOPICS.down(THEIRS, "receipt").replace("/", ".")
    await exchange.publish(aio_pika.Message(b"forged"), key)


async def test_nobody_enters_without_a_certificate_of_ours(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    bare = ssl.create_default_context(cafile=str(certificates.authority))
    with pytest.raises(aio_pika.exceptions.AMQPConnectionError):
        await replace(address, tls=bare).connect("stranger")
    stranger = aiomqtt.Client(HOST, node.port, tls_context=bare, timeout=5)
    with pytest.raises(aiomqtt.MqttError):
        async with stranger:
            await stranger.publish(BULLETIN, b"forged", qos=1)


async def test_a_message_beyond_the_limit_is_refused(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    desk = Desk()
    async with serving(address, desk):
        async with client(node, certificates) as agent:
            await agent.publish(BULLETIN, b"x" * 65_536, qos=1)
        assert await put_out(forge(client(node, certificates), BULLETIN, b"x" * 300_000))
        await until(lambda: bool(desk.bulletins()))
    assert [len(payload) for payload in desk.bulletins()] == [65_536]
