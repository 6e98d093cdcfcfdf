"""A broker that a test drives packet by packet (MQTT 3.1.1 and the little of 5 that is needed)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP = 1, 2, 3, 4, 8, 9, 12, 13


@dataclass
class ScriptedBroker:
    """Takes one client after the other; `speaks` are the protocol levels it accepts.

    It `dies` so many times before it grants a connection.
    """

    speaks: tuple[int, ...] = (4, 5)
    grants: int = 1
    dies: int = 0
    port: int = 0
    level: int = 0
    connections: int = 0
    acknowledged: list[int] = field(default_factory=list)
    published: list[tuple[str, bytes]] = field(default_factory=list)
    subscribed: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    writer: asyncio.StreamWriter | None = None

    async def send(self, topic: str, payload: bytes, mid: int) -> None:
        """Publish at QoS 1 to whoever is connected."""
        body = len(topic).to_bytes(2, "big") + topic.encode() + mid.to_bytes(2, "big")
        body += (b"\0" if self.level == 5 else b"") + payload
        assert self.writer is not None
        self.writer.write(_packet(PUBLISH << 4 | 2, body))
        await self.writer.drain()

    async def until(self, published: int, acknowledged: int) -> None:
        """Wait for so many publications and acknowledgements."""
        async with asyncio.timeout(10), self.heard:
            await self.heard.wait_for(
                lambda: len(self.published) >= published and len(self.acknowledged) >= acknowledged
            )

    def hang_up(self) -> None:
        """Break the connection."""
        assert self.writer is not None
        self.subscribed.clear()
        self.writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client until it leaves."""
        self.writer = writer
        self.connections += 1
        if self.connections <= self.dies:
            writer.transport.abort()
            return
        try:
            while True:
                kind, body = await _read(reader)
                await self._answer(kind, body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, kind: int, body: bytes, writer: asyncio.StreamWriter) -> None:
        match kind >> 4:
            case 1:
                self.level = body[6]
                good = self.level in self.speaks
                extra = b"\0" if self.level == 5 else b""
                refused = b"\x84" if self.level == 5 else b"\x01"
                writer.write(_packet(CONNACK << 4, b"\0" + (b"\0" if good else refused) + extra))
            case 8:
                extra = b"\0" if self.level == 5 else b""
                writer.write(_packet(SUBACK << 4, body[:2] + extra + bytes([self.grants])))
                self.subscribed.set()
            case 3:
                size = int.from_bytes(body[:2], "big")
                skip = 1 if self.level == 5 else 0
                self.published.append((body[2 : 2 + size].decode(), body[2 + size + skip :]))
            case 4:
                self.acknowledged.append(int.from_bytes(body[:2], "big"))
            case 12:
                writer.write(_packet(PINGRESP << 4, b""))
        async with self.heard:
            self.heard.notify_all()


@asynccontextmanager
async def scripted(broker: ScriptedBroker) -> AsyncIterator[ScriptedBroker]:
    """Open the broker on a free port."""
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    broker.port = server.sockets[0].getsockname()[1]
    try:
        yield broker
    finally:
        server.close()
        if broker.writer is not None:
            broker.writer.transport.abort()
        await asyncio.sleep(0.01)


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    kind = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return kind, await reader.readexactly(length)


def _packet(first: int, body: bytes) -> bytes:
    size, length = len(body), b""
    while True:
        size, digit = size // 128, size % 128
        length += bytes([digit | (128 if size else 0)])
        if not size:
            return bytes([first]) + length + body
