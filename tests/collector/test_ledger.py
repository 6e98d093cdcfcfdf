"""Rules 7 to 11 of the wire, over every store."""

import pytest

from numlycee.collector.marks import MOST_HOLES
from numlycee.collector.model import LedgerLine
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.wire.messages import MOST_RUNS
from numlycee.wire.receipts import Mark
from numlycee.wire.records import Gap, Key, Previous, Record, encode, inventory_of
from tests.collector.centre import (
    OTHER,
    SITE,
    STEP,
    T0,
    TOPICS,
    Agent,
    Centre,
    HandClock,
    down,
    dump,
)


@pytest.fixture
def agent(centre: Centre) -> Agent:
    agent = Agent()
    centre.takes(agent.hello())
    return agent


def line(centre: Centre, uai: str = SITE) -> LedgerLine:
    return centre.ingest.ledger(T0).sites[uai]


def test_a_stored_record_is_receipted(centre: Centre, agent: Agent) -> None:
    receipt = centre.takes(agent.sends(agent.listing(), agent.bulletin(), sent=T0 + 7))[SITE]
    assert receipt.runs == {agent.run: Mark(2)}
    assert (receipt.nonce, receipt.sent, receipt.refused) == ("n1", T0 + 7, ())
    assert receipt.received_at == T0
    assert line(centre) == LedgerLine(SITE, expected=2, stored=2)


def test_every_commit_has_its_number(centre: Centre, agent: Agent) -> None:
    first = centre.takes(agent.sends(agent.listing()))[SITE]
    second = centre.takes(agent.sends(agent.bulletin()))[SITE]
    assert (second.epoch, second.commit) == (first.epoch, first.commit + 1)


def test_the_same_record_again_changes_nothing(centre: Centre, agent: Agent) -> None:
    message = agent.sends(agent.listing(), agent.bulletin(down("link", T0, T0 + 9)))
    centre.takes(message)
    before = dump(centre.store)
    receipt = centre.takes(message, message)[SITE]
    assert dump(centre.store) == before
    assert receipt.runs == {agent.run: Mark(2)}
    assert line(centre) == LedgerLine(SITE, expected=2, stored=2, duplicate=4)
    assert centre.ingest.outcomes["duplicate"] == 4


def test_other_content_under_the_same_number_is_a_conflict(centre: Centre, agent: Agent) -> None:
    centre.takes(agent.sends(agent.bulletin()))
    before = dump(centre.store)
    agent.seq = 0
    receipt = centre.takes(agent.sends(agent.bulletin(start=T0 + STEP)))[SITE]
    assert dump(centre.store) == before
    assert receipt.runs == {agent.run: Mark(1)}
    ((run, seq, reason),) = receipt.refused
    assert (run, seq) == (agent.run, 1)
    assert reason.startswith("conflict")
    assert line(centre).conflict == 1


def test_a_conflict_within_one_batch_is_seen(centre: Centre, agent: Agent) -> None:
    first = agent.bulletin()
    agent.seq = 0
    centre.takes(agent.sends(first, agent.bulletin(start=T0 + STEP)))
    assert line(centre) == LedgerLine(SITE, expected=1, stored=1, conflict=1)


def test_a_hole_stays_beyond_the_mark_until_it_is_filled(centre: Centre, agent: Agent) -> None:
    records: list[Record] = [agent.listing(), *(agent.bulletin() for _ in range(5))]
    receipt = centre.takes(agent.sends(records[0], records[3], records[5]))[SITE]
    assert receipt.runs == {agent.run: Mark(1, ((4, 4), (6, 6)))}
    assert line(centre) == LedgerLine(SITE, expected=6, stored=3, missing=3)
    receipt = centre.takes(agent.sends(*records[1:]))[SITE]
    assert receipt.runs == {agent.run: Mark(6)}
    assert line(centre).missing == 0


def test_a_declared_gap_advances_the_mark(centre: Centre, agent: Agent) -> None:
    bulletins = [agent.bulletin() for _ in range(5)]
    centre.takes(agent.sends(bulletins[0], bulletins[4]))
    receipt = centre.takes(agent.sends(agent.gap(agent.run, (2, 4))))[SITE]
    assert receipt.runs == {agent.run: Mark(6)}
    assert line(centre) == LedgerLine(SITE, expected=6, stored=3, declared_lost=3)


def test_what_was_declared_lost_may_be_found_again(centre: Centre, agent: Agent) -> None:
    lost = agent.bulletin()
    centre.takes(agent.sends(agent.gap(agent.run, (1, 1))))
    assert line(centre).declared_lost == 1
    centre.takes(agent.sends(lost))
    assert line(centre) == LedgerLine(SITE, expected=2, stored=2)


