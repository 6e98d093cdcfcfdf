"""ICMP echo without privileges (RFC 792, RFC 4443): one socket a family serves every target."""

import asyncio
import logging
import secrets
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, ip_address

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.probes.reach import Attempt, Stopwatch, cause_of

_log = logging.getLogger(__name__)

TIMEOUT = 0.7
_BURST = 64
_RECEIVE_BUFFER = 1 << 20
_HEADER = struct.Struct("!BBHHH")


def _all_but(kind: int) -> bytes:
    """Return an ICMP6_FILTER that blocks every type but one (RFC 3542, bits set block)."""
    bits = ~(1 << kind) & ((1 << 256) - 1)
    return struct.pack("=8I", *(bits >> 32 * word & 0xFFFFFFFF for word in range(8)))


@dataclass(frozen=True, slots=True)
class Family:
    """How echo is spelt in one version of IP."""

    name: str
    number: socket.AddressFamily
    protocol: int
    request: int
    reply: int
    raw_filter: tuple[int, int, bytes]


_V4, _V6 = socket.IPPROTO_ICMP, socket.IPPROTO_ICMPV6
_ECHO_REPLY_ONLY = (255, 1, struct.pack("=I", ~1 & 0xFFFFFFFF))  # SOL_RAW, ICMP_FILTER
IPV4 = Family("IPv4", socket.AF_INET, _V4, 8, 0, _ECHO_REPLY_ONLY)
IPV6 = Family("IPv6", socket.AF_INET6, _V6, 128, 129, (_V6, 1, _all_but(129)))


@lru_cache(maxsize=4096)
def locate(address: str) -> tuple[Family, str]:
    """Return the family of an address and how the kernel will spell it as a source."""
    parsed = ip_address(address)
    family = IPV4 if isinstance(parsed, IPv4Address) else IPV6
    return family, str(parsed).partition("%")[0]


def open_icmp_socket(family: Family) -> socket.socket:
    """Open an unprivileged echo socket, else a raw one; `PermissionError` where neither may be."""
    try:
        return socket.socket(family.number, socket.SOCK_DGRAM, family.protocol)
    except PermissionError:
        raw = socket.socket(family.number, socket.SOCK_RAW, family.protocol)
        raw.setsockopt(*family.raw_filter)
        return raw


def checksum(packet: bytes) -> int:
    """Return the Internet checksum of an even number of bytes (RFC 1071)."""
    total: int = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


@dataclass(slots=True)
class _Flight:
    """An echo request under way."""

    source: str
    payload: bytes
    sent: float
    landed: "asyncio.Future[float | None]"


