"""Who is let in: each connection is weighed by its peer's address, and none may last for long."""

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import closing

from numlycee.clock import Clock
from numlycee_agent.config.local import Network, among

_log = logging.getLogger(__name__)

MOST, MOST_OF_ONE = 48, 8
"""Connections open at once, of all and of one peer: the agent's own probes need descriptors too."""
LIFE, HANDSHAKE = 60.0, 5.0
"""Seconds that a connection may last whatever it does, and that its TLS handshake may."""
PAUSE, RETRY = 0.02, 1.0
"""Seconds between two connections, and before another try when one could not be had."""

Serve = Callable[[], asyncio.Protocol]


class Gate:
    """Accepts the connections of some networks and cuts the others, before a word or a handshake.

    `serve` gives the protocol that answers one connection; with a `context` it speaks TLS, once
    the `handshake` is done, within these seconds.
    """

    def __init__(
        self,
        networks: tuple[Network, ...],
        serve: Serve,
        clock: Clock,
        context: ssl.SSLContext | None = None,
        handshake: float = HANDSHAKE,
    ) -> None:
        self._networks = networks
        self._serve = serve
        self._clock = clock
        self._context = context
        self._patience = None if context is None else handshake
        self._open: Counter[str] = Counter()

    async def keep(self, listener: socket.socket) -> None:
        """Let in for ever those who come to a listening socket that does not block."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as visits:
            while True:
                try:
                    connection, address = await loop.sock_accept(listener)
                except OSError:  # no descriptor is left, or the peer is gone already
                    await self._clock.sleep(RETRY)
                    continue
                if self.admits(address[0]):
                    self._open[address[0]] += 1
                    visits.create_task(self._receive(connection, address[0]))
                else:
                    connection.close()
                await self._clock.sleep(PAUSE)

    def admits(self, peer: str) -> bool:
        """Tell whether another connection of this peer may be answered."""
        room = self._open.total() < MOST and self._open[peer] < MOST_OF_ONE
        return room and among(peer, self._networks)

    async def _receive(self, connection: socket.socket, peer: str) -> None:
        visit = _Visit(self._serve())
        try:
            with closing(visit):
                async with asyncio.timeout(LIFE):
                    await self._converse(connection, visit)
        except (TimeoutError, OSError):
            return  # it took too long, or is no longer there
        except Exception as error:  # noqa: BLE001 (one connection must not stop the agent)
            _log.error("a connection ended by %s", type(error).__name__)
        finally:
            self._open[peer] -= 1
            if not self._open[peer]:
                del self._open[peer]

    async def _converse(self, connection: socket.socket, visit: "_Visit") -> None:
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(
            lambda: visit, connection, ssl=self._context, ssl_handshake_timeout=self._patience
        )
        await visit.over.wait()


class _Visit(asyncio.Protocol):
    """One connection: everything is for the protocol behind, but its end is noticed here."""

    def __init__(self, served: asyncio.Protocol) -> None:
        self.over = asyncio.Event()
        self._transport: asyncio.BaseTransport | None = None
        self._served = served
        self.data_received = served.data_received  # type: ignore[method-assign]
        self.eof_received = served.eof_received  # type: ignore[method-assign]
        self.pause_writing = served.pause_writing  # type: ignore[method-assign]
        self.resume_writing = served.resume_writing  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._served.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._served.connection_lost(exc)
        self.over.set()

    def close(self) -> None:
        """Cut the connection, if it stands."""
        if isinstance(self._transport, asyncio.Transport):
            self._transport.abort()