def test_a_gap_may_speak_of_a_run_never_heard_of(centre: Centre, agent: Agent) -> None:
    centre.takes(agent.sends(agent.gap("00000000000000bb", (1, 7))))
    assert line(centre) == LedgerLine(SITE, expected=8, stored=1, declared_lost=7)


def test_the_first_record_of_a_run_tells_what_the_one_before_numbered(
    centre: Centre, agent: Agent
) -> None:
    centre.takes(agent.sends(agent.bulletin(previous=Previous("00000000000000bb", 3))))
    assert line(centre) == LedgerLine(SITE, expected=4, stored=1, missing=3)
    earlier = Agent(run="00000000000000bb", began=T0 - STEP, end=T0 - STEP)
    receipt = centre.takes(earlier.sends(earlier.bulletin()))[SITE]
    assert receipt.runs == {earlier.run: Mark(1)}
    assert line(centre).missing == 2


def test_hello_is_answered_for_every_run_it_names(centre: Centre, agent: Agent) -> None:
    centre.takes(agent.sends(agent.listing(), agent.bulletin()))
    message = agent.hello("n2", {agent.run: (1, 2), "00000000000000bb": (1, 9)})
    receipt = centre.takes(message)[SITE]
    assert receipt.nonce == "n2"
    assert receipt.runs == {agent.run: Mark(2), "00000000000000bb": Mark(0)}


def test_what_hello_no_longer_holds_is_declared_lost(centre: Centre, agent: Agent) -> None:
    bulletins = [agent.bulletin() for _ in range(6)]
    centre.takes(agent.sends(bulletins[0]))
    receipt = centre.takes(agent.hello(runs={agent.run: (4, 6)}))[SITE]
    assert receipt.runs == {agent.run: Mark(3)}
    assert line(centre) == LedgerLine(SITE, expected=6, stored=1, missing=3, declared_lost=2)


def test_a_run_that_hello_forgot_has_no_hole_any_more(centre: Centre, agent: Agent) -> None:
    bulletins = [agent.bulletin() for _ in range(3)]
    centre.takes(agent.sends(bulletins[2]))
    newer = Agent(run="00000000000000bb", began=T0 + STEP)
    centre.takes(newer.hello())
    assert line(centre) == LedgerLine(SITE, expected=3, stored=1, declared_lost=2)


def test_a_record_replaces_others_in_the_mark(centre: Centre, agent: Agent) -> None:
    quiet = [agent.bulletin() for _ in range(3)]
    merged = agent.bulletin(start=T0, end=T0 + 3 * STEP, replaces=((1, 3),))
    assert centre.takes(agent.sends(merged))[SITE].runs == {agent.run: Mark(4)}
    before = dump(centre.store)
    centre.takes(agent.sends(*quiet))
    assert dump(centre.store) == before
    assert line(centre) == LedgerLine(SITE, expected=4, stored=4, duplicate=3)


def test_an_overlap_that_agrees_is_a_union(centre: Centre, agent: Agent) -> None:
    centre.takes(agent.sends(agent.bulletin(down("link", T0 + 10, T0 + 20))))
    again = agent.bulletin(down("link", T0 + 10, T0 + 20), start=T0, end=T0 + 2 * STEP)
    centre.takes(agent.sends(again))
    assert line(centre) == LedgerLine(SITE, expected=2, stored=2)
    with centre.store.history() as history:
        assert len(list(history.coverage(0, 1 << 60))) == len(list(history.spells(0, 1 << 60))) == 1


@pytest.mark.parametrize("batches", [1, 2])
def test_an_overlap_with_other_content_is_refused(
    centre: Centre, agent: Agent, batches: int
) -> None:
    first = agent.bulletin(down("link", T0 + 10, T0 + 20))
    other = agent.bulletin(down("link", T0 + 10, T0 + 21), start=T0, end=T0 + 2 * STEP)
    if batches == 1:
        receipt = centre.takes(agent.sends(first, other))[SITE]
    else:
        centre.takes(agent.sends(first))
        receipt = centre.takes(agent.sends(other))[SITE]
    assert receipt.runs == {agent.run: Mark(2)}
    assert [(seq, reason[:8]) for _, seq, reason in receipt.refused] == [(2, "conflict")]
    assert line(centre) == LedgerLine(SITE, expected=2, stored=1, refused=1)


