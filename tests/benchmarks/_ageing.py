"""The process whose growth is measured: hours of a large lycée on an accelerated clock."""

import asyncio
import gc
import json
import re
import sys
import tempfile
from pathlib import Path
from random import Random

from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.wire.receipts import Mark
from numlycee_agent.ports import Health, Observation, Watched
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.watching.site import SiteAgent
from tests.agent.centre import IDENTITY, Centre, FakeBroker
from tests.agent.virtual import VirtualClock, running
from tests.benchmarks._lycee import devices

PERIOD, STRETCH = 60.0, 7200.0
FALLS_EVERY = 499
SMALL = Limits(capacity=4 << 20, reserve=64 << 10, segment=64 << 10, retention=3_600_000)


class Forgetful(Centre):
    """A centre that confirms, and keeps what it must to know how far a run has come."""

    def _mark(self, run: str) -> Mark:
        most = max((seq for of, seq in self.stored if of == run), default=0)
        self.stored.clear()
        self.nows.clear()
        self.batches.clear()
        self._upto = max(most, getattr(self, "_upto", 0))
        return Mark(self._upto)


class Simulated:
    """A resource that answers, and falls now and then."""

    def __init__(self, clock: VirtualClock, place: int) -> None:
        self._clock = clock
        self._count = place

    async def observe(self) -> Observation:
        """Answer at once."""
        now = self._clock.now()
        self._count += 1
        health = Health.FAILED if self._count % FALLS_EVERY < 4 else Health.OK
        return Observation(now, now + 1, health, None, {"rtt_seconds": 0.01})


async def live(stretches: int, folder: Path) -> None:
    """Print the resident bytes and the number of tasks at the end of each two hours."""
    clock = VirtualClock()
    watched = [
        Watched(
            Resource(one.id, Kind(one.kind), one.id, one.parent, int(PERIOD * 1000), 2700),
            Simulated(clock, place),
        )
        for place, one in enumerate(devices())
    ]
    with Spool(folder, clock, SMALL) as spool:
        site = SiteAgent(watched, spool, clock)
        publisher = Publisher(
            FakeBroker(Forgetful()), spool, site, IDENTITY, clock, chance=Random(0)
        )
        async with running(site.run()), running(publisher.run()):
            for _ in range(stretches):
                await clock.advance(STRETCH)
                gc.collect()
                print(json.dumps([resident(), len(asyncio.all_tasks())]), flush=True)


def resident() -> int:
    """Return the bytes that this process holds."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) * 1024


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(live(int(sys.argv[1]), Path(place)))
