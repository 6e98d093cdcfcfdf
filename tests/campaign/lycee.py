"""One lycée's agent in a process of its own: all real, but for the devices and the clock."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Self

from numlycee.wire.receipts import site_key
from numlycee.wire.records import Previous, Record, encode
from numlycee_agent.spool import dates
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.access import Access
from numlycee_agent.telling.conversation import Identity
from numlycee_agent.telling.mqtt import MqttBroker
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.timing.timeline import TimeLine
from numlycee_agent.watching.site import SiteAgent
from tests.campaign.child import asked
from tests.campaign.clocks import FastClock, Machine, Pace, Wall, WallClock
from tests.campaign.mutants import a_spool
from tests.campaign.proxy import HOST
from tests.campaign.world import SECRET, watched

LIMITS = Limits(capacity=64 << 20, reserve=1 << 20, segment=4 << 10, retention=120_000)
"""What is confirmed is deleted after two minutes of the campaign."""
BULLETIN_PERIOD = 1.0


@dataclass(frozen=True, slots=True)
class Post:
    """Where an agent lives: its site, its folder, the port of its broker, its time.

    A `served` machine believes whoever sets its clock, another one notices that it is wrong.
    """

    uai: str
    folder: Path
    port: int
    pace: Pace
    seed: int
    served: bool
    mutant: str = ""

    @property
    def spool(self) -> Path:
        """The folder of its spool."""
        return self.folder / "spool"

    @property
    def dates(self) -> Path:
        """What dates its boot, from its first breath on."""
        return self.spool / dates.FILE

    @property
    def diary(self) -> Path:
        """What it has ever kept, a record a line, each written once it was durable."""
        return self.folder / "diary"

    @property
    def wall(self) -> Path:
        """By how much the wall clock of its machine is wrong."""
        return self.folder / "wall"


class Witnessed:
    """A spool, and a diary of what it was given and has kept: a `Journal` for whoever judges."""

    def __init__(self, spool: Spool, diary: Path) -> None:
        self._spool = spool
        self._diary = diary.open("ab", buffering=0)

    @property
    def run(self) -> str:
        return self._spool.run

    @property
    def began(self) -> int:
        return self._spool.began

    @property
    def previous(self) -> Previous | None:
        return self._spool.previous

    def next_seq(self) -> int:
        return self._spool.next_seq()

    def keep(self, record: Record) -> None:
        self._spool.keep(record)
        self._diary.write(encode(record) + b"\n")

    def close(self) -> None:
        """Close the diary."""
        self._diary.close()

    def renew(self) -> Self:
        """End the run and begin another."""
        self._spool.renew()
        return self


def live(post: Post, end: Path) -> None:
    """Watch, keep and tell until killed; asked to end, only once everything is confirmed."""
    asyncio.run(_live(post, end))


async def _live(post: Post, end: Path) -> None:
    clock = WallClock(post.pace, Wall(post.wall))
    machine = Machine(clock.wall, "c" * 16, served=post.served)
    known = dates.load(post.dates)
    line = TimeLine(clock, machine, known.anchor(machine.boot), known.latest)
    with a_spool(post.mutant)(post.spool, line, LIMITS, line=line) as spool:
        journal = Witnessed(spool, post.diary)
        site = SiteAgent(
            list(watched(post.seed, post.uai, line, FastClock(post.pace))),
            journal,
            line,
            bulletin_period=BULLETIN_PERIOD,
            renew=journal.renew,
            check=line.check,
        )
        identity = Identity(post.uai, site_key(SECRET.encode(), post.uai))
        broker = MqttBroker(Access(HOST, post.port, post.uai))
        publisher = Publisher(broker, spool, site, identity, line, chance=SystemRandom())
        async with asyncio.TaskGroup() as group:
            watching, telling = (group.create_task(w) for w in (site.run(), publisher.run()))
            await asked(end)
            watching.cancel()
            await asyncio.wait([watching])
            while spool.unconfirmed:
                await clock.sleep(1)
            telling.cancel()