def test_what_a_full_hello_leaves_out_may_still_be_held(centre: Centre, agent: Agent) -> None:
    agent.bulletin()
    centre.takes(agent.sends(agent.bulletin()))
    newer = {f"f{number:015x}": (1, 9) for number in range(MOST_RUNS)}
    centre.takes(Agent().hello("n2", newer))
    receipt = centre.takes(agent.sends(agent.bulletin()))[SITE]
    assert receipt.runs == {agent.run: Mark(0, ((2, 3),))}


def test_a_refusal_is_told_again_with_every_hello_and_duplicate(
    centre: Centre, agent: Agent
) -> None:
    message = agent.sends(agent.bulletin(end=T0 + 86_400_000))
    reason = "end: lies in the future; check the clock"
    refused = ((agent.run, 1, reason),)
    for _ in range(2):
        assert centre.takes(message)[SITE].refused == refused
    receipt = centre.takes(agent.hello("n2"))[SITE]
    assert (receipt.refused, receipt.runs) == (refused, {agent.run: Mark(1)})


@pytest.mark.parametrize(("ahead", "refused"), [(299_000, 0), (301_000, 1)])
def test_the_future_is_refused_beyond_five_minutes(
    centre: Centre, agent: Agent, ahead: int, refused: int
) -> None:
    centre.takes(agent.sends(agent.bulletin(end=T0 + ahead)))
    assert line(centre).refused == refused


def test_a_run_that_began_in_the_future_is_refused(centre: Centre) -> None:
    agent = Agent(began=T0 + 600_000)
    centre.takes(agent.sends(agent.bulletin()))
    assert line(centre).refused == 1


def test_a_run_has_one_beginning(centre: Centre, agent: Agent) -> None:
    centre.takes(agent.sends(agent.bulletin()))
    agent.began += 1
    receipt = centre.takes(agent.sends(agent.bulletin()))[SITE]
    assert receipt.runs == {agent.run: Mark(1)}
    assert line(centre).conflict == 1


def test_late_is_two_minutes_after_the_end(centre: Centre, agent: Agent, clock: HandClock) -> None:
    first, second = agent.bulletin(), agent.bulletin()
    clock.at = first.end + 120_001
    centre.takes(agent.sends(first, second))
    assert line(centre) == LedgerLine(SITE, expected=2, stored=2, late=1)


def test_a_resource_outside_its_inventory_is_refused(centre: Centre, agent: Agent) -> None:
    centre.takes(agent.sends(agent.listing()))
    stranger = agent.bulletin(down("sw-cave", T0, T0 + 5))
    receipt = centre.takes(agent.sends(stranger))[SITE]
    ((_, seq, reason),) = receipt.refused
    assert (seq, "sw-cave" in reason) == (2, True)
    centre.restart()
    centre.takes(agent.sends(agent.bulletin(down("sw-cave", T0, T0 + 5), start=T0 + STEP)))
    assert line(centre).refused == 2


def test_a_bulletin_may_come_before_its_inventory(centre: Centre, agent: Agent) -> None:
    listing, bulletin = agent.listing(), agent.bulletin(down("link", T0, T0 + 5))
    assert centre.takes(agent.sends(bulletin))[SITE].runs == {agent.run: Mark(0, ((2, 2),))}
    assert centre.takes(agent.sends(listing))[SITE].runs == {agent.run: Mark(2)}
    assert line(centre) == LedgerLine(SITE, expected=2, stored=2)


def test_a_site_never_speaks_for_the_centre(centre: Centre) -> None:
    agent = Agent(vantage=Vantage.CENTRE)
    centre.takes(agent.sends(agent.bulletin()))
    assert line(centre) == LedgerLine(SITE, expected=1, refused=1)


def test_the_centre_speaks_for_itself(centre: Centre) -> None:
    centre.vantages = tuple(Vantage)
    centre.restart()
    agent = Agent(vantage=Vantage.CENTRE)
    centre.takes(agent.sends(agent.bulletin()))
    with centre.store.history() as history:
        assert [row.vantage for row in history.coverage(0, 1 << 60)] == [Vantage.CENTRE]


def test_a_malformed_record_with_a_key_is_settled(centre: Centre, agent: Agent) -> None:
    good, bad = agent.bulletin(), encode(agent.bulletin()).replace(b'"end":', b'"fin":')
    payload = b'{"v":1,"sent":%d,"records":[%s,%s]}' % (T0, encode(good), bad)
    receipt = centre.takes((TOPICS.up(SITE, "bulletin"), payload))[SITE]
    assert receipt.runs == {agent.run: Mark(2)}
    assert [seq for _, seq, _ in receipt.refused] == [2]
    assert line(centre) == LedgerLine(SITE, expected=2, stored=1, refused=1)


