"""Bad networks between agents, a real Mosquitto and a centre: cut, half-open, slow, torn."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.mqtt import BrokerAddress, MqttCentre
from numlycee.clock import SystemClock
from numlycee.domain.durations import DAY
from numlycee.wire.receipts import site_key
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.access import Access
from numlycee_agent.telling.conversation import Identity
from numlycee_agent.telling.mqtt import KEEPALIVE, MqttBroker
from numlycee_agent.telling.publisher import Publisher
from tests.agent.centre import FakePresent
from tests.agent.spooling import fill
from tests.campaign.proxy import HALF_OPEN, REFUSED, SOUND, Faults, Link, Network, slow
from tests.collector.centre import MASTER, OTHER, SITE, TOPICS, Centre, HandClock, Message
from tests.external.servers import HOST, Server

CLOCK = SystemClock()
HASTY = Limits(segment=4 << 10, retention=0)
"""What is confirmed is deleted at once: a receipt that should not be would be seen."""
PATIENCE = 5 * KEEPALIVE
"""Seconds: a ping after one keepalive, its absence after another, and a machine that is busy."""


@dataclass
class Desk:
    """The centre's intake, which notes in which order messages came."""

    centre: Centre
    came: list[str] = field(default_factory=list)

    def handle(self, batch: Sequence[Message]) -> list[Message]:
        self.came += [topic.rpartition("/")[2] for topic, _ in batch]
        return self.centre.ingest.handle(batch)


@dataclass
class Site:
    """One agent's spool and its publisher, on a link of its own."""

    spool: Spool
    link: Link

    async def confirmed(self) -> None:
        """Wait until the centre has confirmed everything."""
        await until(lambda: not self.spool.unconfirmed)


@dataclass
class Wire:
    """A centre and two sites, each behind a link that can be spoilt."""

    network: Network
    desk: Desk
    link: Link
    sites: dict[str, Site]

    def suffers(self, faults: Faults) -> None:
        """Spoil or heal every link at once."""
        for link in (self.link, *(site.link for site in self.sites.values())):
            self.network.suffer(link, faults)

    def stored(self, uai: str) -> int:
        """Return how many records of a site are stored; none may be missing or declared lost."""
        line = self.desk.centre.ingest.ledger(0).sites[uai]
        assert (line.missing, line.declared_lost, line.refused, line.conflict) == (0, 0, 0, 0)
        return line.stored


async def until(true: Callable[[], bool], seconds: float = 90.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as network:
        yield network


@asynccontextmanager
async def wired(mosquitto: Server, network: Network, folder: Path) -> AsyncIterator[Wire]:
    """Let a centre and two agents talk over links of their own."""
    clock = HandClock(CLOCK.now() + 400 * DAY)
    desk, link = Desk(Centre(MemoryStore(clock), clock)), network.link(mosquitto.port)
    serving = MqttCentre(BrokerAddress(HOST, link.port, keepalive=5), desk, CLOCK, TOPICS)
    sites = {
        uai: Site(Spool(folder / uai, CLOCK, HASTY), network.link(mosquitto.port))
        for uai in (SITE, OTHER)
    }
    async with asyncio.TaskGroup() as group:
        tasks: list[asyncio.Task[None]] = [group.create_task(serving.run())]
        for uai, site in sites.items():
            publisher = Publisher(
                MqttBroker(Access(HOST, site.link.port, uai)), site.spool, FakePresent(site.spool),
                Identity(uai, site_key(MASTER, uai)), CLOCK, chance=Random(1),
            )  # fmt: skip
            tasks.append(group.create_task(publisher.run()))
        yield Wire(network, desk, link, sites)
        for task in tasks:
            task.cancel()
    for site in sites.values():
        site.spool.close()


@pytest.mark.timeout(180)
async def test_after_a_cut_the_present_comes_before_the_backlog_and_nothing_is_lost(
    mosquitto: Server, network: Network, tmp_path: Path
) -> None:
    async with wired(mosquitto, network, tmp_path) as wire:
        site, desk = wire.sites[SITE], wire.desk
        fill(site.spool, 3)
        await site.confirmed()
        network.suffer(site.link, REFUSED)
        network.cut(site.link)
        fill(site.spool, 150, "x" * 2_000)
        before = len(desk.came)
        assert site.spool.unconfirmed == 150
        network.suffer(site.link, slow(0.0, rate=200_000))
        await site.confirmed()
        assert wire.stored(SITE) == 153
        came = desk.came[before:]
        last = len(came) - came[::-1].index("bulletin")
        assert "now" in came[:last], "the present waited for the backlog"


async def found_out(network: Network, link: Link) -> None:
    """Wait until who is on a silent link has begun another connection, then heal it."""
    known = link.accepted
    await until(lambda: link.accepted > known)
    network.suffer(link, SOUND)


@pytest.mark.timeout(240)
async def test_half_open_connections_are_found_out_and_nothing_is_deleted(
    mosquitto: Server, network: Network, tmp_path: Path
) -> None:
    """Nobody is told that the line is dead: neither centre nor agents, busy and quiet."""
    async with wired(mosquitto, network, tmp_path) as wire:
        busy, quiet = wire.sites[SITE], wire.sites[OTHER]
        for site in (busy, quiet):
            fill(site.spool, 5)
            await site.confirmed()
        wire.suffers(HALF_OPEN)
        began = CLOCK.monotonic()
        fill(busy.spool, 20)
        async with asyncio.TaskGroup() as group:
            for link in (wire.link, busy.link, quiet.link):
                group.create_task(found_out(network, link))
        assert CLOCK.monotonic() - began < PATIENCE, "found out too late"
        fill(quiet.spool, 1)
        for site in (busy, quiet):
            await site.confirmed()
        assert (wire.stored(SITE), wire.stored(OTHER)) == (25, 6)


@pytest.mark.timeout(180)
async def test_a_slow_line_that_tears_every_packet_only_takes_longer(
    mosquitto: Server, network: Network, tmp_path: Path
) -> None:
    async with wired(mosquitto, network, tmp_path) as wire:
        wire.suffers(slow(0.2, rate=30_000, piece=11))
        site = wire.sites[SITE]
        fill(site.spool, 15, "x" * 1_000)
        await site.confirmed()
        assert wire.stored(SITE) == 15
        assert "now" in wire.desk.came
