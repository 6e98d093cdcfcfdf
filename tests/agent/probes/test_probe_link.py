from collections.abc import Sequence

import pytest

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.link import LinkProbe
from numlycee_agent.probes.reach import Attempt, Target

BEGAN = 1_800_000_000_000


class Scripted:
    """A target whose attempts are written down; the last one is repeated."""

    def __init__(self, *attempts: Attempt) -> None:
        self._attempts = list(attempts)

    async def attempt(self) -> Attempt:
        return self._attempts.pop(0) if len(self._attempts) > 1 else self._attempts[0]


def answered(rtt: float = 0.010) -> Attempt:
    return Attempt(BEGAN, BEGAN + round(rtt * 1000) + 1, rtt=rtt)


def silent(cause: Cause = Cause.TIMEOUT) -> Attempt:
    return Attempt(BEGAN, BEGAN + 701, cause=cause)


def targets(*attempts: Attempt) -> list[Target]:
    return [Scripted(attempt) for attempt in attempts]


async def observe(clock: Clock, outside: Sequence[Attempt], lan: Sequence[Attempt]) -> Observation:
    return await LinkProbe(targets(*outside), targets(*lan), clock).observe()


async def test_one_answer_from_outside_is_enough(clock: Clock) -> None:
    seen = await observe(clock, [silent(), answered(0.02), silent()], [silent()])
    assert (seen.health, seen.cause) == (Health.OK, None)
    assert seen.gauges == {"rtt_seconds": 0.02, "packet_loss_ratio": 0.0}


async def test_a_good_observation_is_dated_by_its_first_answer(clock: Clock) -> None:
    seen = await observe(clock, [silent(), answered(0.3), answered(0.02)], [answered()])
    assert (seen.began, seen.ended) == (BEGAN, BEGAN + 21)


async def test_silence_outside_while_the_lan_answers_accuses_the_link(clock: Clock) -> None:
    seen = await observe(clock, [silent(), silent()], [silent(), answered()])
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.TIMEOUT)
    assert seen.gauges == {"packet_loss_ratio": 1.0}


async def test_silence_everywhere_accuses_nobody(clock: Clock) -> None:
    seen = await observe(clock, [silent()], [silent(), silent(Cause.LAN)])
    assert (seen.health, seen.cause) == (Health.UNKNOWN, Cause.LAN)


async def test_a_route_that_vanished_while_the_lan_answers_is_the_links_silence(
    clock: Clock,
) -> None:
    seen = await observe(clock, [silent(Cause.LAN)], [answered()])
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.TIMEOUT)


async def test_an_agent_cut_off_at_its_own_end_accuses_nobody(clock: Clock) -> None:
    seen = await observe(clock, [silent(Cause.LAN)], [silent(Cause.LAN)])
    assert (seen.health, seen.cause) == (Health.UNKNOWN, Cause.LAN)


@pytest.mark.parametrize(
    ("outside", "lan"),
    [
        ([silent(Cause.PROBE)], [answered()]),
        ([silent(), silent(Cause.PROBE)], [silent(Cause.PROBE)]),
    ],
)
async def test_an_agent_that_may_not_ask_accuses_nobody(
    clock: Clock, outside: list[Attempt], lan: list[Attempt]
) -> None:
    seen = await observe(clock, outside, lan)
    assert (seen.health, seen.cause) == (Health.UNKNOWN, Cause.PROBE)


async def test_a_cause_that_all_targets_share_is_told(clock: Clock) -> None:
    shared = [silent(Cause.REFUSED), silent(Cause.REFUSED), silent(Cause.PROBE)]
    assert (await observe(clock, shared, [answered()])).cause is Cause.REFUSED
    mixed = [silent(Cause.REFUSED), silent()]
    assert (await observe(clock, mixed, [answered()])).cause is Cause.TIMEOUT


async def test_a_lossy_link_is_degraded(clock: Clock) -> None:
    script = [silent() if turn % 4 == 0 else answered() for turn in range(20)]
    probe = LinkProbe([Scripted(*script)], targets(answered()), clock)
    seen = [await probe.observe() for _ in range(20)]
    assert (seen[-1].health, seen[-1].cause) == (Health.DEGRADED, Cause.LOSS)
    assert seen[-1].gauges["packet_loss_ratio"] == 0.25


async def test_a_slow_link_is_degraded(clock: Clock) -> None:
    probe = LinkProbe(targets(answered(0.4)), targets(answered()), clock)
    seen = [await probe.observe() for _ in range(10)]
    assert [one.health for one in seen] == [Health.OK] * 9 + [Health.DEGRADED]
    assert seen[-1].cause is Cause.LATENCY


@pytest.mark.parametrize(("outside", "lan"), [([], [answered()]), ([answered()], [])])
def test_a_link_needs_both_kinds_of_target(
    clock: Clock, outside: list[Attempt], lan: list[Attempt]
) -> None:
    with pytest.raises(ValueError, match="one target outside and one reference"):
        LinkProbe(targets(*outside), targets(*lan), clock)
