"""When probes are asked: spread, repeated, hurried, one at a time, in nobody's way."""

from itertools import pairwise

import pytest

from numlycee_agent.ports import Observation, Watched
from numlycee_agent.watching.rounds import Rounds, spread
from numlycee_agent.watching.watch import Advice, Pace
from tests.agent.virtual import VirtualClock, running
from tests.agent.watching import OK, UNKNOWN, resource


class Script:
    """A probe that takes as long as it is told, and notes when it was asked."""

    def __init__(self, clock: VirtualClock, lasts: float = 0.1) -> None:
        self.clock, self.lasts = clock, lasts
        self.asked: list[float] = []
        self.broken = False
        self.busy = 0

    async def observe(self) -> Observation:
        self.asked.append(self.clock.monotonic())
        self.busy += 1
        assert self.busy == 1, "asked twice at once"
        began = self.clock.now()
        await self.clock.sleep(self.lasts)
        self.busy -= 1
        if self.broken:
            raise RuntimeError("a mistake of the probe")
        return Observation(began, self.clock.now(), OK)


class Notes:
    """Takes observations down and gives the advice prepared for each."""

    def __init__(self, **advice: list[Advice]) -> None:
        self.advice = advice
        self.heard: list[tuple[str, Observation]] = []

    def __call__(self, name: str, observation: Observation) -> Advice:
        self.heard.append((name, observation))
        prepared = self.advice.get(name)
        return prepared.pop(0) if prepared else Advice()


def gaps(instants: list[float]) -> list[float]:
    return [round(b - a, 3) for a, b in pairwise(instants)]


class Stage:
    """Rounds over some scripted probes, in virtual time."""

    def __init__(self, notes: Notes, lasts: float = 0.1, **probes: Script | None) -> None:
        self.clock = VirtualClock()
        self.probes = {name: Script(self.clock, lasts) for name in probes}
        watched = [
            Watched(resource(name), probe, down_period=2.0) for name, probe in self.probes.items()
        ]
        self.rounds = Rounds(watched, self.clock, notes, "a run")

    async def play(self, seconds: float) -> None:
        async with running(self.rounds.run()):
            await self.clock.advance(seconds)


async def test_everything_is_observed_soon_then_once_a_period_spread_out() -> None:
    stage = Stage(Notes(), a=None, b=None, c=None, d=None, e=None)
    await stage.play(100)
    probes = stage.probes.values()
    assert all(probe.asked[0] < 2 for probe in probes)
    assert all(set(gaps(probe.asked[1:])) == {10.0} for probe in probes)
    assert set(gaps(sorted(probe.asked[1] % 10 for probe in probes))) == {2.0}
    assert stage.rounds.overruns == 0


def test_the_runs_of_one_process_do_not_march_in_step() -> None:
    assert len({round(spread(f"run {i}"), 3) for i in range(200)}) > 150
    assert all(0 <= spread(f"run {i}") < 1 for i in range(200))


@pytest.mark.parametrize(("lasts", "expected"), [(0.2, [0.7, 0.5]), (3, [3.5, 3.0])])
async def test_repeats_are_counted_from_the_first_failure_and_never_overlap(
    lasts: float, expected: list[float]
) -> None:
    advice = [Advice(Pace.CONFIRM, 1), Advice(Pace.CONFIRM, 2), Advice()]
    stage = Stage(Notes(a=advice), lasts, a=None)
    await stage.play(15)
    assert gaps(stage.probes["a"].asked)[:2] == expected


async def test_what_is_down_is_observed_every_down_period() -> None:
    stage = Stage(Notes(a=[Advice(Pace.QUICK)] * 5), a=None)
    await stage.play(14)
    assert gaps(stage.probes["a"].asked)[:5] == [2.1] * 5


async def test_a_wake_observes_at_once() -> None:
    stage = Stage(Notes(), a=None, b=None)
    async with running(stage.rounds.run()):
        await stage.clock.advance(3)
        stage.rounds.wake("a")
        stage.rounds.wake("unheard of")
        await stage.clock.advance(0.2)
    assert stage.probes["a"].asked[-1] == 3
    assert stage.probes["b"].asked[-1] < 3


async def test_advice_wakes_others() -> None:
    notes = Notes(child=[Advice(wake=("parent",))])
    stage = Stage(notes, parent=None, child=None)
    await stage.play(2)
    child, parent = stage.probes["child"], stage.probes["parent"]
    assert parent.asked[1] == pytest.approx(child.asked[0] + 0.1)


async def test_a_wake_during_an_observation_asks_for_another_one() -> None:
    stage = Stage(Notes(), 1, a=None)
    async with running(stage.rounds.run()):
        await stage.clock.advance_until(lambda: bool(stage.probes["a"].busy))
        stage.rounds.wake("a")
        await stage.clock.advance(1.5)
    assert gaps(stage.probes["a"].asked) == [1.0]


async def test_a_wake_does_not_hurry_a_confirmation() -> None:
    stage = Stage(Notes(a=[Advice(Pace.CONFIRM, 1)]), a=None)
    async with running(stage.rounds.run()):
        await stage.clock.advance_until(lambda: bool(stage.probes["a"].busy))
        stage.rounds.wake("a")
        await stage.clock.advance(0.65)
    assert gaps(stage.probes["a"].asked) == [0.6]


async def test_a_wake_does_not_bring_an_awaited_confirmation_forward() -> None:
    stage = Stage(Notes(a=[Advice(Pace.CONFIRM, 1)]), a=None)
    async with running(stage.rounds.run()):
        await stage.clock.advance_until(lambda: len(stage.probes["a"].asked) == 1)
        await stage.clock.advance(0.2)
        stage.rounds.wake("a")
        stage.rounds.hint("a")
        await stage.clock.advance(0.45)
    assert gaps(stage.probes["a"].asked) == [0.6]


async def test_a_slow_device_delays_nobody_and_its_overruns_are_counted() -> None:
    stage = Stage(Notes(), slow=None, fast=None)
    stage.probes["slow"].lasts = 25
    await stage.play(100)
    assert len(stage.probes["fast"].asked) >= 10
    assert set(gaps(stage.probes["slow"].asked[1:])) == {30.0}
    assert stage.rounds.overruns == pytest.approx(2 * len(stage.probes["slow"].asked), abs=2)


async def test_a_faulty_probe_is_no_evidence_told_once_and_blinds_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    notes = Notes()
    stage = Stage(notes, faulty=None, sound=None)
    stage.probes["faulty"].broken = True
    await stage.play(60)
    health = {name: observation.health for name, observation in notes.heard}
    assert health == {"faulty": UNKNOWN, "sound": OK}
    assert len(caplog.records) == 1
    assert len(stage.probes["sound"].asked) >= 6
