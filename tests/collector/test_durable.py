"""Nothing is confirmed that is not stored; what memory forgets comes back with a hello."""

from dataclasses import replace

import pytest

from numlycee.collector.epochs import RISE_EVERY
from numlycee.collector.ports import StoreUnavailableError
from numlycee.wire.messages import Now, Presence, encode_now, encode_presence
from numlycee.wire.receipts import Mark
from tests.collector.centre import (
    INVENTORY,
    OTHER,
    SITE,
    T0,
    TOPICS,
    Agent,
    AnyStore,
    Centre,
    FailingStore,
    HandClock,
    dump,
)


def test_without_a_handshake_there_is_no_receipt(centre: Centre) -> None:
    agent = Agent()
    assert centre.takes(agent.sends(agent.bulletin())) == {}
    assert centre.ingest.ledger(T0).sites[SITE].stored == 1


def test_killed_between_commit_and_receipt(centre: Centre) -> None:
    agent = Agent()
    centre.takes(agent.hello("before"))
    message = agent.sends(agent.listing(), agent.bulletin())
    centre.takes(message)  # the receipt is lost with the process
    before = dump(centre.store)
    centre.restart()
    receipt = centre.takes(message)[SITE]
    assert (receipt.nonce, receipt.runs) == ("before", {agent.run: Mark(2)})
    receipt = centre.takes(agent.hello("after"))[SITE]
    assert (receipt.nonce, receipt.runs) == ("after", {agent.run: Mark(2)})
    assert centre.takes(message)[SITE].nonce == "after"
    assert dump(centre.store) == before
    assert centre.ingest.outcomes["duplicate"] == 4


def test_a_store_that_fails_confirms_nothing(store: AnyStore, clock: HandClock) -> None:
    failing = FailingStore(store)
    centre = Centre(failing, clock)
    agent = Agent()
    centre.takes(agent.hello())
    before = dump(store)
    failing.broken = True
    batch = [agent.hello("n2"), agent.sends(agent.listing(), agent.bulletin())]
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            centre.ingest.handle(batch)
        assert not centre.ingest.ready
    assert dump(store) == before
    assert centre.ingest.outcomes == {"hello": 1}
    failing.broken = False
    receipt = centre.takes(*batch)[SITE]
    assert (receipt.nonce, receipt.runs) == ("n2", {agent.run: Mark(2)})
    assert centre.ingest.ready
    assert centre.ingest.outcomes["stored"] == 2


def test_a_store_that_fails_keeps_the_board_alive(store: AnyStore, clock: HandClock) -> None:
    failing = FailingStore(store)
    centre = Centre(failing, clock)
    failing.broken = True
    assert centre.takes() == {}
    assert centre.ingest.ready


def test_an_agent_that_knows_a_later_commit_raises_the_epoch(centre: Centre) -> None:
    agent = Agent()
    first = centre.takes(agent.hello())[SITE]
    known = centre.takes(agent.hello(epoch=first.epoch, commit=first.commit))[SITE]
    assert known.epoch == first.epoch
    ahead = centre.takes(agent.hello(epoch=first.epoch, commit=first.commit + 900))[SITE]
    assert ahead.epoch == first.epoch + 1
    told = centre.takes(agent.hello(epoch=ahead.epoch, commit=ahead.commit))[SITE]
    assert told.epoch == ahead.epoch


def test_an_agent_of_a_later_epoch_raises_ours_above_it(centre: Centre) -> None:
    agent = Agent()
    first = centre.takes(agent.hello())[SITE]
    assert centre.takes(agent.hello(epoch=first.epoch + 5))[SITE].epoch == first.epoch + 6


def test_one_site_raises_the_epoch_once_an_hour(centre: Centre, clock: HandClock) -> None:
    agent, other = Agent(), Agent(uai=OTHER)
    epoch = centre.takes(agent.hello())[SITE].epoch
    for _ in range(3):
        assert centre.takes(agent.hello(epoch=epoch, commit=2**50))[SITE].epoch == epoch + 1
        hostile = centre.takes(agent.hello(epoch=epoch + 1, commit=2**50))[SITE]
        assert hostile.epoch == epoch + 1
    assert centre.takes(other.hello(epoch=epoch + 1, commit=2**50))[OTHER].epoch == epoch + 2
    clock.at += RISE_EVERY
    assert centre.takes(agent.hello(epoch=epoch + 2, commit=2**50))[SITE].epoch == epoch + 3


def test_a_rise_that_was_not_committed_is_made_again(store: AnyStore, clock: HandClock) -> None:
    failing = FailingStore(store)
    centre = Centre(failing, clock)
    agent = Agent()
    epoch = centre.takes(agent.hello())[SITE].epoch
    failing.broken = True
    hello = agent.hello(epoch=epoch, commit=999)
    with pytest.raises(StoreUnavailableError):
        centre.ingest.handle([hello])
    failing.broken = False
    assert centre.takes(hello)[SITE].epoch == epoch + 1


def test_an_epoch_from_the_future_is_malformed(centre: Centre) -> None:
    agent = Agent()
    assert centre.takes(agent.hello(epoch=2**53)) == {}
    assert centre.ingest.outcomes["malformed"] == 1


def test_a_presence_is_not_heard_again_because_the_store_failed(
    store: AnyStore, clock: HandClock
) -> None:
    failing = FailingStore(store)
    centre = Centre(failing, clock)
    agent = Agent()
    now = Now(agent.run, agent.began, 1, T0, INVENTORY.digest)
    left, back = (
        (TOPICS.up(SITE, "presence"), encode_presence(Presence(online, agent.run, "1.0")))
        for online in (False, True)
    )
    held = (left, back, agent.hello())
    failing.broken = True
    with pytest.raises(StoreUnavailableError):
        centre.takes((TOPICS.up(SITE, "now"), encode_now(now)), *held)
    again = replace(now, at=T0 + 1)
    with pytest.raises(StoreUnavailableError):
        centre.takes(*held, (TOPICS.up(SITE, "now"), encode_now(again)))
    assert not centre.board.snapshot(T0).sites[SITE].silent
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            centre.takes(*held)
        assert not centre.board.snapshot(T0).sites[SITE].silent
    failing.broken = False
    centre.takes(*held)
    assert not centre.board.snapshot(T0).sites[SITE].silent
    centre.takes(left)
    assert centre.board.snapshot(T0).sites[SITE].silent
