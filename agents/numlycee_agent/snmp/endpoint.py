"""One UDP socket for all devices: dialogues of requests and answers, whatever their version."""

import asyncio
import socket
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from itertools import islice
from secrets import token_bytes
from typing import Any, Generic, Protocol, TypeVar

from numlycee_agent.snmp import message
from numlycee_agent.snmp.credentials import Target
from numlycee_agent.snmp.values import SnmpDecodeError, SnmpTimeout, SnmpUnasked

_RECEIVE_BUFFER = 4 << 20
_LONGEST = 65_535
_IN_FLIGHT = 200
_RANDOM_OCTETS = 256

Peer = tuple[str, int]
T = TypeVar("T")


class Sendable(Protocol):
    """A request that only lacks its identifier."""

    def encode(self, identifier: int) -> bytes:
        """Return the datagram; `identifier` is at least 2^30 and below 2^31."""
        ...

    def vouches(self, data: bytes) -> bool:
        """Tell whether an answer from another address of the device may be to this request."""
        ...


Dialogue = Generator[Sendable | None, bytes, T]
"""Yields the requests to send, is sent each answer, and is thrown the silence of the device.

It yields `None` for an answer that is not to be believed: the wait for another goes on.
"""


class _Talk(Generic[T]):
    """A dialogue in progress: each answer is heard, and the next request sent, in one stroke."""

    def __init__(
        self, endpoint: "Endpoint", peer: Peer, dialogue: Dialogue[T], waits: Sequence[float]
    ) -> None:
        self.peer = peer
        self.request: Sendable | None = None
        self.outcome: asyncio.Future[T] = endpoint.loop.create_future()
        self._endpoint = endpoint
        self._dialogue = dialogue
        self._waits = waits
        self._identifier = 0
        self._datagram = b""
        self._sent = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Send the first request."""
        self._go_on(next, self._dialogue)

    def hear(self, data: bytes) -> None:
        """Take the answer to the request in flight."""
        self._go_on(self._dialogue.send, data)

    def fail(self, fault: Exception) -> None:
        """Tell whoever waits that nothing will come."""
        if not self.outcome.done():
            self.outcome.set_exception(fault)

    def end(self) -> None:
        """Let go of everything."""
        self._endpoint.talks.pop(self._identifier, None)
        if self._timer:
            self._timer.cancel()
        self._dialogue.close()

    def _go_on(self, say: Callable[[Any], Sendable | None], what: object) -> None:
        self._endpoint.talks.pop(self._identifier, None)
        try:
            request = say(what)
            if request is None:
                self._endpoint.strays += 1
                self._endpoint.talks[self._identifier] = self
                return
            self._identifier = identifier = self._endpoint.new_identifier()
            self._datagram, self._sent = request.encode(identifier), 0
        except StopIteration as end:
            if not self.outcome.done():
                self.outcome.set_result(end.value)
        except Exception as fault:  # noqa: BLE001  (whatever it is, whoever waits is to know)
            self.fail(fault)
        else:
            self._endpoint.talks[identifier] = self
            self.request = request
            self._send()

    def _send(self) -> None:
        if self._sent == len(self._waits):
            silence = SnmpTimeout(f"{self.peer[0]} does not answer SNMP")
            self._go_on(self._dialogue.throw, silence)
            return
        self._due = self._endpoint.loop.time() + self._waits[self._sent]
        self._sent += 1
        try:
            self._endpoint.socket.sendto(self._datagram, self.peer)
        except BlockingIOError:
            pass  # a full queue loses a datagram as the network does: it is sent again
        except OSError as fault:
            reason = f"{self.peer[0]} cannot be reached: {fault}"
            self._go_on(self._dialogue.throw, SnmpUnasked(reason))
            return
        self._watch()

    def _watch(self) -> None:
        # One timer runs through a whole walk: it looks at its end whether it was for this request.
        if self._timer and self._timer.when() <= self._due:
            return
        if self._timer:
            self._timer.cancel()
        self._timer = self._endpoint.loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self.outcome.done():
            return
        if self._endpoint.loop.time() < self._due:
            self._watch()
        else:
            self._send()


class Endpoint:
    """The shared socket: sends, sends again, and gives each answer to the request it belongs to.

    An answer counts when its identifier is that of a request in flight *and* it comes from the
    address that was asked; or from another address of a device that has several, but then from the
    port that was asked, and if the request vouches for it. All others are counted as strays.
    """

    def __init__(self, family: int) -> None:
        self.strays = 0
        self.talks: dict[int, _Talk[Any]] = {}
        self.loop = asyncio.get_running_loop()
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        self.socket.bind(("", 0))
        # asyncio's own transport costs twice as much for each datagram, most of it in its buffer.
        self.loop.add_reader(self.socket, self._ready)
        self._room = asyncio.Semaphore(_IN_FLIGHT)
        self._random = iter(b"")

    async def hold(self, peer: Peer, dialogue: Dialogue[T], waits: Sequence[float]) -> T:
        """Hold a dialogue to its end; SnmpUnasked is thrown into it when nothing can leave."""
        async with self._room:
            talk = _Talk(self, peer, dialogue, waits)
            try:
                if self.socket.fileno() < 0:
                    raise SnmpTimeout("the socket is closed")
                talk.begin()
                return await talk.outcome
            finally:
                talk.end()

    def new_identifier(self) -> int:
        """Return an identifier that nobody can guess, of four octets, and not in flight."""
        while True:
            octets = bytes(islice(self._random, 4))
            if not octets:
                self._random = iter(token_bytes(_RANDOM_OCTETS))
                continue
            identifier = 1 << 30 | int.from_bytes(octets, "big") & (1 << 30) - 1
            if identifier not in self.talks:
                return identifier

    def close(self) -> None:
        """Close the socket; whoever still waits is told that nothing will come."""
        if self.socket.fileno() < 0:
            return
        self.loop.remove_reader(self.socket)
        self.socket.close()
        for talk in [*self.talks.values()]:
            talk.fail(SnmpTimeout("the socket was closed"))

    def _ready(self) -> None:
        try:
            data, address = self.socket.recvfrom(_LONGEST)
            talk = self.talks.get(message.identifier_of(data))
        except (OSError, SnmpDecodeError):
            self.strays += 1
            return
        if talk is None or not (talk.peer == address[:2] or _is_of(talk, data, address[1])):
            self.strays += 1
        else:
            talk.hear(data)


def _is_of(talk: _Talk[Any], data: bytes, port: int) -> bool:
    return port == talk.peer[1] and talk.request is not None and talk.request.vouches(data)


class Endpoints:
    """The sockets of all devices, one for each address family, opened when first needed."""

    def __init__(self) -> None:
        self._open: dict[int, Endpoint] = {}

    async def reach(self, target: Target) -> tuple[Endpoint, Peer]:
        """Return the socket that reaches a target, and its address; SnmpUnasked without one."""
        try:
            family, _, _, _, address = (await _addresses(target))[0]
            if family not in self._open:
                self._open[family] = Endpoint(family)
        except OSError as fault:
            raise SnmpUnasked(f"{target.host} cannot be reached: {fault.strerror}") from fault
        return self._open[family], (str(address[0]), int(address[1]))

    def close(self) -> None:
        """Close every socket."""
        for endpoint in self._open.values():
            endpoint.close()
        self._open.clear()


async def _addresses(target: Target) -> Sequence[Any]:
    """Return what a target stands for; an address is read here, and only a name by a thread."""
    with suppress(socket.gaierror):
        flags = socket.AI_NUMERICHOST
        return socket.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM, flags=flags)
    loop = asyncio.get_running_loop()
    return await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)
