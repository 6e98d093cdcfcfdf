from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement, product

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
    assert seen.gauges == {
        "rtt_seconds": 0.02, "packet_loss_ratio": 0.0, "target_1_packet_loss_ratio": 1.0,
        "target_2_packet_loss_ratio": 0.0, "target_2_rtt_seconds": 0.02,
        "target_3_packet_loss_ratio": 1.0,
    }  # fmt: skip


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


class SaidLines:
    """Lines of which it is written down what is said."""

    def __init__(self, complaint: Cause | None) -> None:
        self._complaint = complaint

    def complaint(self) -> Cause | None:
        return self._complaint

    def gauges(self) -> Mapping[str, float]:
        return {"main_line_up": 0.0}


async def test_the_lines_of_a_link_that_works_may_degrade_it(clock: Clock) -> None:
    lines = SaidLines(Cause.BACKUP_LINE)
    probe = LinkProbe(targets(answered(0.4)), targets(answered()), clock, lines=lines)
    seen = [await probe.observe() for _ in range(10)][-1]
    assert (seen.health, seen.cause) == (Health.DEGRADED, Cause.BACKUP_LINE)
    assert seen.gauges["main_line_up"] == 0


@pytest.mark.parametrize("lan", [answered(), silent()])
async def test_lines_accuse_no_link_that_is_silent(clock: Clock, lan: Attempt) -> None:
    lines = SaidLines(Cause.BACKUP_LINE)
    seen = await LinkProbe(targets(silent()), targets(lan), clock, lines=lines).observe()
    assert seen.cause in {Cause.TIMEOUT, Cause.LAN}
    assert seen.gauges["main_line_up"] == 0


OUTCOMES = (
    answered(),
    *map(silent, (Cause.TIMEOUT, Cause.REFUSED, Cause.CONNECT, Cause.DNS, Cause.LAN, Cause.PROBE)),
)


def verdict(outside: Sequence[Attempt], lan: Sequence[Attempt]) -> tuple[Health, Cause | None]:
    """What the design says: « down: none of the outside targets answers while the LAN does »,
    « unobserved: nobody could tell, or a probe the agent could not make »."""
    lan_answers = any(one.answered for one in lan)
    asked = [one for one in outside if one.cause is not Cause.PROBE]
    told = [one for one in asked if one.cause is not Cause.DNS]
    if any(one.answered for one in outside):
        return Health.OK, None
    if asked and not lan_answers and any(one.cause is not Cause.PROBE for one in lan):
        return Health.UNKNOWN, Cause.LAN
    if not asked or not lan_answers:
        return Health.UNKNOWN, Cause.PROBE
    if not told:
        return Health.UNKNOWN, Cause.DNS
    causes = {one.cause for one in asked if one.cause is not Cause.LAN}
    return Health.FAILED, causes.pop() if len(causes) == 1 else Cause.TIMEOUT


def some(most: int) -> list[tuple[Attempt, ...]]:
    """Every choice of one to `most` outcomes, in every order that matters to nobody."""
    sizes = range(1, most + 1)
    return [row for size in sizes for row in combinations_with_replacement(OUTCOMES, size)]


async def test_lan_trouble_is_told_from_wan_trouble_in_every_combination(clock: Clock) -> None:
    told: Counter[Health] = Counter()
    for outside, lan in product(some(3), some(2)):
        for first, second in ((outside, lan), (outside[::-1], lan[::-1])):
            seen = await observe(clock, first, second)
            assert (seen.health, seen.cause) == verdict(outside, lan), (first, second)
        told[seen.health] += 1
    assert told.total() == 119 * 35
    assert min(told[Health.OK], told[Health.FAILED], told[Health.UNKNOWN]) > 300


async def test_a_resolver_that_is_away_accuses_no_link(clock: Clock) -> None:
    seen = await observe(clock, [silent(Cause.DNS), silent(Cause.PROBE)], [answered()])
    assert (seen.health, seen.cause) == (Health.UNKNOWN, Cause.DNS)


@pytest.mark.parametrize(("outside", "lan"), [([], [answered()]), ([answered()], [])])
def test_a_link_needs_both_kinds_of_target(
    clock: Clock, outside: list[Attempt], lan: list[Attempt]
) -> None:
    with pytest.raises(ValueError, match="one target outside and one reference"):
        LinkProbe(targets(*outside), targets(*lan), clock)
