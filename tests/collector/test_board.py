"""The live board: what agents say of now, silence, and what a restart rebuilds."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from numlycee.adapters.memory import MemoryStore
from numlycee.collector.board import Board
from numlycee.collector.live import SILENT_AFTER
from numlycee.collector.model import LiveSite
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.messages import Now, Presence, Present, encode_now, encode_presence
from numlycee.wire.records import inventory_of
from tests.collector.centre import (
    FLEET,
    INVENTORY,
    OTHER,
    SITE,
    T0,
    TOPICS,
    Agent,
    Centre,
    HandClock,
)

RUN = "00000000000000aa"
NEW = inventory_of([*INVENTORY, Resource("ent", Kind.SERVICE, "ENT")])


@pytest.fixture
def board(clock: HandClock) -> Board:
    return Board(FLEET, clock)


def now(
    at: int,
    *troubles: Present,
    run: str = RUN,
    began: int = T0,
    inventory: Inventory = INVENTORY,
    gauges: Mapping[str, Mapping[str, float]] | None = None,
) -> Now:
    return Now(run, began, 7, at, inventory.digest, troubles, gauges or {})


def cut(since: int, state: State = State.DOWN) -> Present:
    return Present("link", state, Cause.TIMEOUT, since)


def live(board: Board, at: int, uai: str = SITE) -> LiveSite:
    return board.snapshot(at).sites[uai]


def states(site: LiveSite) -> dict[str, tuple[State, int]]:
    return {r.resource.id: (r.state, r.since) for r in site.resources}


def test_a_site_never_heard_of_is_silent_and_blank(board: Board) -> None:
    site = live(board, T0 + 1)
    assert (site.silent, site.last_seen, site.run, site.version) == (True, None, None, None)
    assert site.resources == ()


def test_a_stored_inventory_is_unobserved_until_heard(board: Board) -> None:
    board.restore([(SITE, NEW), (SITE, INVENTORY), ("0440021J", INVENTORY)])
    assert states(live(board, T0 + 5)) == {
        "link": (State.UNOBSERVED, T0), "sw-coeur": (State.UNOBSERVED, T0),
        "ap-b12": (State.UNOBSERVED, T0),
    }  # fmt: skip
    board.show(SITE, now(T0 + 9, inventory=NEW))
    assert states(live(board, T0 + 9))["ent"] == (State.UP, T0 + 9)


def test_the_present_is_told_by_exception(board: Board, clock: HandClock) -> None:
    board.learn(SITE, INVENTORY)
    clock.at = T0 + 40
    present = now(T0 + 10, cut(T0 + 3), gauges={"link": {"rtt_seconds": 0.2}})
    board.show(SITE, replace(present, vitals={"spool_bytes": 9.0}))
    site = live(board, T0 + 41)
    assert (site.silent, site.last_seen, site.run, site.head) == (False, T0 + 40, RUN, 7)
    assert site.clock_offset == -30
    assert site.vitals == {"spool_bytes": 9.0}
    assert live(board, T0 + 60_000).vitals == {}
    link, *others = sorted(site.resources, key=lambda r: r.resource.id != "link")
    assert (link.state, link.cause, link.since) == (State.DOWN, Cause.TIMEOUT, T0 + 3)
    assert link.gauges == {"rtt_seconds": 0.2}
    assert {(r.state, r.cause, r.since) for r in others} == {(State.UP, None, T0 + 10)}


def test_a_state_that_lasts_keeps_its_beginning(board: Board) -> None:
    board.learn(SITE, INVENTORY)
    for at, trouble in [(10, []), (20, [cut(T0 + 15)]), (30, [cut(T0 + 25)]), (40, [])]:
        board.show(SITE, now(T0 + at, *trouble))
        expected = (State.DOWN, T0 + 15) if trouble else (State.UP, T0 + at)
        assert states(live(board, T0 + at))["link"] == expected
        assert states(live(board, T0 + at))["ap-b12"] == (State.UP, T0 + 10)


def test_an_older_present_changes_nothing(board: Board) -> None:
    board.learn(SITE, INVENTORY)
    board.show(SITE, now(T0 + 20, cut(T0 + 15)))
    version = board.version
    board.show(SITE, now(T0 + 10))
    board.show(SITE, now(T0 + 90, run="0", began=T0 - 1))
    assert board.version == version
    assert states(live(board, T0 + 20))["link"] == (State.DOWN, T0 + 15)


def test_silence_makes_everything_unobserved(board: Board, clock: HandClock) -> None:
    board.learn(SITE, INVENTORY)
    board.show(SITE, now(T0, cut(T0 - 9)))
    version = board.version
    assert not live(board, T0 + SILENT_AFTER - 1).silent
    assert board.version == version
    site = live(board, T0 + SILENT_AFTER)
    assert site.silent
    assert board.version == version + 1
    assert set(states(site).values()) == {(State.UNOBSERVED, T0)}
    assert {r.cause for r in site.resources} == {Cause.AGENT}
    assert live(board, T0 + 9 * SILENT_AFTER).silent
    assert board.version == version + 1
    clock.at = T0 + 10 * SILENT_AFTER
    board.show(SITE, now(clock.at))
    assert set(states(live(board, clock.at)).values()) == {(State.UP, clock.at)}
    assert board.version == version + 2


def test_records_are_a_sign_of_life_as_old_as_their_sending(board: Board, clock: HandClock) -> None:
    board.show(SITE, now(T0))
    clock.at = T0 + SILENT_AFTER + 10
    board.heard(SITE, T0 + 30)
    assert not live(board, clock.at).silent
    assert live(board, T0 + SILENT_AFTER + 30).silent
    board.heard(SITE, T0 + 10**9)
    assert live(board, clock.at).last_seen == clock.at


def test_a_backlog_after_a_restart_says_nothing_of_now(board: Board, clock: HandClock) -> None:
    board.learn(SITE, INVENTORY)
    clock.at = T0 + 10**6
    board.heard(SITE, clock.at)
    site = live(board, clock.at)
    assert site.silent
    assert set(states(site).values()) == {(State.UNOBSERVED, T0)}


def test_a_will_of_the_current_run_is_silence(board: Board) -> None:
    board.learn(SITE, INVENTORY)
    board.greet(SITE, Presence(online=True, run=RUN, version="1.2"))
    board.show(SITE, now(T0))
    assert live(board, T0).version == "1.2"
    board.greet(SITE, Presence(online=False, run="another", version="1.1"))
    assert not live(board, T0).silent
    version = board.version
    board.greet(SITE, Presence(online=False, run=RUN, version="1.2"))
    assert board.version == version + 1
    assert live(board, T0).silent
    board.show(SITE, now(T0 + 1))
    assert not live(board, T0 + 1).silent


def test_a_new_run_takes_over_even_with_a_clock_put_back(board: Board) -> None:
    board.show(SITE, now(T0))
    board.show(SITE, now(T0 + 1, run="b", began=T0 + 1))
    assert live(board, T0 + 1).run == "b"
    board.show(SITE, now(T0 - 50, run="c", began=T0 - 50))
    assert live(board, T0 + 1).run == "b"
    board.greet(SITE, Presence(online=False, run="b", version="1"))
    board.show(SITE, now(T0 - 50, run="c", began=T0 - 50))
    assert live(board, T0 + 1).run == "c"


def test_under_an_unknown_inventory_all_is_unobserved_until_it_comes(board: Board) -> None:
    board.learn(SITE, INVENTORY)
    board.show(SITE, now(T0, inventory=NEW))
    site = live(board, T0)
    assert not site.silent
    assert {state for state, _ in states(site).values()} == {State.UNOBSERVED}
    board.learn(SITE, NEW)
    assert states(live(board, T0)) == dict.fromkeys(
        ("link", "sw-coeur", "ap-b12", "ent"), (State.UP, T0)
    )


def test_under_another_inventory_of_the_same_run_the_last_one_is_drawn_until_it_comes(
    board: Board,
) -> None:
    board.learn(SITE, INVENTORY)
    board.show(SITE, now(T0, cut(T0)))
    before = states(live(board, T0))
    board.show(SITE, now(T0 + 1, cut(T0), inventory=NEW))
    assert states(live(board, T0 + 1)) == before
    board.learn(SITE, NEW)
    assert states(live(board, T0 + 1)) == {**before, "ent": (State.UP, T0 + 1)}


def test_gauges_do_not_raise_the_version(board: Board) -> None:
    board.learn(SITE, INVENTORY)
    board.show(SITE, now(T0))
    version = board.version
    board.show(SITE, now(T0 + 1, gauges={"link": {"rtt_seconds": 1.0}}))
    assert board.version == version


def test_many_inventories_are_not_remembered_for_ever(board: Board) -> None:
    for i in range(100):
        board.learn(SITE, inventory_of([Resource(f"r{i}", Kind.SERVER, "x")]))
    assert len(board._sites[SITE].known) < 20


def test_the_ingest_feeds_the_board(clock: HandClock) -> None:
    centre = Centre(MemoryStore(clock), clock)
    agent = Agent()
    centre.takes(
        (TOPICS.up(SITE, "presence"), encode_presence(Presence(online=True, run=RUN, version="2"))),
        agent.sends(agent.listing()),
        (TOPICS.up(SITE, "now"), encode_now(now(T0, cut(T0)))),
    )
    site = live(centre.board, T0)
    assert (site.version, states(site)["link"]) == ("2", (State.DOWN, T0))
    assert live(centre.board, T0, OTHER).silent
    centre.restart()
    assert {state for state, _ in states(live(centre.board, T0)).values()} == {State.UNOBSERVED}
    outcomes = {"presence": 1, "now": 1}
    centre.takes(
        (TOPICS.up(SITE, "presence"), encode_presence(Presence(online=True, run=RUN, version="2"))),
        (TOPICS.up(SITE, "now"), encode_now(now(T0 + 1))),
    )
    assert centre.ingest.outcomes == outcomes
    assert states(live(centre.board, T0 + 1))["link"] == (State.UP, T0 + 1)
