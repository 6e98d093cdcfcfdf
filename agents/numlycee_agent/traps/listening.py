"""The port that notifications come to: read in small helpings, so that no storm can cost more."""

import asyncio
import logging
import socket
from contextlib import closing, suppress
from typing import Protocol

from numlycee.clock import Clock

_log = logging.getLogger(__name__)

HELPING, PAUSE = 25, 0.05
"""Datagrams read at once, and seconds before the next ones: 500 a second at most."""
RETRY = 60.0
_LARGEST = 65_535
_RECEIVE_BUFFER = 1 << 20


class Taker(Protocol):
    """What reads a datagram."""

    def take(self, datagram: bytes, source: str) -> bytes:
        """Return what is to be sent back, empty for nothing; never raises."""
        ...


async def listen(host: str, port: int, taker: Taker, clock: Clock) -> None:
    """Receive for ever; a port that cannot be opened is told, and tried again every minute."""
    told = ""
    while True:
        try:
            with closing(open_socket(host, port)) as sock:
                _log.info("traps are received on %s port %d", host, port)
                told = ""
                await receive(sock, taker, clock)
        except OSError as error:
            reason = error.strerror or str(error)
            if reason != told:
                _log.warning("no trap is received on %s port %d: %s", host, port, _advice(error))
            told = reason
        await clock.sleep(RETRY)


def open_socket(host: str, port: int) -> socket.socket:
    """Return a bound socket that never blocks; raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


async def receive(sock: socket.socket, taker: Taker, clock: Clock) -> None:
    """Hand over what comes for ever; between two helpings the kernel keeps what it has room for."""
    while True:
        await _readable(sock)
        for _ in range(HELPING):
            try:
                datagram, sender = sock.recvfrom(_LARGEST)
            except (BlockingIOError, InterruptedError):
                break
            if reply := taker.take(datagram, sender[0]):
                with suppress(OSError):  # it asks again, or is no longer there
                    sock.sendto(reply, sender)
        await clock.sleep(PAUSE)


async def _readable(sock: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(sock, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(sock)


def _advice(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return (
            "ports below 1024 need CAP_NET_BIND_SERVICE: see numlycee-agent-traps.conf, "
            "or choose 1162 and redirect 162 to it"
        )
    return error.strerror or str(error)
