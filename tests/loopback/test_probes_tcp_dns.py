import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from numlycee.clock import SystemClock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health
from numlycee_agent.probes.addresses import Addresses, look_up
from numlycee_agent.probes.dns import DnsTarget
from numlycee_agent.probes.link import LinkProbe
from numlycee_agent.probes.reach import ReachProbe
from numlycee_agent.probes.tcp import TcpTarget

CLOCK = SystemClock()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@asynccontextmanager
async def listening() -> AsyncIterator[int]:
    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_an_open_port_answers() -> None:
    async with listening() as port:
        seen = await ReachProbe(TcpTarget("127.0.0.1", port, CLOCK)).observe()
    assert seen.health is Health.OK
    assert 0 < seen.gauges["rtt_seconds"] < 0.7


async def test_a_name_is_looked_up() -> None:
    async with listening() as port:
        attempt = await TcpTarget("localhost", port, CLOCK, timeout=5).attempt()
    assert attempt.answered or attempt.cause is Cause.REFUSED  # `localhost` may be ::1
    assert await look_up("localhost") in {"127.0.0.1", "::1"}


async def test_a_refusal_is_no_answer() -> None:
    seen = await ReachProbe(TcpTarget("127.0.0.1", free_port(), CLOCK)).observe()
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.REFUSED)


async def test_a_port_that_swallows_everything_times_out() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            seen = await ReachProbe(TcpTarget("127.0.0.1", port, CLOCK, timeout=0.1)).observe()
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.TIMEOUT)
    assert seen.ended - seen.began >= 100


async def test_a_name_that_nobody_knows_is_the_resolvers_fault() -> None:
    async def lost(_: str) -> str:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    target = TcpTarget("ent.invalid", 443, CLOCK, addresses=Addresses(CLOCK, lost))
    seen = await ReachProbe(target).observe()
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.DNS)


def record(query: bytes, code: int = 0, *addresses: bytes) -> bytes:
    head = query[:2] + struct.pack("!5H", 0x8180 | code, 1, len(addresses), 0, 0)
    answers = [b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + data for data in addresses]
    return head + query[12:] + b"".join(answers)


@asynccontextmanager
async def resolver(answer: Callable[[bytes], list[bytes]]) -> AsyncIterator[int]:
    class Resolver(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            for reply in answer(data):
                self.transport.sendto(reply, addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Resolver, local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("answer", "health", "cause"),
    [
        (lambda query: [record(query, 0, bytes(4))], Health.OK, None),
        (lambda query: [b"noise", query, record(query, 0, bytes(4))], Health.OK, None),
        (lambda query: [record(query, 3)], Health.FAILED, Cause.DNS),
        (lambda query: [record(query, 2)], Health.FAILED, Cause.DNS),
        (lambda query: [record(query, 0)], Health.FAILED, Cause.DNS),
        (lambda query: [], Health.FAILED, Cause.TIMEOUT),
        (lambda query: [record(b"?" + query[1:], 0, bytes(4))] * 2, Health.FAILED, Cause.TIMEOUT),
    ],
    ids=["good", "noise-first", "no-such-name", "servfail", "empty", "silence", "other-ident"],
)
async def test_a_resolver_is_judged_by_its_answer(
    answer: Callable[[bytes], list[bytes]], health: Health, cause: Cause | None
) -> None:
    async with resolver(answer) as port:
        target = DnsTarget("127.0.0.1", "ent.exemple.fr", CLOCK, port=port, timeout=0.2)
        seen = await ReachProbe(target).observe()
    if cause is Cause.TIMEOUT and seen.health is Health.OK:
        pytest.skip("the random identifier happened to be the forged one")
    assert (seen.health, seen.cause) == (health, cause)


async def test_a_resolver_that_is_not_there_refuses() -> None:
    target = DnsTarget("127.0.0.1", "ent.exemple.fr", CLOCK, port=free_port())
    seen = await ReachProbe(target).observe()
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.REFUSED)


async def test_a_link_of_real_sockets_is_cut_and_comes_back() -> None:
    async with listening() as lan:
        outside = free_port()
        probe = LinkProbe(
            [TcpTarget("127.0.0.1", outside, CLOCK), TcpTarget("127.0.0.1", free_port(), CLOCK)],
            [TcpTarget("127.0.0.1", lan, CLOCK)],
            CLOCK,
        )
        down = await probe.observe()
        async with await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", outside):
            up = await probe.observe()
    assert (down.health, down.cause) == (Health.FAILED, Cause.REFUSED)
    assert up.health is Health.OK
    assert down.ended <= up.ended
