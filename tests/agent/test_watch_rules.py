"""Every rule of the watch by name, with observations made by hand."""

from itertools import pairwise

import pytest

from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee_agent.ports import Observation
from numlycee_agent.watching.account import MOST_SPELLS
from numlycee_agent.watching.watch import Advice, Pace, Watch
from tests.agent.virtual import NOON
from tests.agent.watching import DEGRADED, FAILED, OK, UNKNOWN, at, family, seen, spelt

START = ("unobserved", "start", 0.0, 1.1)
Told = list[tuple[str, str, float, float]]


def watching(*observations: Observation) -> Watch:
    watch = Watch(family(("sw", None)), NOON)
    for observation in (seen(1), *observations):
        watch.note("sw", observation)
    return watch


def told(watch: Watch, name: str = "sw") -> Told:
    return spelt(watch.spells(NOON, watch.settled()), name)


def down(began: float, cause: Cause | None = None) -> list[Observation]:
    """A failure and the two that confirm it, each 0.1 s long, 0.5 s apart."""
    return [seen(began + i / 2, FAILED, cause=cause) for i in range(3)]


def state(watch: Watch, name: str = "sw") -> State:
    return next((p.state for p in watch.live() if p.resource == name), State.UP)


def test_before_the_first_observation_it_is_unobserved_since_the_start() -> None:
    watch = watching()
    assert told(watch) == [START]
    assert watch.settled() == at(1.1)


def test_a_good_observation_resolves_up_to_where_it_began() -> None:
    watch = watching(seen(11, ended=11.5))
    assert watch.settled() == at(11)
    assert told(watch) == [START]


def test_a_first_failure_is_in_doubt_and_not_shown() -> None:
    watch = watching(seen(11))
    advice = watch.note("sw", seen(21, FAILED))
    assert advice == Advice(Pace.CONFIRM, failures=1)
    assert state(watch) is State.UP
    assert watch.settled() == at(11)


def test_a_failure_that_is_not_confirmed_never_happened() -> None:
    watch = watching(seen(11, FAILED), seen(11.5, FAILED), seen(12))
    assert told(watch) == [START]
    assert watch.settled() == at(12)


def test_a_degraded_answer_also_refutes_a_failure() -> None:
    watch = watching(seen(11, FAILED), seen(11.5, DEGRADED, cause=Cause.LOSS), seen(21))
    assert told(watch) == [START, ("degraded", "loss", 11.6, 21.0)]


def test_a_confirmed_failure_is_down_from_the_first_one_after_an_edge() -> None:
    watch = watching(seen(11), *down(21), seen(23, FAILED))
    assert told(watch) == [
        START,
        ("unobserved", "edge", 11.0, 21.1),
        ("down", "other", 21.1, 23.0),
    ]
    assert watch.live()[0].since == at(21.1)


def test_while_down_it_is_observed_quickly() -> None:
    watch = watching(seen(11))
    advice = [watch.note("sw", failure) for failure in down(21)]
    assert [a.pace for a in advice] == [Pace.CONFIRM, Pace.CONFIRM, Pace.QUICK]
    assert [a.failures for a in advice] == [1, 2, 0]


def test_without_confirmations_one_failure_is_believed() -> None:
    watch = Watch(family(("sw", None)), NOON, repeats={"sw": 0})
    watch.note("sw", seen(1))
    watch.note("sw", seen(11, FAILED))
    assert state(watch) is State.DOWN


def test_the_cause_is_the_commonest_of_the_failures_and_the_first_among_equals() -> None:
    causes = [Cause.REFUSED, Cause.TIMEOUT, Cause.TIMEOUT]
    failures = [seen(11 + i / 2, FAILED, cause=c) for i, c in enumerate(causes)]
    assert watching(*failures).live()[0].cause is Cause.TIMEOUT
    causes = [Cause.REFUSED, Cause.TIMEOUT, Cause.DNS]
    failures = [seen(11 + i / 2, FAILED, cause=c) for i, c in enumerate(causes)]
    assert watching(*failures).live()[0].cause is Cause.REFUSED


