import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from numlycee.adapters.broker import embedded_broker
from numlycee_agent.ports import Will
from numlycee_agent.telling.access import Access, Tls, Version
from numlycee_agent.telling.mqtt import MqttBroker

HOST = "127.0.0.1"
WILL = Will("numlycee/v1/0310036W/up/presence", b"gone")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a broker that speaks MQTT 3.1.1 only."""
    port = free_port()
    async with embedded_broker(HOST, port):
        yield port


def broker(port: int, client_id: str = "0310036W", version: Version = Version.V311) -> MqttBroker:
    return MqttBroker(Access(HOST, port, client_id, version=version))


async def test_falls_back_to_the_version_that_the_broker_speaks(port: int) -> None:
    agent = broker(port, version=Version.AUTO)
    async with asyncio.timeout(8):
        for _ in range(3):
            async with agent.connect(WILL, ["numlycee/v1/0310036W/down/+"]) as session:
                await session.publish("numlycee/v1/0310036W/up/hello", b"{}", qos=1)


async def test_messages_come_with_their_topic_and_the_will_when_one_vanishes(port: int) -> None:
    async with (
        asyncio.timeout(10),
        broker(port, "centre").connect(Will("x/y", b""), ["numlycee/v1/+/up/+"]) as centre,
    ):
        heard = centre.messages()
        async with broker(port).connect(WILL, ["numlycee/v1/0310036W/down/+"]) as agent:
            await agent.publish("numlycee/v1/0310036W/up/now", b"now", qos=0)
            assert await anext(heard) == ("numlycee/v1/0310036W/up/now", b"now")
            await agent.publish("numlycee/v1/0310036W/up/bulletin", b"b" * 65_000, qos=1)
            assert (await anext(heard))[1] == b"b" * 65_000
            await centre.publish("numlycee/v1/0310036W/down/receipt", b"r", qos=0)
            received = agent.messages()
            assert await anext(received) == ("numlycee/v1/0310036W/down/receipt", b"r")
            agent._client._client._sock_close()  # a cable pulled out
            with pytest.raises(ConnectionError):
                await agent.publish("numlycee/v1/0310036W/up/now", b"now", qos=0)
        assert await anext(heard) == (WILL.topic, WILL.payload)


async def test_the_end_of_a_session_ends_its_messages() -> None:
    port = free_port()
    opened = asyncio.Event()

    async def listen() -> None:
        async with broker(port).connect(WILL, ["a/+"]) as session:
            opened.set()
            with pytest.raises(ConnectionError):
                await anext(session.messages())

    async with asyncio.timeout(10), asyncio.TaskGroup() as group, embedded_broker(HOST, port):
        group.create_task(listen())
        await opened.wait()


async def test_an_absent_broker_is_a_connection_error() -> None:
    port = free_port()
    with pytest.raises(ConnectionError, match=rf"{HOST}:{port}: .*refused"):
        async with broker(port).connect(WILL, []):
            pass


async def test_a_server_that_speaks_something_else_is_a_connection_error() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(hang_up, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    async with asyncio.timeout(5), server:
        with pytest.raises(ConnectionError, match=f"{HOST}:{port}"):
            async with broker(port).connect(WILL, []):
                pass


async def test_cancelled_while_the_broker_says_nothing_leaves_nothing_behind() -> None:
    greeted = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        greeted.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, HOST, 0)
    port = server.sockets[0].getsockname()[1]

    async def connect() -> None:
        async with broker(port).connect(WILL, []):
            pass

    async with asyncio.timeout(5), server, asyncio.TaskGroup() as group:
        task = group.create_task(connect())
        await greeted.wait()
        task.cancel()


@pytest.mark.parametrize("turns", range(5))
async def test_a_cancellation_that_meets_the_acknowledgement_is_heeded(
    port: int, turns: int
) -> None:
    async with broker(port).connect(WILL, ["a/+"]) as session:

        async def tell() -> None:
            await session.publish("numlycee/v1/0310036W/up/hello", b"{}", qos=1)
            await asyncio.Event().wait()

        acknowledged = asyncio.Event()
        inner: Any = session._client._client
        heed = inner.on_publish

        def on_publish(*arguments: Any) -> None:
            heed(*arguments)
            acknowledged.set()

        inner.on_publish = on_publish
        task = asyncio.create_task(tell())
        await acknowledged.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task], timeout=1)
        assert task.cancelled()


async def test_what_a_failed_group_leaves_behind_is_no_cancellation(port: int) -> None:
    async def fail() -> None:
        raise ConnectionError("the session before this one")

    with pytest.raises(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    async with broker(port).connect(WILL, ["a/+"]) as session:
        await session.publish("numlycee/v1/0310036W/up/hello", b"{}", qos=1)


async def test_bad_files_are_named(tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "ca.pem").write_text("no certificate")
    for tls in (Tls(folder / "none.pem"), Tls(folder / "ca.pem")):
        secured = MqttBroker(Access(HOST, 8883, "0310036W", tls))
        with pytest.raises(ConnectionError, match=f"{tls.ca.name}: not an authority"):
            async with secured.connect(WILL, []):
                pass


def test_a_password_is_never_printed() -> None:
    assert "s3cret" not in repr(Access(HOST, 1, "x", username="u", password="s3cret"))
