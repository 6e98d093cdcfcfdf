"""Bad networks between real programs: TCP links that are cut, silent, slow, torn or refused.

Where no kernel module can spoil a network, a relay can: each link listens on a port of loopback
and carries bytes to and from one server, as well as its `Faults` of the moment let it.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

HOST = "127.0.0.1"
_RESET = struct.pack("ii", 1, 0)
_CHUNK = 16_384
_AHEAD = 64
"""Chunks under way at most: beyond, the sender is held back as a full line would."""

Found = TypeVar("Found")
Upstream = int | Path
"""A port of loopback, or the path of a Unix socket."""


@dataclass(frozen=True, slots=True)
class Way:
    """One direction: seconds of delay, bytes a second, bytes at a time; or nothing at all."""

    delay: float = 0.0
    rate: float = 0.0
    piece: int = _CHUNK
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Faults:
    """What a link suffers: `up` is towards the server. A refused connection is reset at once."""

    up: Way = Way()
    down: Way = Way()
    refuse: bool = False


SOUND = Faults()
HALF_OPEN = Faults(up=Way(silent=True), down=Way(silent=True))
"""Everything vanishes, and neither end is told: a firewall that forgot, a router without power."""
DEAF = Faults(down=Way(silent=True))
MUTE = Faults(up=Way(silent=True))
REFUSED = Faults(refuse=True)


def slow(delay: float, rate: float = 0.0, piece: int = _CHUNK) -> Faults:
    """Return a link that is slow both ways."""
    way = Way(delay, rate, piece)
    return Faults(way, way)


@dataclass(eq=False)
class _Connection:
    """Two sockets that the link carries bytes between; `torn` once some have vanished."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    torn: bool = False

    def reset(self) -> None:
        """End both with a reset, as a power cut on the way would."""
        for writer in (self.near, self.far):
            _reset(writer)


class Link:
    """One listening port; driven from its own loop, see `Network` for other threads."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self.faults = SOUND
        self.accepted = 0

    @property
    def port(self) -> int:
        """The port to connect to instead of the server's."""
        assert self._server
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def open(self) -> Self:
        """Listen on a port that the system chooses; returns itself."""
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        return self

    async def close(self) -> None:
        """Listen no longer, and reset what is connected."""
        assert self._server
        self._server.close()
        self.faults = SOUND
        self.cut()
        while self._connections:
            await asyncio.sleep(0.01)

    def cut(self) -> None:
        """Reset every connection."""
        for connection in self._connections:
            connection.reset()

    def suffer(self, faults: Faults) -> None:
        """Suffer these faults from now on; a connection that lost bytes cannot go on after it."""
        self.faults = faults
        for connection in self._connections:
            if connection.torn and not (faults.up.silent or faults.down.silent):
                connection.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        if self.faults.refuse:
            _reset(writer)
            return
        try:
            far_reader, far = await self._connect()
        except OSError:
            _reset(writer)
            return
        async with self._connected(writer, far) as (connection, group):
            group.create_task(self._pump(reader, far, connection, lambda: self.faults.up))
            group.create_task(self._pump(far_reader, writer, connection, lambda: self.faults.down))

    @asynccontextmanager
    async def _connected(
        self, near: asyncio.StreamWriter, far: asyncio.StreamWriter
    ) -> AsyncIterator[tuple[_Connection, asyncio.TaskGroup]]:
        connection = _Connection(near, far)
        self._connections.add(connection)
        try:
            async with asyncio.TaskGroup() as group:
                yield connection, group
        finally:
            connection.reset()
            self._connections.discard(connection)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._upstream, Path):
            return await asyncio.open_unix_connection(self._upstream)
        return await asyncio.open_connection(HOST, self._upstream)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        connection: _Connection,
        way: Callable[[], Way],
    ) -> None:
        """Carry bytes one way until their source ends; in silence nobody is told that it has."""
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_AHEAD)
        now = asyncio.get_running_loop().time
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(_send(line, writer, way))
            data = b"-"
            while data:
                data = await _read(reader)
                if way().silent:
                    connection.torn = True
                else:
                    await line.put((now() + way().delay, data))
            while way().silent:
                await asyncio.sleep(0.02)
            if connection.torn:
                sending.cancel()
        if connection.torn:
            connection.reset()
        else:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(_CHUNK)
    except OSError:
        return b""


async def _send(
    line: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter, way: Callable[[], Way]
) -> None:
    """Write what is on the line when it is due; an empty chunk is the end."""
    now = asyncio.get_running_loop().time
    while True:
        due, data = await line.get()
        if not data:
            return
        await asyncio.sleep(max(0.0, due - now()))
        size = way().piece
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            if way().rate:
                await asyncio.sleep(len(piece) / way().rate)
            if not writer.transport.is_closing():
                with suppress(OSError):
                    writer.write(piece)
                    await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, AttributeError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


@dataclass
class Network:
    """Links that run in a thread, driven from any other; a context manager."""

    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _links: list[Link] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread = threading.Thread(target=self._loop.run_forever, name="network")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close every link and end the thread."""
        for link in self._links:
            self._ask(link.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def link(self, upstream: Upstream) -> Link:
        """Return a new link to a server."""
        link = self._ask(Link(upstream).open())
        self._links.append(link)
        return link

    def suffer(self, link: Link, faults: Faults) -> None:
        """Let a link suffer these faults from now on."""
        self._tell(lambda: link.suffer(faults))

    def cut(self, link: Link) -> None:
        """Reset every connection of a link."""
        self._tell(link.cut)

    def _tell(self, act: Callable[[], None]) -> None:
        async def doing() -> None:
            act()

        self._ask(doing())

    def _ask(self, work: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