def test_coming_back_is_an_edge_from_the_last_failure_to_the_first_answer() -> None:
    watch = watching(seen(11), *down(21), seen(24, ended=24.2), seen(31))
    assert told(watch)[2:] == [
        ("down", "other", 21.1, 22.0),
        ("unobserved", "edge", 22.0, 24.2),
    ]
    assert watch.settled() == at(31)
    assert watch.live() == ()


def test_a_failure_right_after_the_return_does_not_overlap_the_edge() -> None:
    watch = watching(*down(11), seen(14, ended=15), *down(16), seen(19))
    assert told(watch) == [
        START,
        ("unobserved", "edge", 1.1, 11.1),
        ("down", "other", 11.1, 12.0),
        ("unobserved", "edge", 12.0, 16.1),
        ("down", "other", 16.1, 17.0),
        ("unobserved", "edge", 17.0, 19.1),
    ]


def test_between_up_and_degraded_the_earlier_state_is_kept_and_there_is_no_edge() -> None:
    watch = watching(
        seen(11, DEGRADED, cause=Cause.LOSS, ended=11.5), seen(21, ended=21.5), seen(31)
    )
    assert told(watch) == [START, ("degraded", "loss", 11.5, 21.5)]


def test_a_change_of_state_is_not_settled_before_the_next_observation() -> None:
    watch = watching(seen(11, DEGRADED, ended=11.5))
    assert watch.settled() == at(11)
    assert state(watch) is State.DEGRADED
    for failure in down(21):
        watch.note("sw", failure)
    assert told(watch)[1:] == [
        ("unobserved", "edge", 11.0, 21.1),
        ("down", "other", 21.1, 22.0),
    ]


def test_another_reason_to_be_degraded_is_another_spell() -> None:
    watch = watching(
        seen(11, DEGRADED, cause=Cause.FAN), seen(21, DEGRADED, cause=Cause.PSU), seen(31)
    )
    assert told(watch)[1:] == [("degraded", "fan", 11.1, 21.1), ("degraded", "psu", 21.1, 31.0)]


def test_degraded_and_down_have_edges_both_ways() -> None:
    degraded = [seen(t, DEGRADED, cause=Cause.FAN) for t in (11, 21)]
    watch = watching(*degraded, *down(31), seen(34, DEGRADED, cause=Cause.FAN), seen(41))
    assert told(watch)[1:] == [
        ("degraded", "fan", 11.1, 21.0),
        ("unobserved", "edge", 21.0, 31.1),
        ("down", "other", 31.1, 32.0),
        ("unobserved", "edge", 32.0, 34.1),
        ("degraded", "fan", 34.1, 41.0),
    ]


def test_an_observation_that_could_not_be_made_is_no_evidence() -> None:
    watch = watching(seen(11), seen(21, UNKNOWN), seen(31), seen(41))
    assert told(watch) == [START, ("unobserved", "probe", 11.0, 31.1)]
    assert watch.settled() == at(41)


def test_the_reason_why_it_could_not_be_made_is_kept() -> None:
    assert watching(seen(11, UNKNOWN, cause=Cause.LAN)).live()[0].cause is Cause.LAN


def test_an_unmade_observation_drops_a_failure_in_doubt_and_what_was_down() -> None:
    watch = watching(seen(11, FAILED), seen(11.5, UNKNOWN), seen(12, FAILED), seen(12.5))
    assert told(watch) == [START, ("unobserved", "probe", 1.1, 12.6)]
    watch = watching(*down(11), seen(13, UNKNOWN), *down(14))
    assert told(watch)[2:] == [
        ("down", "other", 11.1, 12.0),
        ("unobserved", "probe", 12.0, 14.1),
        ("down", "other", 14.1, 15.0),
    ]


def test_a_first_observation_that_fails_is_confirmed_too() -> None:
    watch = Watch(family(("sw", None)), NOON)
    for failure in down(1):
        watch.note("sw", failure)
    assert told(watch) == [START, ("down", "other", 1.1, 2.0)]


