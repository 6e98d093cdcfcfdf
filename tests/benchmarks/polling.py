"""CPU of the poller for one poll of a 48-port switch, 20 columns of 50 rows over UDP on loopback.

The switch is a process of its own, so that only the poller's own CPU (user and system) is counted.
For v2c it answers at once; for v3 it is pysnmp, whose slowness leaves the poller's caches cold.
Its counters move at each answer, so that no answer comes twice. The first walk of a device is the
one that remembers nothing of it. The comparator is gufo-snmp as its own users call it: one column
for each GETBULK. The floor is what the same number of datagrams costs without any SNMP in them: on
a machine where a system call is dear, as in a sandbox, most of a poll is that.
"""

import asyncio
import gc
import multiprocessing
import socket
import statistics
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterator
from itertools import cycle
from multiprocessing.connection import Connection

from gufo.snmp.aio import SnmpSession

from numlycee.adapters.snmp_devices import SimulatedDevices, Typed, User
from numlycee.clock import SystemClock
from numlycee.domain.kinds import Kind
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import Community, Target, Usm
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.message import RESPONSE
from tests.benchmarks.runner import Outcome

HOST = "127.0.0.1"
ROUNDS, POLLS, SMALL_POLLS = 5, 4, 40
ROWS = range(1, 51)
COLUMNS = [f"1.3.6.1.2.1.2.2.1.{column}" for column in (2, 3, 5, 7, 8, 9, 13, 14, 19, 20)] + [
    f"1.3.6.1.2.1.31.1.1.1.{column}" for column in (1, 6, 7, 8, 9, 10, 11, 12, 13, 15)
]
BEATS = 4
EXCHANGES = 26  # 20 columns of 50 rows, 40 cells at most in each, and the ends of the columns
FLOOR = "the same datagrams, empty"
KEY, SECRET = "authentication", "confidential"
WAITS = (5.0,)


class Switch(asyncio.DatagramProtocol):
    """A v2c agent that answers GETBULK at once, and anything else with as many octets."""

    def __init__(self) -> None:
        names = [(*map(int, column.split(".")), row) for column in COLUMNS for row in ROWS]
        self.order = sorted(names)
        self.binds = [[_bind(name, beat) for name in self.order] for beat in range(BEATS)]
        self.known: dict[bytes, Iterator[bytes]] = {}

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[0] == ber.SEQUENCE:
            self.last = data
        answer = self.answer(self.last)  # as long to come for the floor: waiting costs as well
        self.transport.sendto(answer, addr)

    def answer(self, data: bytes) -> bytes:
        _, at, end = ber.element(data, 0, len(data))
        _, at = ber.read_integer(data, at, end)
        _, _, at = ber.element(data, at, end)
        _, at, end = ber.element(data, at, end)
        _, rest = ber.read_integer(data, at, end)
        asked = data[rest:end]
        if asked not in self.known:
            self.known[asked] = cycle([self.rows(asked, binds) for binds in self.binds])
        pdu = ber.tlv(RESPONSE, data[at:rest] + next(self.known[asked]))
        return ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.tlv(ber.OCTETS, b"public") + pdu)

    def rows(self, asked: bytes, binds: list[bytes]) -> bytes:
        _, at = ber.read_integer(asked, 0, len(asked))
        repetitions, at = ber.read_integer(asked, at, len(asked))
        _, at, end = ber.element(asked, at, len(asked))
        starts = []
        while at < end:
            _, name_at, at = ber.element(asked, at, end)
            _, start, stop = ber.element(asked, name_at, at)
            name = tuple(map(int, ber.read_oid(asked[start:stop]).split(".")))
            starts.append(bisect_right(self.order, name))
        ends = [ber.tlv(ber.SEQUENCE, ber.oid("1.3.9") + b"\x82\0")] * (repetitions + len(ROWS))
        follow = binds + ends
        cells = b"".join(follow[start + step] for step in range(repetitions) for start in starts)
        return ber.integer(0) * 2 + ber.tlv(ber.SEQUENCE, cells)


def _bind(name: tuple[int, ...], beat: int) -> bytes:
    oid = ".".join(map(str, name))
    text = oid.startswith((COLUMNS[0], f"{COLUMNS[10]}."))
    value = (
        ber.tlv(ber.OCTETS, b"port %d" % name[-1])
        if text
        else ber.integer(10**9 + beat * 10**6 + name[-1], ber.COUNTER64)
    )
    return ber.tlv(ber.SEQUENCE, ber.oid(oid) + value)


