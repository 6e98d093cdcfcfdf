"""An agent's lives on a disk of two mebibytes, told as JSON; run in a namespace of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from numlycee.wire.records import Bulletin
from numlycee_agent.ports import Watched
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.watching.site import SiteAgent
from tests.agent.centre import IDENTITY, Centre, FakeBroker
from tests.agent.virtual import VirtualClock, running
from tests.agent.watching import TrueProbe, Truth, resource

LIMITS = Limits(capacity=8 << 20, reserve=1 << 20, segment=32 << 10)


class Cellar:
    """A site whose records lie on a small disk; the centre hears it or not."""

    def __init__(self, disk: Path) -> None:
        self.disk = disk
        self.clock = VirtualClock()
        self.centre = Centre()
        self.broker = FakeBroker(self.centre)
        self.told: dict[str, object] = {}

    async def live(self, endure: Callable[[], Awaitable[None]]) -> None:
        with Spool(self.disk / "spool", self.clock, LIMITS) as spool:
            self.spool = spool
            watched = [Watched(resource("sw"), TrueProbe(self.clock, [Truth()]))]
            site = SiteAgent(watched, spool, self.clock)
            publisher = Publisher(self.broker, spool, site, IDENTITY, self.clock, chance=Random(1))
            async with running(publisher.run()):
                async with running(site.run()):
                    await endure()
                await self.clock.advance(5)

    async def be_full(self) -> None:
        await self.clock.advance(600)
        self._note("before")
        ballast = self.disk / "ballast"
        fill(ballast)
        await self.clock.advance(1800)
        self._note("full")
        ballast.unlink()
        await self.clock.advance(300)
        self._note("freed")

    async def be_read_only(self) -> None:
        await self.clock.advance(1800)
        self._note("read-only")
        remount(self.disk, "rw")
        await self.clock.advance(300)
        self._note("again")

    def _note(self, when: str) -> None:
        self.told[when] = {"kept": self.spool.next_seq() - 1, "nows": len(self.centre.nows)}


def fill(path: Path) -> None:
    """Take every byte that is left."""
    with path.open("wb", buffering=0) as file:
        while True:
            try:
                file.write(bytes(512))
            except OSError:
                return


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def main(disk: Path) -> dict[str, object]:
    """Fill the disk under an agent, then start it on a disk that is read-only for a while."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(disk)], check=True)
    cellar = Cellar(disk)
    asyncio.run(cellar.live(cellar.be_full))
    remount(disk, "ro")
    asyncio.run(cellar.live(cellar.be_read_only))
    stored = cellar.centre.stored.values()
    cellar.told["bulletins"] = sorted(
        (record.key.began, record.start, record.end)
        for record in stored
        if isinstance(record, Bulletin)
    )
    return cellar.told


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout)
