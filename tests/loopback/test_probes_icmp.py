import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable

import pytest

from numlycee.clock import SystemClock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health
from numlycee_agent.probes.icmp import IPV4, IPV6, Family, Pinger, PingTarget
from numlycee_agent.probes.reach import ReachProbe

CLOCK = SystemClock()


@pytest.fixture
async def pinger() -> AsyncIterator[Pinger]:
    pinger = Pinger(CLOCK)
    if not pinger.can_ping():
        pytest.skip("net.ipv4.ping_group_range is closed and this process has no CAP_NET_RAW")
    yield pinger
    pinger.close()


async def test_the_machine_itself_answers(pinger: Pinger) -> None:
    rtt = await pinger.ping("127.0.0.1")
    assert rtt is not None
    assert 0 < rtt < 0.7


async def test_one_socket_serves_many_targets_at_once(pinger: Pinger) -> None:
    targets = [f"127.0.{high}.{low}" for high in range(4) for low in range(1, 101)]
    rtts = await asyncio.gather(*(pinger.ping(target) for target in targets))
    assert None not in rtts
    assert len(pinger._channels) == 1


async def test_the_same_target_may_be_asked_twice_at_once(pinger: Pinger) -> None:
    assert None not in await asyncio.gather(*(pinger.ping("127.0.0.1") for _ in range(20)))


async def test_the_other_version_of_ip(pinger: Pinger) -> None:
    try:
        rtt = await pinger.ping("::1")
    except OSError as error:
        pytest.skip(f"no IPv6 on this machine: {error}")
    assert rtt is not None


async def test_an_observation_of_a_living_target(pinger: Pinger) -> None:
    before = CLOCK.now()
    seen = await ReachProbe(PingTarget(pinger, "127.0.0.9", CLOCK)).observe()
    assert seen.health is Health.OK
    assert before <= seen.began < seen.ended <= CLOCK.now() + 1
    assert set(seen.gauges) == {"rtt_seconds"}


async def test_a_closed_pinger_can_be_used_again(pinger: Pinger) -> None:
    assert await pinger.ping("127.0.0.1") is not None
    pinger.close()
    assert await pinger.ping("127.0.0.1") is not None


async def test_a_cancelled_ping_leaves_nothing_behind(pinger: Pinger) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await pinger.ping("127.0.0.1")
    assert await pinger.ping("127.0.0.1") is not None
    assert not pinger._channels[IPV4]._flights


class Wire:
    """A datagram socket in the place of the kernel's: `answer` sees each request."""

    def __init__(self, answer: Callable[[bytes], list[bytes]], source: str = "127.0.0.1") -> None:
        self._answer = answer
        self._far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._far.bind((source, 0))

    def open(self, family: Family) -> socket.socket:
        wire, far = self, self._far

        class Near(socket.socket):
            def sendto(self, packet: bytes, where: object) -> int:  # type: ignore[override]
                for reply in wire._answer(packet):
                    far.sendto(reply, self.getsockname())
                return len(packet)

        near = Near(socket.AF_INET, socket.SOCK_DGRAM)
        near.bind(("127.0.0.1", 0))
        return near

    def close(self) -> None:
        self._far.close()


def echo(packet: bytes) -> bytes:
    return b"\x00" + packet[1:]


def with_sequence(packet: bytes, sequence: int) -> bytes:
    return packet[:6] + struct.pack("!H", sequence) + packet[8:]


@pytest.mark.parametrize(
    ("answer", "source", "answered"),
    [
        (lambda packet: [echo(packet)], "127.0.0.1", True),
        (lambda packet: [b"", b"\x00", packet, echo(packet)], "127.0.0.1", True),
        (lambda packet: [echo(packet), echo(packet)], "127.0.0.1", True),
        (lambda packet: [], "127.0.0.1", False),
        (lambda packet: [packet], "127.0.0.1", False),
        (lambda packet: [echo(packet)], "127.0.0.2", False),
        (lambda packet: [echo(packet)[:-1]], "127.0.0.1", False),
        (lambda packet: [echo(packet)[:-1] + b"?"], "127.0.0.1", False),
        (lambda packet: [with_sequence(echo(packet), 7)], "127.0.0.1", False),
        (lambda packet: [b"\x03\x01" + packet[2:]], "127.0.0.1", False),
    ],
    ids=[
        "echo", "noise-first", "twice", "silence", "own-request", "other-source", "cut-short",
        "other-payload", "other-sequence", "unreachable",
    ],
)  # fmt: skip
async def test_only_the_answer_to_the_request_counts(
    answer: Callable[[bytes], list[bytes]], source: str, *, answered: bool
) -> None:
    wire = Wire(answer, source)
    pinger = Pinger(CLOCK, open_socket=wire.open)
    rtt = await pinger.ping("127.0.0.1", timeout=0.1)
    assert (rtt is not None) is answered
    assert await pinger.ping("127.0.0.1", timeout=0.1) is not None or not answered
    pinger.close()
    wire.close()


async def test_a_late_answer_is_not_taken_for_the_next_ones() -> None:
    kept: list[bytes] = []

    def late(packet: bytes) -> list[bytes]:
        kept.append(packet)
        return [echo(kept[-2])] if len(kept) > 1 else []

    wire = Wire(late)
    pinger = Pinger(CLOCK, open_socket=wire.open)
    assert [await pinger.ping("127.0.0.1", timeout=0.05) for _ in range(3)] == [None] * 3
    pinger.close()
    wire.close()


async def test_a_busy_loop_loses_no_answer() -> None:
    wire = Wire(lambda packet: [echo(packet)])
    pinger = Pinger(CLOCK, open_socket=wire.open)
    async with asyncio.TaskGroup() as group:
        ping = group.create_task(pinger.ping("127.0.0.1", timeout=0.05))
        await asyncio.sleep(0)
        ended = CLOCK.monotonic() + 0.1
        while CLOCK.monotonic() < ended:
            pass
    assert ping.result() is not None
    pinger.close()
    wire.close()


async def test_closing_lets_those_who_wait_go() -> None:
    wire = Wire(lambda packet: [])
    pinger = Pinger(CLOCK, open_socket=wire.open)
    async with asyncio.TaskGroup() as group:
        ping = group.create_task(pinger.ping("127.0.0.1", timeout=30))
        await asyncio.sleep(0)
        pinger.close()
    assert ping.result() is None
    wire.close()


async def test_no_route_is_no_evidence() -> None:
    class Nowhere(socket.socket):
        def sendto(self, packet: bytes, where: object) -> int:  # type: ignore[override]
            raise OSError(101, "Network is unreachable")

    pinger = Pinger(CLOCK, open_socket=lambda _: Nowhere(socket.AF_INET, socket.SOCK_DGRAM))
    seen = await ReachProbe(PingTarget(pinger, "192.0.2.1", CLOCK)).observe()
    assert (seen.health, seen.cause) == (Health.UNKNOWN, Cause.LAN)
    assert not pinger._channels[IPV4]._flights
    pinger.close()


async def test_families_have_their_own_sockets() -> None:
    opened: list[Family] = []

    def refuse(family: Family) -> socket.socket:
        opened.append(family)
        raise PermissionError

    pinger = Pinger(CLOCK, open_socket=refuse)
    assert not pinger.can_ping(IPV6)
    assert not pinger.can_ping(IPV4)
    assert opened == [IPV6, IPV4]