def test_the_sites_have_their_own_numbers(centre: Centre, agent: Agent) -> None:
    other = Agent(uai=OTHER)
    centre.takes(other.hello("n9"))
    receipts = centre.takes(agent.sends(agent.bulletin()), other.sends(other.bulletin()))
    assert {uai: receipt.nonce for uai, receipt in receipts.items()} == {SITE: "n1", OTHER: "n9"}
    assert line(centre, OTHER) == LedgerLine(OTHER, expected=1, stored=1)


def test_holes_are_bounded_and_what_is_beyond_is_offered_again(
    centre: Centre, agent: Agent
) -> None:
    keys = [Key(Vantage.SITE, agent.run, agent.began, 2 * i + 2) for i in range(MOST_HOLES)]
    gaps = [Gap(key, "x", ((1, 1),), "test") for key in keys]
    for i in range(0, MOST_HOLES, 200):
        centre.takes(agent.sends(*gaps[i : i + 200]))
    agent.seq = 2 * MOST_HOLES + 1
    beyond = agent.sends(agent.bulletin())
    assert centre.takes(beyond)[SITE].refused == ()
    assert centre.ingest.outcomes["postponed"] == 1
    agent.seq = 0
    centre.takes(agent.sends(agent.bulletin(start=T0 + STEP)))
    assert centre.takes(beyond)[SITE].runs[agent.run].contiguous == 2


def test_old_entries_are_forgotten_and_still_duplicates(
    centre: Centre, agent: Agent, clock: HandClock
) -> None:
    old = agent.sends(agent.bulletin(), agent.bulletin())
    centre.takes(old)
    clock.at += 1000
    centre.takes(agent.sends(agent.bulletin()))
    agent.seq += 1
    centre.takes(agent.sends(agent.bulletin()))
    before = line(centre)
    assert centre.store.prune(T0 + 1) == 2
    assert centre.store.prune(T0 + 1) == 0
    assert line(centre) == before
    centre.takes(old)
    assert line(centre).duplicate == before.duplicate + 2


def test_what_is_beyond_a_hole_is_told_apart_however_old(centre: Centre, agent: Agent) -> None:
    agent.seq = 1
    centre.takes(agent.sends(agent.bulletin()))
    centre.store.prune(T0 + STEP)
    agent.seq = 1
    centre.takes(agent.sends(agent.bulletin(start=T0 + 5 * STEP)))
    assert line(centre).conflict == 1


def test_a_merged_record_and_what_it_replaces_may_come_together(centre: Centre) -> None:
    agent = Agent()
    quiet = agent.bulletin()
    merged = agent.bulletin(start=T0, end=T0 + STEP, replaces=((1, 1),))
    centre.takes(agent.sends(merged, quiet))
    centre.takes(agent.sends(quiet))
    assert line(centre) == LedgerLine(SITE, expected=2, stored=2, duplicate=2)


def test_scattered_ranges_are_refused(centre: Centre, agent: Agent) -> None:
    ranges = tuple((i, i) for i in range(10, 10 + 2 * MOST_HOLES + 2, 2))
    receipt = centre.takes(agent.sends(agent.gap(agent.run, *ranges)))[SITE]
    assert "separate ranges" in receipt.refused[0][2]
    receipt = centre.takes(agent.sends(agent.bulletin(replaces=ranges)))[SITE]
    assert "separate ranges" in receipt.refused[0][2]
    assert line(centre) == LedgerLine(SITE, expected=2, refused=2)


def test_an_overlap_under_another_inventory_is_refused(centre: Centre, agent: Agent) -> None:
    centre.takes(agent.sends(agent.bulletin()))
    agent.inventory = inventory_of([Resource("link", Kind.LINK, "Accès THD")])
    receipt = centre.takes(agent.sends(agent.bulletin(start=T0 + 1)))[SITE]
    assert receipt.refused[0][2].startswith("conflict")
    receipt = centre.takes(agent.sends(agent.bulletin(start=T0 + STEP)))[SITE]
    assert receipt.refused == ()


def test_a_site_declares_nothing_lost_for_the_centre(centre: Centre, agent: Agent) -> None:
    centre.vantages = tuple(Vantage)
    centre.restart()
    ours = Agent(run="00000000000000cc", vantage=Vantage.CENTRE)
    ours.seq = 4
    centre.takes(ours.sends(ours.bulletin()), agent.hello(), agent.sends(agent.listing()))
    centre.takes(agent.sends(agent.gap(ours.run, (1, 4))), agent.hello())
    assert line(centre) == LedgerLine(SITE, expected=7, stored=3, missing=4)
