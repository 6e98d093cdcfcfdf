"""What hangs from a fallen parent is unreachable, not down."""

from numlycee.domain.states import State
from numlycee_agent.ports import Health
from numlycee_agent.watching.watch import Advice, Pace, Watch
from tests.agent.virtual import NOON
from tests.agent.watching import DEGRADED, FAILED, OK, UNKNOWN, at, family, seen, spelt

CORE, EDGE_SWITCH, AP = "core", "edge", "ap"


def watching() -> Watch:
    """A core switch, a switch under it and an access point under that, all seen up at 1 s."""
    watch = Watch(family((CORE, None), (EDGE_SWITCH, CORE), (AP, EDGE_SWITCH)), NOON)
    for name in (CORE, EDGE_SWITCH, AP):
        watch.note(name, seen(1))
    return watch


def state(watch: Watch, name: str) -> State:
    return next((p.state for p in watch.live() if p.resource == name), State.UP)


def told(watch: Watch, name: str) -> list[tuple[str, str, float, float]]:
    return spelt(watch.spells(at(2), at(1000)), name)


def fail(watch: Watch, name: str, *instants: float) -> Advice:
    """Note failures and return the last advice."""
    return [watch.note(name, seen(instant, FAILED)) for instant in instants][-1]


def answer(watch: Watch, name: str, instant: float, health: Health = OK) -> Advice:
    return watch.note(name, seen(instant, health))


def test_a_confirmed_failure_asks_for_its_parent() -> None:
    watch = watching()
    assert fail(watch, EDGE_SWITCH, 11, 11.5).wake == ()
    assert fail(watch, EDGE_SWITCH, 12) == Advice(Pace.QUICK, wake=(CORE,))
    assert state(watch, EDGE_SWITCH) is State.UP


def test_a_parent_that_answers_afterwards_leaves_the_child_down() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, 11, 11.5, 12)
    answer(watch, CORE, 12.2)
    assert told(watch, EDGE_SWITCH) == [
        ("unobserved", "edge", 2.0, 11.1),
        ("down", "other", 11.1, 12.0),
    ]


def test_a_degraded_parent_is_no_excuse() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, 11, 11.5, 12)
    answer(watch, CORE, 12.2, DEGRADED)
    assert state(watch, EDGE_SWITCH) is State.DOWN


def test_a_parent_that_answered_before_the_failure_says_nothing() -> None:
    watch = watching()
    watch.note(EDGE_SWITCH, seen(11, FAILED, ended=11.7))
    answer(watch, CORE, 11.3)
    fail(watch, EDGE_SWITCH, 12, 12.5)
    assert state(watch, EDGE_SWITCH) is State.UP


def test_a_parent_that_answers_during_the_confirmation_is_not_asked_again() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, 11)
    answer(watch, CORE, 11.2)
    assert fail(watch, EDGE_SWITCH, 11.5, 12).wake == ()
    assert state(watch, EDGE_SWITCH) is State.DOWN


def test_behind_a_parent_that_is_down_it_is_unreachable_from_its_own_first_failure() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, 11, 11.5, 12)
    assert fail(watch, CORE, 12.2).failures == 1
    assert state(watch, EDGE_SWITCH) is State.UP
    fail(watch, CORE, 12.7, 13.2)
    assert told(watch, EDGE_SWITCH) == [
        ("unobserved", "edge", 2.0, 11.1),
        ("unreachable", "parent", 11.1, 12.0),
    ]
    assert state(watch, CORE) is State.DOWN


def test_a_parent_in_doubt_is_not_hurried() -> None:
    watch = watching()
    fail(watch, CORE, 11)
    assert fail(watch, EDGE_SWITCH, 11, 11.5, 12).wake == ()


def test_a_parent_known_down_still_needs_its_next_observation() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    assert fail(watch, EDGE_SWITCH, 12.5, 13, 13.5).wake == (CORE,)
    fail(watch, CORE, 13.6)
    assert state(watch, EDGE_SWITCH) is State.UNREACHABLE


def test_an_excuse_does_not_replace_the_confirmation() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12.5)
    fail(watch, CORE, 13)
    answer(watch, EDGE_SWITCH, 13.2)
    assert told(watch, EDGE_SWITCH) == []


def test_one_already_down_stays_down_when_its_parent_falls() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, 11, 11.5, 12)
    answer(watch, CORE, 12.2)
    fail(watch, CORE, 21, 21.5, 22)
    fail(watch, EDGE_SWITCH, 23)
    assert told(watch, EDGE_SWITCH)[-1] == ("down", "other", 11.1, 23.0)
    assert answer(watch, CORE, 24).wake == ()
    assert state(watch, EDGE_SWITCH) is State.DOWN


def test_a_parent_that_nobody_could_observe_is_no_excuse() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, 11, 11.5, 12)
    answer(watch, CORE, 12.2, UNKNOWN)
    assert state(watch, EDGE_SWITCH) is State.DOWN


