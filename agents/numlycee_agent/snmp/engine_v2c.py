"""SNMP v1 and v2c over one UDP socket for all devices, with our own codec."""

import asyncio
import socket
from collections.abc import Callable, Generator, Sequence
from itertools import islice
from secrets import token_bytes
from typing import Any, Generic, TypeVar

from numlycee_agent.snmp import message
from numlycee_agent.snmp.credentials import Community, Target
from numlycee_agent.snmp.message import Request, Version
from numlycee_agent.snmp.recall import Heard, Memory
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpDecodeError,
    SnmpStatusError,
    SnmpTimeout,
    SnmpUnasked,
    Status,
    VarBind,
)
from numlycee_agent.snmp.walk import Answer, Listed, Question, Walking, walking

_RECEIVE_BUFFER = 4 << 20
_LONGEST = 65_535
_IN_FLIGHT = 200
_RANDOM_OCTETS = 256

Peer = tuple[str, int]
T = TypeVar("T")
Dialogue = Generator[Request, bytes, T]
"""Yields the requests to send, is sent each answer, and is thrown the silence of the device."""


class _Talk(Generic[T]):
    """A dialogue in progress: each answer is heard, and the next request sent, in one stroke."""

    def __init__(
        self, endpoint: "Endpoint", peer: Peer, dialogue: Dialogue[T], waits: Sequence[float]
    ) -> None:
        self.peer = peer
        self.community = b""
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

    def _go_on(self, say: Callable[[Any], Request], what: object) -> None:
        self._endpoint.talks.pop(self._identifier, None)
        try:
            request = say(what)
        except StopIteration as end:
            if not self.outcome.done():
                self.outcome.set_result(end.value)
        except Exception as fault:  # noqa: BLE001  (whatever it is, whoever waits is to know)
            self.fail(fault)
        else:
            self._identifier = identifier = self._endpoint.new_identifier()
            self._endpoint.talks[identifier] = self
            self._datagram, self._sent = request.encode(identifier), 0
            self.community = request.community
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
    port that was asked, and with the community that was shown to it.
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
    try:
        return port == talk.peer[1] and message.community_of(data) == talk.community
    except SnmpDecodeError:
        return False


class Endpoints:
    """The sockets of v1 and v2c, one for each address family, opened when first needed."""

    def __init__(self) -> None:
        self._open: dict[int, Endpoint] = {}

    async def reach(self, target: Target) -> tuple[Endpoint, Peer]:
        """Return the socket that reaches a target, and its address; SnmpUnasked without one."""
        try:
            family, _, _, _, address = (
                await asyncio.get_running_loop().getaddrinfo(
                    target.host, target.port, type=socket.SOCK_DGRAM
                )
            )[0]
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


class CommunitySession:
    """The `Session` of one v1 or v2c device."""

    def __init__(self, endpoints: Endpoints, target: Target, credentials: Community) -> None:
        self._endpoints = endpoints
        self._target = target
        self._reach: tuple[Endpoint, Peer] | None = None
        self._v1 = credentials.version == "1"
        version = Version.V1 if self._v1 else Version.V2C
        self._memory = Memory(target.host, version, credentials.community.encode())

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        """Ask for these variables."""
        question = Question((), tuple(oids), 0)
        return await self._hold(self._tolerantly(question, Missing.NO_INSTANCE))

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        """Return the rows below these columns, several in each exchange."""
        return await self._hold(self._walk(walking(columns, size, max_rows)))

    def close(self) -> None:
        """Forget the device; the socket is everybody's."""
        self._reach = None
        self._memory.forget()

    async def _hold(self, dialogue: Dialogue[T]) -> T:
        if self._reach is None:
            self._reach = await self._endpoints.reach(self._target)
        endpoint, peer = self._reach
        try:
            return await endpoint.hold(peer, dialogue, self._target.timeouts)
        except SnmpTimeout:
            self._reach = None  # the name may stand for another address by now
            raise

    def _walk(self, steering: Walking) -> Dialogue[Columns]:
        try:
            question = next(steering)
            while True:
                try:
                    answer = yield from self._step(question)
                except (SnmpTimeout, SnmpStatusError) as fault:
                    question = steering.throw(fault)
                else:
                    question = steering.send(answer)
        except StopIteration as end:
            rows: Columns = end.value
            return rows

    def _step(self, question: Question) -> Dialogue[Answer]:
        if self._v1:
            return Listed((yield from self._tolerantly(question, Missing.END_OF_VIEW)))
        return Heard(self._memory, question, (yield self._memory.request(question)))

    def _tolerantly(self, question: Question, lack: Missing) -> Dialogue[list[VarBind]]:
        # A v1 agent refuses the whole request for one name it lacks (RFC 1157 §4.1.2): ask again
        # without that one, and give each answer the place of its name.
        names, lacking = list(question.names), set[int]()
        while names:
            asked = question._replace(names=tuple(names))
            try:
                found = self._memory.binds((yield self._memory.request(asked)))
            except SnmpStatusError as fault:
                if fault.status != Status.NO_SUCH_NAME or not 0 < fault.index <= len(names):
                    raise
                places = [at for at in range(len(question.names)) if at not in lacking]
                lacking.add(places[fault.index - 1])
                del names[fault.index - 1]
            else:
                if len(found) < len(names) > 1:
                    raise SnmpStatusError(Status.TOO_BIG)  # so some agents mean it
                binds = iter(found)
                return [
                    (name, lack) if at in lacking else next(binds, (name, lack))
                    for at, name in enumerate(question.names)
                ]
        return [(name, lack) for name in question.names]