def test_silence_beyond_two_periods_is_stale_and_holds_nobody_back() -> None:
    watch = watching(seen(11))
    watch.tick(at(32))
    assert watch.settled() == at(11)
    watch.tick(at(32.2))
    assert watch.settled() == at(32.2)
    watch.note("sw", seen(33))
    watch.note("sw", seen(43))
    assert told(watch) == [START, ("unobserved", "stale", 11.0, 33.1)]


def test_a_gap_in_the_observations_is_stale_even_when_nobody_looked() -> None:
    watch = watching(seen(11), seen(71), seen(81))
    assert told(watch) == [START, ("unobserved", "stale", 11.0, 71.1)]


def test_a_failure_before_a_gap_proves_nothing_after_it() -> None:
    watch = watching(seen(11), seen(21, FAILED), seen(71, FAILED), seen(71.5, FAILED), seen(72))
    assert told(watch) == [START, ("unobserved", "stale", 11.0, 72.1)]


@pytest.mark.parametrize(
    ("date", "edge"),
    [(15, (14.0, 16.0)), (11.5, (11.0, 12.5)), (20.5, (19.5, 21.1)), (8, (11.0, 21.1))],
)
def test_a_date_given_by_the_device_narrows_the_edge_it_lies_in(
    date: float, edge: tuple[float, float]
) -> None:
    failures = [seen(21, FAILED, changed=date), *down(21)[1:]]
    watch = watching(seen(11), *failures)
    cause = "other" if edge == (11.0, 21.1) else "port-down"
    assert told(watch)[1:] == [("unobserved", "edge", *edge), ("down", cause, edge[1], 22.0)]


def test_a_date_given_by_the_device_narrows_the_way_back() -> None:
    watch = watching(*down(11), seen(19, changed=15), seen(29))
    assert told(watch)[2:] == [("down", "other", 11.1, 14.0), ("unobserved", "edge", 14.0, 16.0)]


def test_settled_time_never_goes_back_when_the_clock_slips() -> None:
    watch = watching(seen(11), seen(10.2), seen(10.9, DEGRADED), *down(10.5), seen(10.4))
    assert watch.settled() >= at(11)
    ends = [end for *_, end in told(watch)]
    assert ends == sorted(ends)


def test_settled_is_the_least_of_all_resources() -> None:
    watch = Watch(family(("a", None), ("b", None)), NOON)
    watch.note("a", seen(11))
    assert watch.settled() == NOON
    watch.note("b", seen(5))
    assert watch.settled() == at(5.1)


def test_spells_are_clipped_and_forgotten_once_written() -> None:
    watch = watching(seen(11), *down(21), seen(23, FAILED))
    assert spelt(watch.spells(at(12), at(22)), "sw") == [
        ("unobserved", "edge", 12.0, 21.1),
        ("down", "other", 21.1, 22.0),
    ]
    watch.forget(at(22))
    watch.note("sw", seen(24, FAILED))
    assert spelt(watch.spells(at(22), at(24)), "sw") == [("down", "other", 22.0, 24.0)]


def test_every_change_of_a_live_state_is_announced_once() -> None:
    changes: list[int] = []
    watch = Watch(family(("sw", None)), NOON, on_change=lambda: changes.append(1))
    heard = []
    for observation in (seen(1), seen(11), *down(21), seen(23, FAILED), seen(24), seen(31)):
        watch.note("sw", observation)
        heard.append(len(changes))
    assert heard == [1, 1, 1, 1, 2, 2, 3, 3]


def test_what_memory_cannot_hold_is_declared_unobserved() -> None:
    watch = watching()
    for i in range(MOST_SPELLS):
        for failure in down(10 + 10 * i):
            watch.note("sw", failure)
        watch.note("sw", seen(12 + 10 * i, OK))
    spells = told(watch)
    assert len(spells) <= MOST_SPELLS
    assert spells[0][:3] == ("unobserved", "agent", 0.0)
    assert all(before[3] <= after[2] for before, after in pairwise(spells))
