"""A campaign: real processes are killed at random, and the account is held against the truth."""

import heapq
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from numlycee.domain.durations import DAY
from tests.campaign import judging
from tests.campaign.proxy import DEAF, HALF_OPEN, MUTE, REFUSED, SOUND, slow
from tests.campaign.servers import Database
from tests.campaign.stage import BASE, Lycee, Stage, Victim

PAUSE = 0.18
"""Seconds between two faults, in the mean."""
LONGEST = 0.7
"""Seconds that one lasts at most."""
QUIET = 0.02
"""Share of faults that are followed by peace, for a while."""
PEACE = 2.0
KILLS = 0.8
"""Share of faults that are kills."""
SPOILT = {
    "silent": HALF_OPEN,
    "deaf": DEAF,
    "mute": MUTE,
    "refused": REFUSED,
    "slow": slow(0.1, rate=40_000, piece=7),
}
FASTEST = 150_000
"""Milliseconds by which a clock that is believed may be fast; the centre objects to twice that."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many kills, whose dice, how many lycées, which deliberate bug; seconds for the end."""

    kills: int
    seed: int
    lycees: int = 3
    mutant: str = ""
    patience: float = 90.0


@dataclass
class Tally:
    """What a campaign did."""

    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    drained: float = 0.0
    looks: int = 0
    records: int = 0
    runs: int = 0

    def __str__(self) -> str:
        """Return everything on a few lines."""
        return (
            f"{self.kills.total()} kills in {self.seconds:.0f} s ({_listed(self.kills)}), "
            f"beside {_listed(self.faults)}\n"
            f"{self.records} records in {self.runs} runs, all stored {self.drained:.1f} s after "
            f"the end; the store was looked at {self.looks} times between two lives"
        )


def campaign(
    folder: Path, plan: Plan, url: str, database: Database | None, tell: Callable[[int], None]
) -> Tally:
    """Run one in an empty folder, around the store at an address; fails unless all is as it must.

    `tell` is told of every kill.
    """
    stage = Stage(folder, url, plan.lycees, plan.seed, plan.mutant, database)
    with stage.running():
        storm = Storm(stage, plan, tell)
        storm.rage()
        storm.calm()
    storm.judge()
    return storm.tally


class Storm:
    """Dice that spoil a stage until they have killed often enough."""

    def __init__(self, stage: Stage, plan: Plan, tell: Callable[[int], None]) -> None:
        self.tally = Tally()
        self._stage = stage
        self._plan = plan
        self._tell = tell
        self._dice = Random(plan.seed)
        self._order = count()
        self._amends: list[tuple[float, int, Callable[[], None]]] = []

    def rage(self) -> None:
        """Kill, cut and set clocks wrong, and make amends each time after a moment."""
        began = time.monotonic()
        while (kills := self.tally.kills.total()) < self._plan.kills:
            self._tell(kills)
            quiet = self._dice.random() < QUIET
            self._wait(PEACE if quiet else self._dice.expovariate(1 / PAUSE))
            self._strike()
        self._wait(LONGEST)
        self.tally.seconds = time.monotonic() - began
        self._tell(self._plan.kills)

    def calm(self) -> None:
        """Let the agents end, which they do once everything is confirmed, and then the rest."""
        began = time.monotonic()
        agents = [lycee.agent for lycee in self._stage.lycees]
        for agent in agents:
            agent.stop()
        for agent in agents:
            left = began + self._plan.patience - time.monotonic()
            assert agent.wait(max(0.1, left)), f"{agent.name}: not everything was confirmed"
        self.tally.drained = time.monotonic() - began
        self._stage.collector.stop()
        assert self._stage.collector.wait(self._plan.patience), "the collector does not end"
        self._stage.look()
        self.tally.looks = self._stage.looks

    def judge(self) -> None:
        """Fail unless the store is, to the byte, that of a run without faults."""
        told = [lycee.told for lycee in self._stage.lycees]
        for one in told:
            one.read()
        self.tally.records = sum(len(one.records) for one in told)
        self.tally.runs = len({run for one in told for run, _ in one.records})
        with closing(self._stage.opened()) as store:
            judging.holds_together(store)
            for one in told:
                judging.all_is_stored_once(store, one)
            judging.held_against(store, told, self._stage.sites, BASE)

    def _strike(self) -> None:
        dice = self._dice.random()
        alive = [victim for victim in self._stage.victims if victim.alive]
        if dice < KILLS and alive:
            self._kill(alive)
        elif dice < (1 + KILLS) / 2:
            self._spoil()
        else:
            self._set_clock(self._dice.choice(self._stage.lycees))

    def _kill(self, alive: list[Victim]) -> None:
        kind = self._dice.choice(sorted({victim.kind for victim in alive}))
        victim = self._dice.choice([victim for victim in alive if victim.kind == kind])
        victim.kill()
        self.tally.kills[kind] += 1
        self._later(victim.start)

    def _spoil(self) -> None:
        link, network = self._dice.choice(self._stage.links), self._stage.network
        what = self._dice.choice(["cut", *SPOILT])
        self.tally.faults[what] += 1
        if what in SPOILT:
            network.suffer(link, SPOILT[what])
            self._later(lambda: network.suffer(link, SOUND))
        if what in ("cut", "refused"):
            network.cut(link)

    def _set_clock(self, lycee: Lycee) -> None:
        """Let a clock be set by who is believed, or be wrong for a while where nobody is."""
        self.tally.faults["clock"] += 1
        if lycee.served:
            lycee.wall.set(min(FASTEST, lycee.wall.offset + self._dice.randrange(2_500, 20_000)))
            return
        lycee.wall.set(self._dice.randrange(-400 * DAY, 400 * DAY))
        self._later(lambda: lycee.wall.set(0))

    def _later(self, act: Callable[[], None]) -> None:
        due = time.monotonic() + self._dice.uniform(0.0, LONGEST)
        heapq.heappush(self._amends, (due, next(self._order), act))

    def _wait(self, seconds: float) -> None:
        """Let time pass, and make amends when they are due."""
        until = time.monotonic() + seconds
        while self._amends and self._amends[0][0] <= until:
            due, _, act = heapq.heappop(self._amends)
            time.sleep(max(0.0, due - time.monotonic()))
            act()
        time.sleep(max(0.0, until - time.monotonic()))


def _listed(counter: Counter[str]) -> str:
    return ", ".join(f"{what} {n}" for what, n in sorted(counter.items())) or "nothing else"
