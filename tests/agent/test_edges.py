"""How well the edges of outages are known: thousands of them, at the default cadence.

`pytest -s tests/agent/test_edges.py` prints the figures. Time is virtual; probes, rounds, watch and
bulletins are the real ones, over a network that is simulated packet by packet.
"""

import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from statistics import fmean

import pytest

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee_agent.build import CONFIRMATIONS, GLANCE, REACH_TIMEOUT, SNMP_TIMEOUTS
from numlycee_agent.config import Periods
from numlycee_agent.ports import Watched
from numlycee_agent.probes.link import LinkProbe
from numlycee_agent.probes.paced import PacedEquipment
from numlycee_agent.probes.reach import Attempt, ReachProbe, Stopwatch
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.client import DeviceClient
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import Oid, SnmpTimeout, VarBind
from numlycee_agent.watching.site import SiteAgent
from tests.agent.snmp.pretend import PretendDevice
from tests.agent.virtual import NOON, VirtualClock, running
from tests.agent.watching import FakeJournal
from tests.proof import examples

pytestmark = pytest.mark.slow

PERIODS = Periods()
ROUND_TRIP = 0.04
"""Seconds that a packet takes there and back, at most."""


class Fate:
    """When a thing stops working and works again, by turns; it works at first."""

    def __init__(self, seed: int, outages: int) -> None:
        dice = Random(seed)
        lengths = [dice.randint(8_000, 16_000) for _ in range(2 * outages)]
        self.changes = list(accumulate(lengths, initial=NOON + 10_000))[:-1]

    def works(self, instant: int) -> bool:
        return bisect_right(self.changes, instant) % 2 == 0


class Network:
    """Packets that take their time to a thing, and are answered if it works when they are there."""

    def __init__(self, clock: VirtualClock, fate: Fate | None, seed: int) -> None:
        self._clock = clock
        self._fate = fate
        self._dice = Random(seed)

    async def answers(self, wait: float) -> bool:
        there, back = (self._dice.uniform(0, ROUND_TRIP / 2) for _ in range(2))
        await self._clock.sleep(there)
        works = self._fate is None or self._fate.works(self._clock.now())
        await self._clock.sleep(back if works else wait - there)
        return works


class Echo:
    """A target asked over such a network."""

    def __init__(
        self, network: Network, clock: VirtualClock, patience: float = REACH_TIMEOUT
    ) -> None:
        self._network, self._clock, self._patience = network, clock, patience

    async def attempt(self) -> Attempt:
        watch = Stopwatch(self._clock)
        answered = await self._network.answers(self._patience)
        return watch.answer(watch.elapsed()) if answered else watch.fault(Cause.TIMEOUT)


class Remote(PretendDevice):
    """A device asked over such a network, with the time-outs of the agent; it never restarts."""

    def __init__(self, network: Network, clock: VirtualClock) -> None:
        super().__init__({})
        self._network, self._clock = network, clock

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        for wait in SNMP_TIMEOUTS:
            if await self._network.answers(wait):
                self.values[SYS_UPTIME] = self._clock.now() // 10 % 2**32
                return await super().get(oids)
        raise SnmpTimeout("nobody")


@dataclass(frozen=True, slots=True)
class Edge:
    """A published edge in seconds: half its width, and how far from its middle the truth lies."""

    half: float
    off: float


def edges(journal: FakeJournal, name: str, fate: Fate) -> tuple[list[Edge], list[Edge]]:
    """The edges before and after each published outage, one for each true one, in order."""
    told = sorted((s.start, s.end, s.state) for s in journal.spells if s.resource == name)
    joined: list[tuple[int, int, State]] = []
    for start, end, state in told:
        if joined and joined[-1][1:] == (start, state):
            joined[-1] = (joined[-1][0], end, state)
        else:
            joined.append((start, end, state))
    downs = [i for i, spell in enumerate(joined) if spell[2] is State.DOWN]
    assert len(downs) == len(fate.changes) // 2, "each outage is seen once, and nothing else is"
    spans = [(joined[i - 1], joined[i + 1]) for i in downs]
    truths = zip(fate.changes[::2], fate.changes[1::2], strict=True)
    found = [
        (_edge(before, fell), _edge(after, rose))
        for (before, after), (fell, rose) in zip(spans, truths, strict=True)
    ]
    return [fall for fall, _ in found], [rise for _, rise in found]


def _edge(span: tuple[int, int, State], truth: int) -> Edge:
    start, end, state = span
    assert state is State.UNOBSERVED
    assert start <= truth <= end, "the published edge contains the truth"
    return Edge((end - start) / 2000, abs(truth - (start + end) / 2) / 1000)


def link(clock: VirtualClock, fate: Fate) -> Watched:
    outside = [Echo(Network(clock, fate, seed), clock) for seed in (1, 2)]
    probe = LinkProbe(outside, [Echo(Network(clock, None, 3), clock)], clock)
    resource = Resource("link", Kind.LINK, "Liaison", period=round(PERIODS.link * 1000))
    return Watched(resource, probe, CONFIRMATIONS)


def core(clock: VirtualClock, fate: Fate) -> Watched:
    client = DeviceClient(Remote(Network(clock, fate, 4), clock))
    snmp = SnmpStateProbe(client, Kind.ROUTER, clock)
    network = Network(clock, fate, 5)
    ping, glance = (ReachProbe(Echo(network, clock, wait)) for wait in (REACH_TIMEOUT, GLANCE))
    probe = PacedEquipment(snmp, ping, clock, PERIODS.snmp, glance)
    resource = Resource("coeur", Kind.ROUTER, "Cœur", period=round(PERIODS.core * 1000))
    return Watched(resource, probe, CONFIRMATIONS, hurry=probe.hurry)


async def test_the_edges_of_an_outage_are_known_to_one_period() -> None:
    clock, journal, outages = VirtualClock(), FakeJournal(), examples(1000)
    fates = {"link": Fate(6, outages), "coeur": Fate(7, outages)}
    watched = [link(clock, fates["link"]), core(clock, fates["coeur"])]
    site = SiteAgent(watched, journal, clock, bulletin_period=900)
    async with running(site.run()):
        last = max(fate.changes[-1] for fate in fates.values())
        await clock.advance((last - NOON) / 1000 + 60)
    told = [f"\n{outages} outages each; half a published edge, truth from its middle, in seconds\n"]
    for name, period in (("link", PERIODS.link), ("coeur", PERIODS.core)):
        for way, found in zip(("fall", "rise"), edges(journal, name, fates[name]), strict=True):
            half, off = [edge.half for edge in found], [edge.off for edge in found]
            told.append(
                f"{name:>6} {way}: half mean {fmean(half):.2f} worst {max(half):.2f},"
                f" truth mean {fmean(off):.2f} worst {max(off):.2f}\n"
            )
            assert max(half) <= period, f"{name} {way}"
    sys.stdout.writelines(told)
