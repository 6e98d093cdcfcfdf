from itertools import pairwise

from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health, Observation, Watched
from numlycee_agent.watching.rounds import TICK, Rounds
from numlycee_agent.watching.watch import Advice
from tests.agent.virtual import VirtualClock, running


class Answering:
    """A probe that answers at once, and notes when."""

    def __init__(self, clock: VirtualClock, seen: list[float]) -> None:
        self._clock = clock
        self._seen = seen

    async def observe(self) -> Observation:
        self._seen.append(self._clock.monotonic())
        return Observation(self._clock.now(), self._clock.now() + 1, Health.OK)


async def test_what_shares_a_tick_shares_a_wake_up_and_keeps_its_period() -> None:
    clock = VirtualClock()
    seen: list[list[float]] = [[] for _ in range(200)]
    watched = [
        Watched(Resource(f"r{n}", Kind.SWITCH, f"R{n}", None, 2000, 2700), Answering(clock, one))
        for n, one in enumerate(seen)
    ]
    rounds = Rounds(watched, clock, lambda _name, _observation: Advice(), "salt")
    async with running(rounds.run()):
        await clock.advance(20)
    instants = {round(at, 6) for one in seen for at in one}
    assert len(instants) <= 20 / TICK + 1
    assert all(9 <= len(one) <= 11 for one in seen)
    for one in seen:
        later = one[1:]
        assert all(abs(b - a - 2) < 1e-6 for a, b in pairwise(later))
