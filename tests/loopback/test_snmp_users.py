"""Users of v3 through the shared socket: forged answers, and answers from other addresses."""

import asyncio
import socket
from collections.abc import Callable

from numlycee_agent.snmp.credentials import Target, Usm
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.usm import envelope
from tests.agent.snmp.secured import DESCR, SECRET, Device

HOST, OTHER = "127.0.0.1", "127.0.0.2"
YES = {DESCR: b"yes"}


async def serve(
    answers: Callable[[bytes], list[tuple[socket.socket, bytes]]], port: socket.socket
) -> None:
    """Answer for ever."""
    loop = asyncio.get_running_loop()
    while True:
        data, manager = await loop.sock_recvfrom(port, 65_535)
        for sender, answer in answers(data):
            await loop.sock_sendto(sender, answer, manager)


def bound(host: str, port: int = 0) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.bind((host, port))
    return sock


async def test_a_forged_answer_is_dropped_counted_and_the_true_one_awaited() -> None:
    device, forger = Device(), Device(Usm("secret", "a guess", "a guess"))

    def answers(data: bytes) -> list[tuple[socket.socket, bytes]]:
        about = envelope.unwrap(data).envelope
        true = device.answer(data) or b""
        if not about.engine:
            return [(port, true)]
        forged = forger.sound(about, forger.users[b"secret"], about.identifier)
        return [(port, forged), (port, true), (port, true)]

    with bound(HOST) as port:
        async with Engines() as engines, asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(serve(answers, port))
            client = engines.open_client(Target(HOST, port.getsockname()[1], (20.0,)), SECRET)
            for asked in (1, 2, 3):
                assert await client.get([DESCR]) == YES
                assert len(device.asked) == asked + 1
            (endpoint,) = engines._endpoints._open.values()
            assert endpoint.strays >= 5  # three forged, and what came again before the last one
            serving.cancel()


async def test_a_device_may_answer_from_another_of_its_addresses() -> None:
    device = Device()
    with bound(HOST) as port, bound(OTHER, port.getsockname()[1]) as other:
        async with Engines() as engines, asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(
                serve(lambda data: [(other, device.answer(data) or b"")], port)
            )
            client = engines.open_client(Target(HOST, port.getsockname()[1], (20.0,)), SECRET)
            assert await client.get([DESCR]) == YES
            serving.cancel()
