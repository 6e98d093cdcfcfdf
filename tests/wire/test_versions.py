"""Mixed versions: what older and later agents say is understood, and nothing of it is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from numlycee.adapters.memory import MemoryStore
from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.receipts import Mark, decode_receipt, site_key
from numlycee.wire.records import canonical
from tests.collector.centre import (
    MASTER,
    SITE,
    STEP,
    T0,
    TOPICS,
    Centre,
    HandClock,
    Message,
    dump,
)

SAID = {path.stem: path for path in sorted(Path(__file__).with_name("versions").glob("*.json"))}
OLDER = [name for name in SAID if name != "1.9-later"]
LATER = "1.9-later"
PARTS = ("coverage", "spells", "inventories", "runs")
RUN, BEFORE = "00000000000000aa", "00000000000000a9"


def said(version: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SAID[version].read_text(encoding="utf-8"))
    return found


def conversation(version: str, uai: str = SITE) -> list[Message]:
    messages = said(version)["messages"]
    leaves = ("presence", "hello", "bulletin", "now")
    return [(TOPICS.up(uai, leaf), canonical(messages[leaf])) for leaf in leaves]


def heard(*versions: str) -> Centre:
    clock = HandClock(T0 + 4 * STEP)
    centre = Centre(MemoryStore(clock), clock)
    for version in versions:
        for message in conversation(version):
            centre.takes(message)
    return centre


@pytest.mark.parametrize("version", SAID)
def test_everything_is_stored_and_confirmed(version: str) -> None:
    centre = heard()
    receipts = [centre.takes(message).get(SITE) for message in conversation(version)]
    assert receipts[2]
    assert receipts[2].runs == {RUN: Mark(6)}
    assert receipts[2].refused == ()
    line = centre.ingest.ledger(T0).sites[SITE]
    assert (line.stored, line.refused, line.conflict) == (6, 0, 0)
    assert (line.declared_lost, line.missing) == (2, 1)
    assert not centre.ingest.outcomes.get("malformed")


@pytest.mark.parametrize("version", SAID)
def test_it_is_on_the_board(version: str) -> None:
    site = heard(version).board.snapshot(T0 + 4 * STEP).sites[SITE]
    assert not site.silent
    states = {live.resource.id: live.state for live in site.resources}
    strange = State.UNOBSERVED if version == LATER else State.UP
    assert states == {"link": State.UP, "ap-b12": State.DEGRADED, "sw-coeur": strange}
    (gauges,) = (live.gauges for live in site.resources if live.resource.id == "link")
    assert gauges == {"rtt_seconds": 0.012}


def test_agents_of_several_versions_say_the_same() -> None:
    first, *others = (dump(heard(version).store) for version in OLDER)
    for account in others:
        assert [account[part] for part in PARTS] == [first[part] for part in PARTS]


def test_the_words_of_a_later_version_keep_the_time_and_lose_their_shade() -> None:
    centre = heard(LATER)
    with centre.store.history() as history:
        ((_, inventory),) = history.inventories()
        spells = {
            row.resource: (row.cause, row.start, row.end) for row in history.spells(0, 1 << 60)
        }
    assert {resource.id: resource.kind for resource in inventory}["ap-b12"] is Kind.GENERIC
    assert spells["link"] == (Cause.OTHER, T0 + 5_000, T0 + STEP)
    assert centre.ingest.ledger(T0).rejected == {"unknown-word": 5}
    before = dump(centre.store)
    centre.takes(*conversation(LATER))
    assert dump(centre.store) == before
    assert centre.ingest.ledger(T0).sites[SITE].conflict == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"type": "census"}, "type"), ({"spells": [["link", "throttled", "other", T0, T0 + 1]]}, "")],
)
def test_a_record_without_a_meaning_is_refused_and_settled(
    change: dict[str, Any], reason: str
) -> None:
    messages = said(LATER)["messages"]
    messages["bulletin"]["records"][1] |= change
    centre = heard()
    centre.takes((TOPICS.up(SITE, "hello"), canonical(messages["hello"])))
    payload = canonical(messages["bulletin"])
    receipt = centre.takes((TOPICS.up(SITE, "bulletin"), payload))[SITE]
    ((run, seq, why),) = receipt.refused
    assert (run, seq) == (RUN, 2)
    assert reason in why
    assert receipt.runs == {RUN: Mark(6)}


def test_another_version_of_the_wire_waits_in_the_spool_until_it_is_understood() -> None:
    messages = said(LATER)["messages"]
    messages["bulletin"]["v"] = 2
    centre = heard()
    centre.takes((TOPICS.up(SITE, "hello"), canonical(messages["hello"])))
    assert centre.takes((TOPICS.up(SITE, "bulletin"), canonical(messages["bulletin"]))) == {}
    assert centre.ingest.ledger(T0).rejected == {"malformed": 1}
    line = centre.ingest.ledger(T0).sites[SITE]
    assert (line.stored, line.refused) == (0, 0)


@pytest.mark.parametrize("version", SAID)
def test_an_agent_reads_the_receipts_of_every_centre(version: str) -> None:
    receipt = decode_receipt(canonical(said(version)["receipt"]), site_key(MASTER, SITE))
    assert receipt.runs == {RUN: Mark(4, ((5, 6),)), BEFORE: Mark(1, ((2, 3),))}
    assert receipt.refused[0][:2] == (BEFORE, 1)
