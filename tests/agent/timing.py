"""What tests of the agent's time share: signs that one sets, and a machine with its spool."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.wire.records import Bulletin
from numlycee_agent.ports import Health, Observation, Watched
from numlycee_agent.spool import dates
from numlycee_agent.spool.disk import Disk
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.timing.timeline import TimeLine
from numlycee_agent.watching.site import SiteAgent
from tests.agent.centre import IDENTITY, Centre, FakeBroker
from tests.agent.spooling import HastyDisk
from tests.agent.virtual import NOON, VirtualClock, running
from tests.agent.watching import Truth, resource


@dataclass
class FakeSigns:
    """Signs as one sets them."""

    boot: str = "b" * 16
    ntp: bool = False
    rtc: bool = False
    asked: int = 0

    def synchronised(self, since: int = 0) -> bool:
        assert since >= 0
        self.asked += 1
        return self.ntp

    def kept(self) -> bool:
        return self.rtc


class LooseProbe:
    """A probe that sees what is true now, and dates it by a line that may be wrong."""

    def __init__(self, machine: "Machine", truth: Truth) -> None:
        self._machine, self._truth = machine, truth

    async def observe(self) -> Observation:
        line, began = self._machine.line, self._machine.line.now()
        await line.sleep(0.01)
        works = self._truth.works(self._machine.true())
        await line.sleep(0.01)
        health, cause = (Health.OK, None) if works else (Health.FAILED, Cause.TIMEOUT)
        return Observation(began, line.now(), health, cause)


@dataclass
class Machine:
    """A small computer whose wall clock may be `wrong` by some seconds; the centre's is right.

    It boots, runs an agent, and is switched off; true time is that of its virtual clock's origin.
    """

    directory: Path
    wrong: float = 0.0
    signs: FakeSigns = field(default_factory=FakeSigns)
    truth: Truth = field(default_factory=Truth)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(round(NOON + self.wrong * 1000))
        self.centre = Centre(time=self.true)
        self.broker = FakeBroker(self.centre)

    def true(self) -> int:
        return NOON + round(self.clock.monotonic() * 1000)

    def set_clock(self, seconds: float) -> None:
        """Make the wall clock wrong by so many seconds."""
        self.clock.step((self.true() - self.clock.now()) / 1000 + seconds)

    def reboot(self, boot: str, seconds: float = 0.0) -> None:
        self.signs = FakeSigns(boot)
        self.set_clock(seconds)

    def open(self, disk: Disk | None = None) -> Spool:
        known = dates.load(self.directory / dates.FILE)
        anchor = known.anchor(self.signs.boot)
        self.line = TimeLine(self.clock, self.signs, anchor, known.latest)
        return Spool(self.directory, self.line, self.limits, disk or HastyDisk(), line=self.line)

    async def live(self, seconds: float) -> None:
        """Run the agent for so long, and three seconds more for its last word."""
        with self.open() as spool:
            sites = [Watched(resource("sw", period=5), LooseProbe(self, self.truth))]
            site = SiteAgent(sites, spool, self.line, renew=spool.renew, check=self.line.check)
            publisher = Publisher(self.broker, spool, site, IDENTITY, self.line, chance=Random(1))
            async with running(publisher.run()):
                async with running(site.run()):
                    await self.clock.advance(seconds)
                await self.clock.advance(3)

    @property
    def bulletins(self) -> list[Bulletin]:
        """The bulletins at the centre, by their dates."""
        stored = self.centre.stored.values()
        return sorted((r for r in stored if isinstance(r, Bulletin)), key=lambda r: r.start)

    def down(self) -> list[tuple[float, float]]:
        """When the switch was said to be down, in true seconds."""
        spells = [s for b in self.bulletins for s in b.spells if s.state is State.DOWN]
        return [((s.start - NOON) / 1000, (s.end - NOON) / 1000) for s in spells]