class Asker:
    """Exchanges datagrams one after the other, through nothing but a socket."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.connect((HOST, port))
        self.loop = asyncio.get_running_loop()
        self.loop.add_reader(self.socket, self.hear)

    def hear(self) -> None:
        self.socket.recv(65_535)
        self.times -= 1
        if self.times:
            self.socket.send(bytes(200))
        else:
            self.done.set_result(None)

    async def exchange(self, times: int) -> None:
        self.times, self.done = times, self.loop.create_future()
        self.socket.send(bytes(200))
        await self.done

    def close(self) -> None:
        self.loop.remove_reader(self.socket)
        self.socket.close()


def serve(port: Connection) -> None:
    """Be the switch until the other end of the pipe closes."""
    asyncio.run(_serve(port))


async def _serve(pipe: Connection) -> None:
    clock = SystemClock()
    users = [User("poller", KEY, SECRET)]
    async with SimulatedDevices(clock, users=users) as devices:
        device = await devices.add(
            {
                f"{column}.{row}": f"port {row}"
                if at in (0, 10)
                else Typed("counter64" if at > 10 else "counter", at * 10**6 + row)
                for at, column in enumerate(COLUMNS)
                for row in ROWS
            }
        )
        loop = asyncio.get_running_loop()
        echo, _ = await loop.create_datagram_endpoint(Switch, local_addr=(HOST, 0))
        pipe.send((device.port, echo.get_extra_info("sockname")[1]))
        while not pipe.poll():
            await clock.sleep(0.05)


def run() -> Outcome:
    """Measure in interleaved rounds, and compare the medians."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    switch = context.Process(target=serve, args=(theirs,), daemon=True)
    switch.start()
    try:
        figures = asyncio.run(_measure(*mine.recv()))
    finally:
        mine.send("enough")
        switch.join(10)
    v2c, v3 = figures["own codec, v2c, packed"], figures["v3 authPriv by gufo-snmp"]
    return Outcome(
        figures={f"{name}, ms of CPU": value for name, value in figures.items()},
        ratios={
            "gufo-snmp alone / own codec": figures["gufo-snmp alone, v2c"] / v2c,
            "own codec / the same datagrams, empty": v2c / figures[FLOOR],
        },
        goals={"v2c": "at most 2 ms a poll", "v3": "at most 3 ms a poll"},
        met={"v2c": v2c <= 2, "v3": v3 <= 3},
    )


async def _measure(secured_port: int, port: int) -> dict[str, float]:
    target = Target(HOST, port, WAITS)
    alone = SnmpSession(HOST, port, community="public", timeout=WAITS[0])
    asker = Asker(port)
    async with Engines() as engines:
        community = engines.open_client(target, Community("public"))
        real = Target(HOST, secured_port, WAITS)
        secured = engines.open_client(real, Usm("poller", KEY, SECRET))
        state = SnmpStateProbe(secured, Kind.SERVER, SystemClock())

        async def one_column_after_the_other() -> None:
            for column in COLUMNS:
                rows = [item async for item in alone.getbulk(column, 25)]
                assert len(rows) == len(ROWS)

        jobs: dict[str, tuple[Callable[[], Awaitable[object]], int]] = {
            "own codec, v2c, packed": (lambda: community.walk(COLUMNS), POLLS),
            "own codec, v2c, first walk of a device": (
                lambda: engines.open_client(target, Community("public")).walk(COLUMNS),
                POLLS,
            ),
            "v3 authPriv by gufo-snmp": (lambda: secured.walk(COLUMNS), POLLS),
            "gufo-snmp alone, v2c": (one_column_after_the_other, POLLS),
            "state of one device, v3": (state.observe, SMALL_POLLS),
            FLOOR: (lambda: asker.exchange(EXCHANGES), POLLS),
        }
        spent: dict[str, list[float]] = {name: [] for name in jobs}
        for _ in range(ROUNDS + 1):
            for name, (job, times) in jobs.items():
                spent[name].append(await _cpu(job, times))
    asker.close()
    return {name: statistics.median(rounds[1:]) for name, rounds in spent.items()}


async def _cpu(job: Callable[[], Awaitable[object]], times: int) -> float:
    """Return the milliseconds of CPU that one run takes."""
    gc.collect()
    before = time.process_time()
    for _ in range(times):
        await job()
    return (time.process_time() - before) * 1000 / times