def test_when_the_parent_answers_again_its_children_are_observed_at_once() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12, 12.5, 13)
    fail(watch, CORE, 14)
    assert fail(watch, EDGE_SWITCH, 22).pace is Pace.CALM
    fail(watch, CORE, 23)
    assert answer(watch, CORE, 24).wake == (EDGE_SWITCH,)
    assert watch.live()[0].cause == "edge"
    answer(watch, EDGE_SWITCH, 24.5)
    assert told(watch, EDGE_SWITCH) == [
        ("unobserved", "edge", 2.0, 12.1),
        ("unreachable", "parent", 12.1, 23.0),
        ("unobserved", "edge", 23.0, 24.6),
    ]


def test_a_child_that_stays_silent_after_the_return_is_down_from_then() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12, 12.5, 13)
    fail(watch, CORE, 14)
    answer(watch, CORE, 15)
    fail(watch, EDGE_SWITCH, 15.2, 15.7, 16.2)
    answer(watch, CORE, 16.5)
    assert told(watch, EDGE_SWITCH)[1:] == [
        ("unreachable", "parent", 12.1, 14.0),
        ("unobserved", "edge", 14.0, 15.3),
        ("down", "other", 15.3, 16.2),
    ]


def test_a_failure_that_began_before_the_return_proves_nothing() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12, 12.5, 13)
    fail(watch, CORE, 14)
    answer(watch, CORE, 15)
    advice = watch.note(EDGE_SWITCH, seen(14.9, FAILED, ended=15.6))
    assert advice.pace is Pace.CALM
    answer(watch, EDGE_SWITCH, 15.7)
    assert state(watch, EDGE_SWITCH) is State.UP


def test_a_child_in_doubt_when_the_parent_returns_is_observed_afresh() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12.5)
    assert answer(watch, CORE, 13).wake == (EDGE_SWITCH,)
    fail(watch, EDGE_SWITCH, 13.2, 13.7, 14.2)
    answer(watch, CORE, 14.5)
    assert told(watch, EDGE_SWITCH) == [
        ("unobserved", "edge", 2.0, 13.3),
        ("down", "other", 13.3, 14.2),
    ]


def test_a_child_in_doubt_when_the_parent_returns_is_unobserved_until_it_answers() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12.5)
    answer(watch, CORE, 13)
    answer(watch, EDGE_SWITCH, 13.2)
    assert told(watch, EDGE_SWITCH) == [("unobserved", "edge", 2.0, 13.3)]


def test_a_confirmed_failure_that_ends_before_the_verdict_was_down() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, 11, 11.5, 12)
    answer(watch, EDGE_SWITCH, 13)
    assert told(watch, EDGE_SWITCH) == [
        ("unobserved", "edge", 2.0, 11.1),
        ("down", "other", 11.1, 12.0),
        ("unobserved", "edge", 12.0, 13.1),
    ]


def test_a_child_that_answers_while_its_parent_is_down_is_up() -> None:
    watch = watching()
    fail(watch, CORE, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12, 12.5, 13)
    fail(watch, CORE, 14)
    answer(watch, EDGE_SWITCH, 22)
    assert told(watch, EDGE_SWITCH)[1:] == [
        ("unreachable", "parent", 12.1, 13.0),
        ("unobserved", "edge", 13.0, 22.1),
    ]
    assert state(watch, EDGE_SWITCH) is State.UP


def test_a_chain_falls_together_and_returns_link_by_link() -> None:
    watch = watching()
    fail(watch, AP, 11, 11.5, 12)
    fail(watch, EDGE_SWITCH, 12.2, 12.7, 13.2)
    assert state(watch, AP) is State.UP
    fail(watch, CORE, 13.3, 13.8, 14.3)
    assert [state(watch, n) for n in (CORE, EDGE_SWITCH, AP)] == [
        State.DOWN,
        State.UNREACHABLE,
        State.UNREACHABLE,
    ]
    assert answer(watch, CORE, 20).wake == (EDGE_SWITCH,)
    assert state(watch, AP) is State.UNREACHABLE
    assert answer(watch, EDGE_SWITCH, 20.2).wake == (AP,)
    answer(watch, AP, 20.4)
    assert watch.live() == ()


def test_a_verdict_that_never_comes_holds_nobody_back() -> None:
    watch = watching()
    fail(watch, EDGE_SWITCH, *range(11, 140))
    answer(watch, AP, 139)
    watch.tick(at(140))
    assert told(watch, EDGE_SWITCH) == [("unobserved", "stale", 2.0, 140.0)]
    answer(watch, CORE, 140.5)
    fail(watch, EDGE_SWITCH, 141, 142)
    assert told(watch, EDGE_SWITCH)[1:] == [("down", "other", 140.0, 142.0)]


def test_a_parent_that_is_not_listed_is_no_parent() -> None:
    watch = Watch(family((AP, "elsewhere")), NOON)
    watch.note(AP, seen(1))
    assert fail(watch, AP, 11, 11.5, 12) == Advice(Pace.QUICK)
    assert state(watch, AP) is State.DOWN