class _Channel:
    """One open socket and the requests under way on it."""

    def __init__(self, family: Family, sock: socket.socket, clock: Clock) -> None:
        self._family = family
        self._sock = sock
        self._clock = clock
        self._raw = sock.type == socket.SOCK_RAW
        self._ident = secrets.randbelow(0x10000)
        self._nonce = secrets.token_bytes(8)
        self._count = 0
        self._flights: dict[int, _Flight] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._unread = 0
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)

    def close(self) -> None:
        """Leave the loop, close the socket, let those who wait go without an answer."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._sock)
        self._sock.close()
        for flight in self._flights.values():
            _settle(flight.landed, None)

    async def ping(self, address: str, source: str, timeout: float) -> float | None:  # noqa: ASYNC109
        loop = self._join_loop()
        sequence, payload = self._next()
        packet = self._request(sequence, payload)
        if self._unread >= _BURST:  # answers to a long burst would overflow the buffer unread
            self._read()
        self._unread += 1
        landed: asyncio.Future[float | None] = loop.create_future()
        flight = _Flight(source, payload, self._clock.monotonic(), landed)
        self._sock.sendto(packet, (address, 0))
        self._flights[sequence] = flight
        timer = loop.call_later(timeout, _settle, landed, None)
        try:
            return await landed
        finally:
            timer.cancel()
            del self._flights[sequence]

    def _join_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            loop.add_reader(self._sock, self._read)
            self._loop = loop
        return loop

    def _next(self) -> tuple[int, bytes]:
        self._count += 1
        while self._count & 0xFFFF in self._flights:
            self._count += 1
        return self._count & 0xFFFF, self._nonce + struct.pack("!Q", self._count)

    def _request(self, sequence: int, payload: bytes) -> bytes:
        kind, ident = self._family.request, self._ident
        packet = _HEADER.pack(kind, 0, 0, ident, sequence) + payload
        if self._raw and self._family is IPV4:  # the kernel does it on the three other sockets
            return _HEADER.pack(kind, 0, checksum(packet), ident, sequence) + payload
        return packet

    def _read(self) -> None:
        now = self._clock.monotonic()
        self._unread = 0
        while True:
            try:
                packet, sender = self._sock.recvfrom(512)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:  # a queued error of an earlier request: its own timer ends it
                _log.debug("ICMP socket: %s", error)
                return
            self._match(packet, sender[0].partition("%")[0], now)

    def _match(self, packet: bytes, sender: str, now: float) -> None:
        if self._raw and self._family is IPV4 and packet:
            packet = packet[(packet[0] & 0x0F) * 4 :]
        if len(packet) < _HEADER.size:
            return
        kind, code, _, ident, sequence = _HEADER.unpack_from(packet)
        flight = self._flights.get(sequence)
        if (kind, code) != (self._family.reply, 0) or flight is None:
            return
        ours = not self._raw or ident == self._ident  # the kernel chooses a datagram socket's ident
        if ours and sender == flight.source and packet[_HEADER.size :] == flight.payload:
            _settle(flight.landed, now - flight.sent)


def _settle(landed: "asyncio.Future[float | None]", rtt: float | None) -> None:
    if not landed.done():
        landed.set_result(rtt)


class Pinger:
    """Pings any number of targets at once; opens a socket a family at first use.

    An answer counts when its source, sequence number and random payload are those of a request
    still under way. A busy event loop loses none: answers are read before time-outs are heeded.
    """

    def __init__(
        self, clock: Clock, *, open_socket: Callable[[Family], socket.socket] = open_icmp_socket
    ) -> None:
        self._clock = clock
        self._open_socket = open_socket
        self._channels: dict[Family, _Channel] = {}
        self._told: set[Family] = set()

    def can_ping(self, family: Family = IPV4) -> bool:
        """Tell whether this process may send echo requests; the reason why not is logged once."""
        try:
            self._channel(family)
        except OSError:
            return False
        return True

    async def ping(self, address: str, timeout: float = TIMEOUT) -> float | None:  # noqa: ASYNC109
        """Return the round trip in seconds, `None` without an answer in `timeout` seconds.

        `address` is an IPv4 or IPv6 address, never a name. Raises `OSError` when the request could
        not be sent: no permission, no route.
        """
        family, source = locate(address)
        return await self._channel(family).ping(address, source, timeout)

    def close(self) -> None:
        """Close the sockets; the pinger opens them again if it is used again."""
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    def _channel(self, family: Family) -> _Channel:
        if family not in self._channels:
            try:
                self._channels[family] = _Channel(family, self._open_socket(family), self._clock)
            except OSError as error:
                self._tell(family, error)
                raise
        return self._channels[family]

    def _tell(self, family: Family, error: OSError) -> None:
        if family not in self._told:
            self._told.add(family)
            _log.warning(
                "cannot ping over %s: %s. Widen net.ipv4.ping_group_range to the agent's group or "
                "grant CAP_NET_RAW; until then what needs a ping is unknown, never failed",
                family.name,
                error.strerror or error,
            )


class PingTarget:
    """A target asked by ICMP echo."""

    def __init__(
        self, pinger: Pinger, address: str, clock: Clock, timeout: float = TIMEOUT
    ) -> None:
        self._pinger = pinger
        self._address = address
        self._clock = clock
        self._timeout = timeout

    async def attempt(self) -> Attempt:
        """Send one echo request and wait for its reply."""
        watch = Stopwatch(self._clock)
        try:
            rtt = await self._pinger.ping(self._address, self._timeout)
        except OSError as error:
            return watch.fault(cause_of(error))
        return watch.fault(Cause.TIMEOUT) if rtt is None else watch.answer(rtt)
