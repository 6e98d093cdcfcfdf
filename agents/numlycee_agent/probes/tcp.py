"""A TCP connection opened and closed at once: the sign of life of a port."""

import asyncio
import socket

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.probes.addresses import Addresses
from numlycee_agent.probes.reach import Attempt, Stopwatch, cause_of

TIMEOUT = 0.7


class TcpTarget:
    """A target asked by a TCP connection to `host` (an address, or a name) and `port`.

    A refusal is no answer: a firewall of the school can refuse in the place of a host that is away.
    The round trip is that of the connection alone, without the look-up of the name.
    """

    def __init__(
        self,
        host: str,
        port: int,
        clock: Clock,
        timeout: float = TIMEOUT,
        addresses: Addresses | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._clock = clock
        self._timeout = timeout
        self._addresses = addresses or Addresses(clock)

    async def attempt(self) -> Attempt:
        """Connect once."""
        watch = Stopwatch(self._clock)
        try:
            address = await self._addresses.of(self._host, self._timeout)
        except OSError:
            return watch.fault(Cause.DNS)
        try:
            return watch.answer(await self._connect(address))
        except OSError as error:
            return watch.fault(cause_of(error))

    async def _connect(self, address: str) -> float:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.setblocking(False)
            started = self._clock.monotonic()
            async with asyncio.timeout(self._timeout):
                await asyncio.get_running_loop().sock_connect(sock, (address, self._port))
            return self._clock.monotonic() - started
