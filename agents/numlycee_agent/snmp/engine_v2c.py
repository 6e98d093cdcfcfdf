"""SNMP v1 and v2c over one UDP socket for all devices, with our own codec."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import randbits
from typing import Any

from numlycee_agent.snmp import message
from numlycee_agent.snmp.credentials import Community, Target
from numlycee_agent.snmp.message import Request, Response, Version
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpDecodeError,
    SnmpRefused,
    SnmpStatusError,
    SnmpTimeout,
    SnmpUnasked,
    Status,
    VarBind,
)
from numlycee_agent.snmp.walk import walk

_RECEIVE_BUFFER = 4 << 20
_IN_FLIGHT = 200
_REMEMBERED_REQUESTS = 32

Peer = tuple[str, int]


@dataclass(slots=True)
class _Pending:
    peer: Peer
    datagram: bytes
    waits: list[float]
    answer: asyncio.Future[Response]
    timer: asyncio.TimerHandle | None = None


class Endpoint(asyncio.DatagramProtocol):
    """The shared socket: sends, sends again, and gives each answer to the request it belongs to.

    An answer counts when its identifier is that of a request in flight *and* it comes from the
    address that was asked.
    """

    def __init__(self) -> None:
        self.strays = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._pending: dict[int, _Pending] = {}
        self._room = asyncio.Semaphore(_IN_FLIGHT)
        self._faults: list[Exception] = []

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Take the transport, and room for a burst of answers."""
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER
        )

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Match an answer with its request; strays and noise are counted and dropped."""
        try:
            pending = self._pending.get(message.identifier_of(data))
        except SnmpDecodeError:
            pending = None
        if pending is None or pending.peer != addr[:2] or pending.answer.done():
            self.strays += 1
            return
        try:
            pending.answer.set_result(message.decode(data))
        except SnmpDecodeError as fault:
            pending.answer.set_exception(fault)

    def error_received(self, exc: Exception) -> None:
        """Keep the fault that this machine had in sending: no route, forbidden by its firewall."""
        self._faults.append(exc)

    async def ask(self, peer: Peer, request: Request, waits: Sequence[float]) -> Response:
        """Send until an answer comes; else SnmpTimeout, or SnmpUnasked when nothing could leave."""
        async with self._room:
            identifier = self._free_identifier()
            answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
            pending = _Pending(peer, request.encode(identifier), [*waits], answer)
            self._pending[identifier] = pending
            try:
                self._send(pending)
                return await answer
            finally:
                del self._pending[identifier]
                if pending.timer:
                    pending.timer.cancel()

    def close(self) -> None:
        """Close the socket; whoever still waits is told that nothing will come."""
        if self._transport:
            self._transport.close()
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(SnmpTimeout("the socket was closed"))

    def _free_identifier(self) -> int:
        while (identifier := 1 << 30 | randbits(30)) in self._pending:
            pass
        return identifier

    def _send(self, pending: _Pending) -> None:
        if pending.answer.done():
            return
        if not pending.waits or self._transport is None or self._transport.is_closing():
            pending.answer.set_exception(SnmpTimeout(f"{pending.peer[0]} does not answer SNMP"))
            return
        self._faults.clear()
        self._transport.sendto(pending.datagram, pending.peer)
        if self._faults:
            reason = f"{pending.peer[0]} cannot be reached: {self._faults[0]}"
            pending.answer.set_exception(SnmpUnasked(reason))
            return
        loop = asyncio.get_running_loop()
        pending.timer = loop.call_later(pending.waits.pop(0), self._send, pending)


class Endpoints:
    """The sockets of v1 and v2c, one for each address family, opened when first needed."""

    def __init__(self) -> None:
        self._open: dict[int, Endpoint] = {}
        self._lock = asyncio.Lock()

    async def reach(self, target: Target) -> tuple[Endpoint, Peer]:
        """Return the socket that reaches a target, and its address; SnmpUnasked without one."""
        try:
            family, _, _, _, address = (
                await asyncio.get_running_loop().getaddrinfo(
                    target.host, target.port, type=socket.SOCK_DGRAM
                )
            )[0]
            async with self._lock:
                if family not in self._open:
                    self._open[family] = await self._endpoint(family)
        except OSError as fault:
            raise SnmpUnasked(f"{target.host} cannot be reached: {fault.strerror}") from fault
        return self._open[family], (str(address[0]), int(address[1]))

    def close(self) -> None:
        """Close every socket."""
        for endpoint in self._open.values():
            endpoint.close()
        self._open.clear()

    @staticmethod
    async def _endpoint(family: int) -> Endpoint:
        local = ("0.0.0.0", 0) if family == socket.AF_INET else ("::", 0)  # noqa: S104  (any source)
        _, endpoint = await asyncio.get_running_loop().create_datagram_endpoint(
            Endpoint, local_addr=local, family=family
        )
        return endpoint


class CommunitySession:
    """The `Session` of one v1 or v2c device."""

    def __init__(self, endpoints: Endpoints, target: Target, credentials: Community) -> None:
        self._endpoints = endpoints
        self._target = target
        self._community = credentials.community.encode()
        self._version = Version.V1 if credentials.version == "1" else Version.V2C
        self._reach: tuple[Endpoint, Peer] | None = None
        self._requests: dict[tuple[int, tuple[Oid, ...], int], Request] = {}

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        """Ask for these variables."""
        return await self._ask_tolerating_v1(message.GET, oids, Missing.NO_INSTANCE)

    async def following(self, oids: Sequence[Oid], repetitions: int) -> list[VarBind]:
        """Ask for the successors of these names, row after row."""
        if repetitions > 1 and self._version is Version.V2C:
            return await self._ask(message.GET_BULK, oids, repetitions)
        return await self._ask_tolerating_v1(message.GET_NEXT, oids, Missing.END_OF_VIEW)

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        """Return the rows below these columns, several in each exchange."""
        return await walk(self, columns, size, max_rows)

    def close(self) -> None:
        """Forget the device; the socket is everybody's."""
        self._reach = None
        self._requests.clear()

    async def _ask_tolerating_v1(
        self, operation: int, oids: Sequence[Oid], lack: Missing
    ) -> list[VarBind]:
        # A v1 agent refuses the whole request for one name it lacks (RFC 1157 §4.1.2): ask again
        # without that one, and give each answer the place of its name.
        names, lacking = list(oids), set[int]()
        while names:
            try:
                binds = iter(await self._ask(operation, names))
            except SnmpStatusError as fault:
                if fault.status != Status.NO_SUCH_NAME or not 0 < fault.index <= len(names):
                    raise
                places = [at for at in range(len(oids)) if at not in lacking]
                lacking.add(places[fault.index - 1])
                del names[fault.index - 1]
            else:
                return [
                    (name, lack) if at in lacking else next(binds, (name, lack))
                    for at, name in enumerate(oids)
                ]
        return [(name, lack) for name in oids]

    async def _ask(
        self, operation: int, oids: Sequence[Oid], repetitions: int = 0
    ) -> list[VarBind]:
        if self._reach is None:
            self._reach = await self._endpoints.reach(self._target)
        endpoint, peer = self._reach
        request = self._request(operation, tuple(oids), repetitions)
        try:
            response = await endpoint.ask(peer, request, self._target.timeouts)
        except SnmpTimeout:
            self._reach = None  # the name may stand for another address by now
            raise
        if response.status in (Status.NO_ACCESS, Status.AUTHORIZATION):
            raise SnmpRefused(f"{self._target.host} refuses this community")
        if response.status:
            raise SnmpStatusError(response.status, response.index)
        return response.binds

    def _request(self, operation: int, oids: tuple[Oid, ...], repetitions: int) -> Request:
        key = operation, oids, repetitions
        request = self._requests.get(key)
        if request is None:
            if len(self._requests) >= _REMEMBERED_REQUESTS:
                del self._requests[next(iter(self._requests))]
            request = Request(self._version, self._community, operation, oids, repetitions)
            self._requests[key] = request
        return request
