"""The switch that everybody polls: 20 columns of 50 rows, a process of its own, by v2c and
by v3 authPriv.

It answers at once, as what it says of v2c is spelt beforehand; its counters move at each answer, so
that no answer comes twice.
"""

import asyncio
import itertools
import multiprocessing
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from multiprocessing.connection import Connection
from secrets import randbits

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.snmp.message import GET, GET_BULK, REPORT, RESPONSE, Version
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import Envelope, Opened
from numlycee_agent.snmp.usm.sealing import Seal
from numlycee_agent.snmp.usm.user import User

HOST = "127.0.0.1"
COMMUNITY = "public"
USER = Usm("poller", "authentication", "confidential")
ROWS = range(1, 51)
COLUMNS = [f"1.3.6.1.2.1.2.2.1.{column}" for column in (2, 3, 5, 7, 8, 9, 13, 14, 19, 20)] + [
    f"1.3.6.1.2.1.31.1.1.1.{column}" for column in (1, 6, 7, 8, 9, 10, 11, 12, 13, 15)
]
DESCRIPTION, NAME = COLUMNS[0], COLUMNS[10]
NUMBERS = [column for column in COLUMNS if column not in (DESCRIPTION, NAME)]
UPTIME = "1.3.6.1.2.1.1.3.0"
BEATS = 4

_COUNTED = ber.oid(NUMBERS[-1])
_ENGINE = b"\x80\0\x1f\x88\4a switch"
_NO_INSTANCE = b"\x81\0"
_END = ber.tlv(ber.SEQUENCE, ber.oid("1.3.9") + b"\x82\0")
_UNKNOWN_ENGINE = ber.oid("1.3.6.1.6.3.15.1.1.4.0") + ber.integer(1, ber.COUNTER)
Arcs = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Port:
    """Where the switch answers, and the line that asks it how often it was polled."""

    number: int
    line: Connection

    def polls(self) -> int:
        """Return how many walks of the last column have begun."""
        self.line.send("polls?")
        polls: int = self.line.recv()
        return polls


