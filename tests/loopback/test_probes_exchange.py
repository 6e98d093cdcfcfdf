"""The HTTP client of the probes against servers that say exactly what is written here."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field

import pytest

from numlycee.clock import SystemClock
from numlycee_agent.probes.browser import Browser, TooManyRedirectsError
from numlycee_agent.probes.exchange import ClosedError, MalformedError
from numlycee_agent.probes.http import trust
from numlycee_agent.probes.phases import Phases

CLOCK = SystemClock()
BARE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
PAGE = b"Bonjour" * 99


@dataclass
class Server:
    """Gives its answers one after the other, and notes what it was asked."""

    answers: list[bytes]
    lasting: bool = True
    url: str = ""
    asked: list[str] = field(default_factory=list)
    connections: int = 0

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while self.answers:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                _, _, length = head.lower().partition("content-length: ")
                body = await reader.readexactly(int(length.split("\r")[0])) if length else b""
                self.asked.append(head + body.decode())
                writer.write(self.answers.pop(0))
                await writer.drain()
                if not self.lasting:
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(*answers: bytes, lasting: bool = True) -> AsyncIterator[tuple[Server, Browser]]:
    server = Server([*answers], lasting)
    async with await asyncio.start_server(server.speak, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
        with closing(Browser(trust(), Phases(CLOCK), CLOCK)) as browser:
            async with asyncio.timeout(20):
                yield server, browser


def page(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x; note=1\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))[:-2]


CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (page(b"Bonjour"), b"Bonjour"),
        (b"HTTP/1.1 103 Early\nLink: x\n\n" + page(b"Bonjour"), b"Bonjour"),
        (b"HTTP/1.0 200\n\nBonjour", b"Bonjour"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (CHUNKS + chunked(b"Bon", b"jour") + b"\r\n", b"Bonjour"),
        (CHUNKS + chunked(b"Bon", b"jour") + b"Signed: yes\r\n\r\n", b"Bonjour"),
        (page(zlib.compress(PAGE), "Content-Encoding: deflate"), PAGE),
        (page(BARE.compress(PAGE) + BARE.flush(), "Content-Encoding: deflate"), PAGE),
        (page(b"Bonjour", "Content-Encoding: identity"), b"Bonjour"),
    ],
)
async def test_how_a_page_may_be_sent(answer: bytes, body: bytes) -> None:
    async with serving(answer, lasting=False) as (server, browser):
        found = await browser.get(server.url)
        assert found.answer.body == body


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"", ClosedError),
        (b"HTTP/1.1 200 OK\r\nContent-", ClosedError),
        (CHUNKS + b"5\r\nBo", ClosedError),
        (CHUNKS + b"-5\r\nBonjour", MalformedError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", MalformedError),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", MalformedError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, ValueError),
        (page(b"not gzip", "Content-Encoding: gzip"), MalformedError),
        (page(b"", "Location: file:///etc/passwd", status="302 Found"), MalformedError),
        (page(b"", "Location: https://", status="302 Found"), MalformedError),
    ],
)
async def test_what_is_not_a_whole_answer(answer: bytes, fault: type[Exception]) -> None:
    async with serving(answer, lasting=False) as (server, browser):
        with pytest.raises(fault):
            await browser.get(server.url)


async def test_a_connection_serves_again_and_shows_its_cookies() -> None:
    first = page(b"", "Set-Cookie: a=1; Path=/", "Location: /deux", status="302 Found")
    async with serving(first, page(b"Bonjour")) as (server, browser):
        found = await browser.get(f"{server.url}un#titre")
        assert (found.url, found.answer.body) == (f"{server.url}deux", b"Bonjour")
        assert server.connections == 1
    assert "Cookie" not in server.asked[0]
    assert server.asked[1].startswith("GET /deux HTTP/1.1\r\n")
    assert "\r\nCookie: a=1\r\n" in server.asked[1]


async def test_a_connection_that_the_server_has_left_is_opened_again() -> None:
    async with serving(page(b"un"), page(b"deux"), lasting=False) as (server, browser):
        assert (await browser.get(server.url)).answer.body == b"un"
        assert (await browser.get(server.url)).answer.body == b"deux"
        assert server.connections == 2


async def test_what_is_posted_takes_a_connection_of_its_own() -> None:
    async with serving(page(b"un"), page(b"deux")) as (server, browser):
        await browser.get(server.url)
        await browser.post(server.url, {"nom": "é&"})
        assert server.connections == 2
    assert server.asked[1].endswith("\r\n\r\nnom=%C3%A9%26")


async def test_redirections_are_counted() -> None:
    onward = page(b"", "Location: /encore", status="307 Temporary Redirect")
    async with serving(*[onward] * 20) as (server, browser):
        with pytest.raises(TooManyRedirectsError):
            await browser.get(server.url)
    assert len(server.asked) == 11


async def test_how_an_address_is_asked() -> None:
    async with serving(page(b"")) as (server, browser):
        address = server.url.replace("//", "//moi:s%C3%A9same@")
        await browser.get(f"{address}é à?q=1 2&r=%20")
    head = server.asked[0]
    assert head.startswith("GET /%C3%A9%20%C3%A0?q=1%202&r=%20 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert "\r\nAuthorization: Basic bW9pOnPDqXNhbWU=\r\n" in head
