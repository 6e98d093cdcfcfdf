"""One DNS question over UDP (RFC 1035): whether a resolver answers, and how fast."""

import asyncio
import secrets
import struct
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.probes.reach import Attempt, Stopwatch, cause_of

TIMEOUT = 2.0
_HEADER = struct.Struct("!6H")
_FIELDS = struct.Struct("!HHIH")  # type, class, time to live, length of a resource record
_IN = 1
_ANSWER, _TRUNCATED, _RECURSE = 0x8000, 0x0200, 0x0100
_POINTER = 0xC0
_LABEL, _NAME = 63, 255


class Ask(IntEnum):
    """What is asked of a name."""

    A = 1
    AAAA = 28


class MalformedError(ValueError):
    """A datagram that is not the answer to the question."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a resolver answered: its code (0 is success) and the addresses, in its order."""

    code: int
    addresses: tuple[IPv4Address | IPv6Address, ...]
    truncated: bool = False


def encode_question(ident: int, name: str, ask: Ask) -> bytes:
    """Return a recursive query; raises `ValueError` for a name that DNS cannot carry."""
    return _HEADER.pack(ident, _RECURSE, 1, 0, 0, 0) + _question(name, ask)


def decode_reply(packet: bytes, question: bytes) -> Reply:
    """Return the reply to `question`, a packet of `encode_question`; raises `MalformedError`."""
    try:
        ident, flags, questions, answers, _, _ = _HEADER.unpack_from(packet)
        body = question[_HEADER.size :]
        start = _HEADER.size + len(body)
        same = packet[_HEADER.size : start].lower() == body.lower()
        if ident != _HEADER.unpack_from(question)[0] or questions != 1 or not same:
            raise MalformedError("the answer is to another question")
        if not flags & _ANSWER:
            raise MalformedError("a question, not an answer")
        found = tuple(_addresses(packet, start, answers))
        return Reply(flags & 0x0F, found, truncated=bool(flags & _TRUNCATED))
    except (struct.error, IndexError) as error:
        raise MalformedError("the answer is cut short") from error


def _question(name: str, ask: Ask) -> bytes:
    labels = name.rstrip(".").encode("idna" if not name.isascii() else "ascii").split(b".")
    packed = b"".join(bytes([len(label) & 0xFF]) + label for label in labels) + b"\0"
    if not all(1 <= len(label) <= _LABEL for label in labels) or len(packed) > _NAME:
        raise ValueError(f"not a DNS name: {name!r}")
    return packed + struct.pack("!HH", ask, _IN)


def _addresses(packet: bytes, at: int, count: int) -> list[IPv4Address | IPv6Address]:
    found = []
    for _ in range(count):
        at = _after_name(packet, at)
        kind, group, _, length = _FIELDS.unpack_from(packet, at)
        at += _FIELDS.size
        data = packet[at : at + length]
        if len(data) < length:
            raise MalformedError("the answer is cut short")
        if group == _IN and (kind, length) in {(Ask.A, 4), (Ask.AAAA, 16)}:
            found.append(ip_address(data))
        at += length
    return found


def _after_name(packet: bytes, at: int) -> int:
    while (length := packet[at]) and length < _POINTER:
        at += 1 + length
    return at + (2 if length else 1)


class _Exchange(asyncio.DatagramProtocol):
    """Waits on a connected socket for the one reply; whatever else arrives is dropped."""

    def __init__(self, question: bytes) -> None:
        self._question = question
        self.reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, _addr: object) -> None:
        if not self.reply.done():
            try:
                self.reply.set_result(decode_reply(data, self._question))
            except MalformedError:
                return

    def error_received(self, exc: Exception) -> None:
        if not self.reply.done():
            self.reply.set_exception(exc)


class DnsTarget:
    """A resolver asked for a name that it must resolve; an answer without address is a fault."""

    def __init__(
        self,
        resolver: str,
        name: str,
        clock: Clock,
        *,
        ask: Ask = Ask.A,
        port: int = 53,
        timeout: float = TIMEOUT,
    ) -> None:
        _question(name, ask)
        self._where = (resolver, port)
        self._name = name
        self._clock = clock
        self._ask = ask
        self._timeout = timeout

    async def attempt(self) -> Attempt:
        """Ask once."""
        watch = Stopwatch(self._clock)
        try:
            reply = await self._exchange()
        except OSError as error:
            return watch.fault(cause_of(error))
        good = reply.code == 0 and (reply.addresses or reply.truncated)
        return watch.answer(watch.elapsed()) if good else watch.fault(Cause.DNS)

    async def _exchange(self) -> Reply:
        question = encode_question(secrets.randbelow(0x10000), self._name, self._ask)
        loop = asyncio.get_running_loop()
        transport, exchange = await loop.create_datagram_endpoint(
            lambda: _Exchange(question), remote_addr=self._where
        )
        try:
            transport.sendto(question)
            async with asyncio.timeout(self._timeout):
                return await exchange.reply
        finally:
            transport.close()
