"""Bad input: counted, logged once per site and minute, quarantined, without effect."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.adapters.memory import MemoryStore
from numlycee.collector.complaints import FIRST_BYTES, MOST_SUSPECTS
from numlycee.collector.ledger import MOST_LISTINGS, Ledger
from numlycee.collector.marks import MOST_HOLES
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.wire.records import inventory_of
from tests.collector.centre import (
    OTHER,
    SITE,
    T0,
    TOPICS,
    Agent,
    AnyStore,
    Centre,
    HandClock,
    dump,
)

BULLETIN = TOPICS.up(SITE, "bulletin")
STRANGER = "0440021J"


def suspects(store: AnyStore, uai: str = SITE) -> int:
    with store.transaction() as transaction:
        return transaction.quarantined(uai, 0)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b'{"v":1}',
        b'{"v":2,"sent":1795424400000,"records":[]}',
        b'{"v":1,"sent":NaN,"records":[]}',
        b'{"v":1,"v":1,"sent":1795424400000,"records":[]}',
        b'{"v":1,"sent":' + b"9" * 5000 + b',"records":[]}',
        b'{"v":1,"sent":1795424400000,"records":[{"type":"\\ud800"}]}',
        b'{"v":1,"sent":1795424400000,"records":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b" " * 70_000,
    ],
)
def test_malformed_is_counted_and_kept_for_diagnosis(centre: Centre, payload: bytes) -> None:
    before = dump(centre.store)
    for leaf in ("bulletin", "now", "hello", "presence"):
        assert centre.takes((TOPICS.up(SITE, leaf), payload)) == {}
    assert dump(centre.store) == before
    assert centre.ingest.outcomes["malformed"] == 4
    assert centre.ingest.ledger(T0).rejected == {"malformed": 4}
    assert suspects(centre.store) == 4


@given(st.binary(max_size=200), st.sampled_from(["bulletin", "now", "hello", "presence"]))
def test_no_bytes_stop_the_loop(payload: bytes, leaf: str) -> None:
    centre = Centre(MemoryStore(HandClock()))
    assert centre.takes((TOPICS.up(SITE, leaf), payload)) == {}
    assert centre.ingest.outcomes == {"malformed": 1}


def mutants(text: bytes) -> st.SearchStrategy[bytes]:
    def mutate(edits: list[tuple[int, int]]) -> bytes:
        mutant = bytearray(text)
        for at, byte in edits:
            mutant[at] = byte
        return bytes(mutant)

    edit = st.tuples(st.integers(0, len(text) - 1), st.integers(32, 126))
    return st.lists(edit, min_size=1, max_size=3).map(mutate)


AGENT = Agent()
GOOD = AGENT.sends(AGENT.listing(), AGENT.bulletin())[1]


@given(mutants(GOOD))
def test_no_mutant_stops_the_loop(payload: bytes) -> None:
    centre = Centre(MemoryStore(HandClock()))
    centre.takes(Agent().hello())
    centre.takes((BULLETIN, payload), (BULLETIN, GOOD), (BULLETIN, payload))


def test_an_unknown_site_is_counted_without_effect(centre: Centre) -> None:
    agent = Agent(uai=STRANGER)
    before = dump(centre.store)
    assert centre.takes(agent.hello(), agent.sends(agent.bulletin())) == {}
    assert dump(centre.store) == before
    ledger = centre.ingest.ledger(T0)
    assert STRANGER not in ledger.sites
    assert ledger.rejected == {"unknown-site": 2}
    assert suspects(centre.store, STRANGER) == 0


@pytest.mark.parametrize(
    "topic",
    ["", "numlycee/v1", "$SYS/x", "other/0310036W/up/now", f"numlycee/v1/{SITE}/down/receipt"],
)
def test_an_unknown_topic_is_counted_without_effect(centre: Centre, topic: str) -> None:
    assert centre.takes((topic, b"{}")) == {}
    assert centre.ingest.ledger(T0).rejected == {"topic": 1}


def test_one_line_per_site_and_minute(
    centre: Centre, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            centre.takes((BULLETIN, b"{"), (TOPICS.up(OTHER, "now"), b"\x1b[2J"))
        clock.at += 60_000
        centre.takes((BULLETIN, b"{"))
    lines = [record.getMessage() for record in caplog.records]
    assert [line.partition(":")[0] for line in lines] == [SITE, OTHER, SITE]
    assert all(line.isprintable() for line in lines)
    assert lines[-1].endswith("(4 more since the last such line)")


def test_the_quarantine_is_bounded_per_site_and_day(centre: Centre, clock: HandClock) -> None:
    flood = [(BULLETIN, b"x" * 5000)] * (MOST_SUSPECTS + 100)
    centre.takes(*flood)
    centre.takes(*flood)
    assert suspects(centre.store) == MOST_SUSPECTS
    assert MOST_SUSPECTS * FIRST_BYTES < 1_000_000
    centre.takes((TOPICS.up(OTHER, "now"), b"{"))
    assert suspects(centre.store, OTHER) == 1
    clock.at += 86_400_000
    centre.takes((BULLETIN, b"{"))
    assert suspects(centre.store) == MOST_SUSPECTS + 1
    assert centre.store.prune(clock.at) == MOST_SUSPECTS + 1
    assert suspects(centre.store) == 1


def test_bad_neighbours_change_nothing_for_others(centre: Centre) -> None:
    agent = Agent(uai=OTHER)
    centre.takes(agent.hello())
    bad = (BULLETIN, json.dumps({"v": 1, "sent": T0, "records": [7, None, {}]}).encode())
    receipts = centre.takes(bad, agent.sends(agent.bulletin()), bad)
    assert set(receipts) == {OTHER}
    assert centre.ingest.outcomes["stored"] == 1
    assert centre.ingest.outcomes["malformed"] == 6


def test_a_receipt_never_outgrows_a_payload(centre: Centre) -> None:
    agent = Agent()
    runs = {f"{i:016x}": (1, 2) for i in range(1500)}
    wrong = [agent.bulletin(start=T0 + i, end=T0 + 86_400_000) for i in range(300)]
    centre.takes(agent.hello())
    centre.takes(agent.sends(*wrong[:150]), agent.sends(*wrong[150:]))
    ((_, payload),) = centre.ingest.handle([agent.hello(runs=runs | {agent.run: (1, 300)})])
    assert len(payload) < 65_536


def test_absurd_numbers_of_one_site_leave_the_ledger_readable(centre: Centre) -> None:
    agent, most = Agent(), 2**53
    for first in range(0, 1100, 100):
        absurd = [agent.gap(f"{run:016x}", (1, most)) for run in range(first, first + 100)]
        centre.takes(agent.sends(*absurd))
    ledger = centre.ingest.ledger(T0)
    assert ledger.sites[OTHER].expected == 0
    assert ledger.sites[SITE].declared_lost >= 1000 * most


def test_holes_are_bounded_whatever_makes_them(centre: Centre) -> None:
    agent = Agent()
    for first in range(0, 3000, 1000):
        ranges = tuple((10_000 + 2 * i, 10_000 + 2 * i) for i in range(first, first + 1000))
        centre.takes(agent.sends(agent.bulletin(replaces=ranges)))
        centre.takes(agent.sends(agent.gap("00000000000000bb", *ranges)))
    with centre.store.transaction() as transaction:
        for marks in transaction.runs(SITE):
            assert len(marks.held.spans) <= MOST_HOLES + 1
            assert len(marks.lost.spans) <= MOST_HOLES


def test_no_memory_is_kept_of_lists_without_end(centre: Centre) -> None:
    agent, listings = Agent(), dict[str, dict[str, frozenset[str]]]()
    with centre.store.transaction() as transaction:
        ledger = Ledger(transaction, T0, (Vantage.SITE,), listings)
        ledger.open({SITE: []})
        for n in range(100):
            agent.inventory = inventory_of([Resource(f"sw-{n}", Kind.SWITCH, "Salle")])
            ledger.admit(SITE, [agent.listing()])
    assert sum(map(len, listings.values())) <= MOST_LISTINGS