@contextmanager
def switch() -> Iterator[Port]:
    """Run the switch in a process of its own."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Port(mine.recv(), mine)
    finally:
        mine.send("enough")
        process.join(10)


def _serve(line: Connection) -> None:
    asyncio.run(_answer_until_told(line))


async def _answer_until_told(line: Connection) -> None:
    loop, enough = asyncio.get_running_loop(), asyncio.Event()
    transport, agent = await loop.create_datagram_endpoint(Switch, local_addr=(HOST, 0))

    def listen() -> None:
        if line.recv() == "polls?":
            line.send(agent.polls)
        else:
            loop.remove_reader(line.fileno())
            enough.set()

    loop.add_reader(line.fileno(), listen)
    line.send(transport.get_extra_info("sockname")[1])
    await enough.wait()


class Switch(asyncio.DatagramProtocol):
    """Answers GET, GETNEXT and GETBULK; what is no SNMP gets as many octets as the last answer."""

    def __init__(self) -> None:
        self.polls = 0
        names = [(*_arcs(column), row) for column in COLUMNS for row in ROWS]
        self._order = sorted([*names, _arcs(UPTIME)])
        self._binds = [[_bind(name, beat) for name in self._order] for beat in range(BEATS)]
        self._known: dict[bytes, Iterator[bytes]] = {}
        self._user = User(USER)
        self._salts = itertools.count(randbits(64))
        self._second = (0, 0)
        self._seal = Seal(self._user, _ENGINE, self._second)
        self._last = b""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[0] == ber.SEQUENCE:
            self._last = data
        # As long to come for the floor: waiting costs as well.
        self._transport.sendto(self.answer(self._last), addr)

    def answer(self, data: bytes) -> bytes:
        _, at, end = ber.element(data, 0, len(data))
        version, pdu_at = ber.read_integer(data, at, end)
        if version == Version.V3:
            return self._secured(envelope.unseal(data, pdu_at, end), data)
        _, _, pdu_at = ber.element(data, pdu_at, end)
        return ber.tlv(ber.SEQUENCE, data[at:pdu_at] + self._told(data, pdu_at, end))

    def _secured(self, opened: Opened, data: bytes) -> bytes:
        asked = opened.envelope
        about = asked._replace(
            flags=0, engine=_ENGINE, clock=(1, int(time.monotonic())), digest=b"", salt=b""
        )
        if asked.engine != _ENGINE:
            bind = ber.tlv(ber.SEQUENCE, ber.tlv(ber.SEQUENCE, _UNKNOWN_ENGINE))
            pdu = ber.tlv(REPORT, ber.integer(0) * 3 + bind)
            context = ber.tlv(ber.OCTETS, _ENGINE) + ber.tlv(ber.OCTETS, b"")
            return envelope.seal(about, ber.tlv(ber.SEQUENCE, context + pdu))
        secret, _ = ber.read_octets(data, opened.body_at, opened.end)
        plain = self._user.decipher(_ENGINE, secret, asked.clock, asked.salt)
        context, at, end = envelope.scope(plain, 0, len(plain))
        return self._sealed(about, ber.tlv(ber.SEQUENCE, context + self._told(plain, at, end)))

    def _sealed(self, about: Envelope, body: bytes) -> bytes:
        salt = (next(self._salts) % 2**64).to_bytes(8, "big")
        secret = self._user.encipher(_ENGINE, body, about.clock, salt)
        body = ber.tlv(ber.OCTETS, secret)
        if self._second != about.clock:
            self._second = about.clock
            self._seal = Seal(self._user, _ENGINE, about.clock)
        return self._seal.close(about.identifier, salt, body)

    def _told(self, data: bytes, at: int, end: int) -> bytes:
        """Return the Response to the PDU that begins here."""
        tag, at, end = ber.element(data, at, end)
        _, rest = ber.read_integer(data, at, end)
        asked = data[rest:end]
        self.polls += asked.count(_COUNTED + b"\5\0")
        question = bytes((tag,)) + asked
        if question not in self._known:
            self._known[question] = cycle([self._rows(tag, asked, beat) for beat in range(BEATS)])
        return ber.tlv(RESPONSE, data[at:rest] + next(self._known[question]))

    def _rows(self, tag: int, asked: bytes, beat: int) -> bytes:
        size = len(asked)
        first, at = ber.read_integer(asked, 0, size)
        second, at = ber.read_integer(asked, at, size)
        single, repetitions = (first, second) if tag == GET_BULK else (0, 1)
        _, at, end = ber.element(asked, at, size)
        names = [*_names(asked, at, end)]
        if tag == GET:
            cells = [self._cell(name, beat) for name in names]
        else:
            binds = self._binds[beat] + [_END] * (repetitions + 1)
            starts = [min(bisect_right(self._order, name), len(self._order)) for name in names]
            cells = [binds[start] for start in starts[:single]]
            for step in range(repetitions):
                cells += [binds[start + step] for start in starts[single:]]
        return ber.integer(0) * 2 + ber.tlv(ber.SEQUENCE, b"".join(cells))

    def _cell(self, name: Arcs, beat: int) -> bytes:
        at = bisect_left(self._order, name)
        if self._order[at : at + 1] == [name]:
            return self._binds[beat][at]
        return ber.tlv(ber.SEQUENCE, ber.oid(".".join(map(str, name))) + _NO_INSTANCE)


def _names(asked: bytes, at: int, end: int) -> Iterator[Arcs]:
    while at < end:
        _, name_at, at = ber.element(asked, at, end)
        _, start, stop = ber.element(asked, name_at, at)
        yield _arcs(ber.read_oid(asked[start:stop]))


def _arcs(name: str) -> Arcs:
    return tuple(map(int, name.split(".")))


def _bind(name: Arcs, beat: int) -> bytes:
    oid = ".".join(map(str, name))
    if oid == UPTIME:
        value = ber.integer(8_640_000 + beat, ber.TICKS)
    elif oid.startswith((f"{DESCRIPTION}.", f"{NAME}.")):
        value = ber.tlv(ber.OCTETS, b"port %d" % name[-1])
    else:
        value = ber.integer(10**9 + beat * 10**6 + name[-1], ber.COUNTER64)
    return ber.tlv(ber.SEQUENCE, ber.oid(oid) + value)
