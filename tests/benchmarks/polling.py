"""CPU of the poller for one poll of a 48-port switch, 20 columns of 50 rows over UDP on loopback.

The switch is a process of its own, so that only the poller's own CPU (user and system) is counted.
The first walk of a device is the one that remembers nothing of it, and by v3 discovers it first.
gufo-snmp is driven as its own users do: one column for each GETBULK. The floor is what the same
number of datagrams costs without any SNMP in them, from a switch that takes as long to answer: on a
machine where a system call is dear, as in a sandbox, most of a poll is that.

Beside them, in the same rounds, the pollers of other products: each walks the same cells by v2c,
and what it does with them afterwards is left out as far as it lets us.
"""

import asyncio
import gc
import socket
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack

from gufo.snmp import Aes128Key, Sha1Key, User
from gufo.snmp.aio import SnmpSession

from numlycee.clock import SystemClock
from numlycee.domain.kinds import Kind
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.credentials import Community, Credentials, Target
from numlycee_agent.snmp.engines import Engines
from tests.benchmarks.peers import polling_collectd, polling_exporter, polling_zino
from tests.benchmarks.peers.peer import NotInstalledError, say, version
from tests.benchmarks.peers.polling_switch import COLUMNS, COMMUNITY, HOST, ROWS, USER, Port, switch
from tests.benchmarks.runner import Outcome

ROUNDS, TURNS, POLLS, SMALL_POLLS = 5, 4, 5, 40
EXCHANGES = 26  # 20 columns of 50 rows, 40 cells at most in each, and the ends of the columns
V2C, V3 = "own engine, v2c", "own engine, v3 authPriv"
FIRST = ", first walk of a device"
FLOOR, FLOOR_V3 = "the same datagrams, empty", "the same datagrams, empty, at the pace of v3"
GUFO, GUFO_V3 = "gufo-snmp alone, v2c", "gufo-snmp alone, v3 authPriv"
WAITS = (5.0,)
PEERS = {
    polling_collectd.NAME: (polling_collectd.collectd, version(polling_collectd.PROGRAM)),
    polling_exporter.NAME: (polling_exporter.exporter, version(polling_exporter.PROGRAM)),
    polling_zino.NAME: (polling_zino.zino, ""),
}

Job = tuple[Callable[[], Awaitable[object]], int]


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

    async def exchange(self) -> None:
        self.times, self.done = EXCHANGES, self.loop.create_future()
        self.socket.send(bytes(200))
        await self.done

    def close(self) -> None:
        self.loop.remove_reader(self.socket)
        self.socket.close()


def run() -> Outcome:
    """Measure in interleaved rounds, and compare the medians."""
    with switch() as port, ExitStack() as opened:
        polls: dict[str, Callable[[], float]] = {}
        told: dict[str, float | str] = {}
        for name, (opening, installed) in PEERS.items():
            try:
                polls[name] = opened.enter_context(opening(port))
            except NotInstalledError as missing:
                told[name] = str(missing)
            else:
                told |= {f"{name}: version": installed} if installed else {}
        ours, peers = asyncio.run(_measure(port, polls))
    v2c, v3 = ours[V2C], ours[V3]
    return Outcome(
        figures={f"{name}, ms of CPU": value for name, value in (ours | peers).items()} | told,
        ratios={
            "gufo-snmp alone / own engine, v2c": ours[GUFO] / v2c,
            "gufo-snmp alone / own engine, v3": ours[GUFO_V3] / v3,
            "own engine / the same datagrams, empty": v2c / ours[FLOOR],
            "own engine, v3 / the same datagrams, empty": v3 / ours[FLOOR_V3],
            **{f"{name} / own engine, v2c": cost / v2c for name, cost in peers.items()},
        },
        goals={
            "v2c": "at most 2 ms a poll",
            "v3": "at most 3 ms a poll",
            "peers": "less than every peer that is installed",
        },
        met={"v2c": v2c <= 2, "v3": v3 <= 3, "peers": all(v2c < cost for cost in peers.values())},
    )


async def _measure(
    port: Port, polls: dict[str, Callable[[], float]]
) -> tuple[dict[str, float], dict[str, float]]:
    async with AsyncExitStack() as opened:
        jobs = _jobs(port.number, await opened.enter_async_context(Engines()), opened)
        spent: dict[str, list[float]] = {name: [] for name in (*jobs, *polls)}
        for number in range(ROUNDS + 1):
            say(f"round {number} of {ROUNDS}")
            for name, (job, times) in [*jobs.items()] * TURNS:
                spent[name].append(await _cpu(job, times))
            for name, poll in polls.items():
                spent[name].append(poll() * 1000)
    # The first round is not counted: whatever is learnt of the switch is learnt in it.
    costs = {
        name: statistics.median(found[TURNS if name in jobs else 1 :])
        for name, found in spent.items()
    }
    return {name: costs[name] for name in jobs}, {name: costs[name] for name in polls}


def _jobs(port: int, engines: Engines, opened: AsyncExitStack) -> dict[str, Job]:
    target = Target(HOST, port, WAITS)
    community = Community(COMMUNITY)

    def walking(credentials: Credentials) -> Callable[[], Awaitable[object]]:
        client = engines.open_client(target, credentials)
        return lambda: client.walk(COLUMNS)

    def walking_first(credentials: Credentials) -> Callable[[], Awaitable[object]]:
        return lambda: engines.open_client(target, credentials).walk(COLUMNS)

    secured = engines.open_client(target, USER)
    state = SnmpStateProbe(secured, Kind.SERVER, SystemClock())
    asker = Asker(port)
    opened.callback(asker.close)
    user = User(
        USER.user,
        auth_key=Sha1Key((USER.auth_key or "").encode()),
        priv_key=Aes128Key((USER.priv_key or "").encode()),
    )
    return {
        V2C: (walking(community), POLLS),
        FLOOR: (asker.exchange, POLLS),
        V3: (walking(USER), POLLS),
        FLOOR_V3: (asker.exchange, POLLS),
        V2C + FIRST: (walking_first(community), POLLS),
        V3 + FIRST: (walking_first(USER), POLLS),
        GUFO: (_gufo(SnmpSession(HOST, port, community=COMMUNITY, timeout=WAITS[0])), POLLS),
        GUFO_V3: (_gufo(SnmpSession(HOST, port, user=user, timeout=WAITS[0])), POLLS),
        "state of one device, v3": (state.observe, SMALL_POLLS),
    }


def _gufo(session: SnmpSession) -> Callable[[], Awaitable[object]]:
    async def one_column_after_the_other() -> None:
        await session.refresh()
        for column in COLUMNS:
            rows = [item async for item in session.getbulk(column, 25)]
            assert len(rows) == len(ROWS)

    return one_column_after_the_other


async def _cpu(job: Callable[[], Awaitable[object]], times: int) -> float:
    """Return the milliseconds of CPU that one run takes."""
    gc.collect()
    before = time.process_time()
    for _ in range(times):
        await job()
    return (time.process_time() - before) * 1000 / times
