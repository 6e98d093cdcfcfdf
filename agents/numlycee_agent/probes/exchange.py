"""HTTP/1.1 as a client needs it (RFC 9112): one request, one answer, over a connection of ours.

A library would hold ten mebibytes, a fifth of the agent, for what is asked once a minute.
"""

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from numlycee_agent.probes.phases import Phases

BODY_LIMIT = 256 * 1024
"""What is read of a page, once expanded; the rest of it is not awaited."""
PATIENCE = 1.0
"""Seconds given to one address of a host before its next one is tried."""

_MOST_HEADERS = 200
_PIECE = 65_536
_STATUS = re.compile(rb"HTTP/1\.(\d) ([1-9]\d\d)(?: |\r?\n)")
_CHARSET = re.compile(r"""charset=["']?([\w.:-]{1,40})""", re.IGNORECASE)
_INFORMATIONAL = range(100, 200)
_BODILESS = {204, 304}
_ANY_WRAPPING = zlib.MAX_WBITS | 32
_EXPANDED = {"gzip", "x-gzip", "deflate"}


class MalformedError(ValueError):
    """What came back is not HTTP."""


class ClosedError(ConnectionError):
    """The connection was closed before the answer was whole."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the header names are in lower case, `cookies` those that are set."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes = field(default=b"", repr=False)

    @property
    def charset(self) -> str | None:
        """Return the encoding that the answer claims."""
        told = _CHARSET.search(self.headers.get("content-type", ""))
        return told[1] if told else None


class Connection:
    """One connection to one origin; `reusable` once an answer was read to its very end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.reusable = False

    @classmethod
    async def open(
        cls, host: str, port: int, context: ssl.SSLContext | None, phases: Phases
    ) -> Self:
        """Connect to the first address that accepts; raises `OSError`, `gaierror` without any."""
        with phases.spent("dns"):
            found = await asyncio.get_running_loop().getaddrinfo(
                host, port, type=socket.SOCK_STREAM
            )
        with phases.spent("connect"):
            sock = await _connected([(family, address) for family, _, _, _, address in found])
        if context is None:
            return cls(*await asyncio.open_connection(sock=sock))
        with phases.spent("tls"):
            reader, writer = await asyncio.open_connection(
                sock=sock, ssl=context, server_hostname=host
            )
        phases.met(writer.get_extra_info("ssl_object"))
        return cls(reader, writer)

    async def ask(self, request: bytes, phases: Phases) -> Answer:
        """Send a request and read its answer; raises `OSError` and `MalformedError`."""
        self.reusable = False
        self._writer.write(request)
        await self._writer.drain()
        with phases.spent("first_byte"):
            version, status, headers, cookies = await self._head()
            while status in _INFORMATIONAL:
                version, status, headers, cookies = await self._head()
        body, whole = await self._body(status, headers)
        lasting = version > 0 and "close" not in headers.get("connection", "").lower()
        self.reusable = whole and lasting
        return Answer(status, headers, cookies, body)

    def close(self) -> None:
        """Close at once."""
        self._writer.transport.abort()

    async def _head(self) -> tuple[int, int, dict[str, str], tuple[str, ...]]:
        status = _STATUS.match(await self._line())
        if status is None:
            raise MalformedError("no status line")
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for _ in range(_MOST_HEADERS):
            line = (await self._line()).decode("latin-1").strip()
            if not line:
                return int(status[1]), int(status[2]), headers, tuple(cookies)
            name, _, value = line.partition(":")
            name, value = name.strip().lower(), value.strip()
            if name == "set-cookie":
                cookies.append(value)
            else:
                headers[name] = f"{headers[name]}, {value}" if name in headers else value
        raise MalformedError("too many headers")

    async def _line(self) -> bytes:
        line = await self._reader.readline()
        if not line.endswith(b"\n"):
            raise ClosedError("connection closed")
        return line

    async def _body(self, status: int, headers: Mapping[str, str]) -> tuple[bytes, bool]:
        """Return the page up to its limit, and whether all of it was read."""
        if status in _BODILESS:
            return b"", True
        expand = _expander(headers.get("content-encoding", ""))
        body = bytearray()
        async for piece in self._pieces(headers):
            room = BODY_LIMIT - len(body)
            body += expand.decompress(piece, room) if expand else piece[:room]
            if len(body) >= BODY_LIMIT:
                return bytes(body), False
        delimited = "content-length" in headers or "transfer-encoding" in headers
        return bytes(body), delimited

    async def _pieces(self, headers: Mapping[str, str]) -> AsyncIterator[bytes]:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            while size := _natural((await self._line()).partition(b";")[0], 16):
                async for piece in self._exactly(size):
                    yield piece
                await self._line()
            while (await self._line()).strip():
                pass  # trailers tell nothing that is asked
        elif "content-length" in headers:
            size = _natural(headers["content-length"].partition(",")[0].encode(), 10)
            async for piece in self._exactly(size):
                yield piece
        else:
            while piece := await self._reader.read(_PIECE):
                yield piece

    async def _exactly(self, size: int) -> AsyncIterator[bytes]:
        while size:
            piece = await self._reader.read(min(size, _PIECE))
            if not piece:
                raise ClosedError("page cut short")
            size -= len(piece)
            yield piece


class _Deflate:
    """Expands `deflate`, which some servers send without the wrapping that its name calls for."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_ANY_WRAPPING)
        self._begun = False

    def decompress(self, piece: bytes, room: int) -> bytes:
        """Return at most `room` octets of what a piece expands to."""
        first, self._begun = not self._begun, True
        try:
            return self._inner.decompress(piece, room)
        except zlib.error as error:
            if not first:
                raise MalformedError("not what its content encoding says") from error
        self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
        return self.decompress(piece, room)


def _expander(encoding: str) -> _Deflate | None:
    return _Deflate() if encoding.lower() in _EXPANDED else None


def _natural(text: bytes, base: int) -> int:
    digits = text.strip()
    if not digits.isalnum():
        raise MalformedError("a length is no number")
    return int(digits, base)


async def _connected(addresses: list[tuple[int, Any]]) -> socket.socket:
    """Return a socket connected to the first address that accepts; raises the last one's fault."""
    *others, last = addresses
    for address in others:
        try:
            async with asyncio.timeout(PATIENCE):
                return await _connect(*address)
        except OSError:  # a time-out is one too
            continue
    return await _connect(*last)


async def _connect(family: int, address: Any) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock
