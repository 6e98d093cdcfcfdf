"""The gate before the local page: strangers and crowds are cut before a word is said."""

import asyncio
import ssl
from contextlib import closing
from ipaddress import ip_network

from numlycee.clock import SystemClock
from numlycee_agent.local.gate import MOST_OF_ONE, Gate
from numlycee_agent.local.server import open_socket
from tests.agent.virtual import running

HOST = "127.0.0.1"
STRANGER = "127.0.0.2"
ALONE = (ip_network("127.0.0.1/32"),)


class Echo(asyncio.Protocol):
    """Says one byte at once and then nothing."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"!")


async def first_byte(port: int, source: str = HOST) -> tuple[bytes, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(HOST, port, local_addr=(source, 0))
    try:
        return await asyncio.wait_for(reader.read(1), 30), writer
    except ConnectionResetError:
        return b"", writer


async def test_the_gate_cuts_strangers_and_crowds_before_a_word() -> None:
    with closing(open_socket(HOST, 0)) as listener:
        port = listener.getsockname()[1]
        gate = Gate((*ALONE, ip_network("127.0.0.3/32")), Echo, SystemClock())
        async with running(gate.keep(listener)):
            stranger, writer = await first_byte(port, STRANGER)
            assert stranger == b""
            writer.close()
            crowd = [await first_byte(port) for _ in range(MOST_OF_ONE + 2)]
            assert [said for said, _ in crowd] == [b"!"] * MOST_OF_ONE + [b""] * 2
            other, writer = await first_byte(port, "127.0.0.3")
            assert other == b"!"
            writer.close()
            crowd[0][1].close()
            async with asyncio.timeout(30):
                while not gate.admits(HOST):
                    await asyncio.sleep(0.01)
            again, writer = await first_byte(port)
            assert again == b"!"
            for _, one in [*crowd, (b"", writer)]:
                one.close()


async def test_a_handshake_that_never_ends_holds_no_place(tls: ssl.SSLContext) -> None:
    with closing(open_socket(HOST, 0)) as listener:
        gate = Gate(ALONE, Echo, SystemClock(), tls, handshake=45.0)
        async with running(gate.keep(listener)):
            silent = [
                await asyncio.open_connection(HOST, listener.getsockname()[1])
                for _ in range(MOST_OF_ONE)
            ]
            async with asyncio.timeout(30):
                while gate.admits(HOST):
                    await asyncio.sleep(0.01)
            for _, writer in silent:
                writer.close()
            async with asyncio.timeout(30):
                while not gate.admits(HOST):
                    await asyncio.sleep(0.01)
