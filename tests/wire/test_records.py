"""Records: one canonical spelling, read back exactly, and every malformation named."""

import hashlib
import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.domain.devices import Cell, Fleet
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.errors import WireError
from numlycee.wire.records import (
    Bulletin,
    Gap,
    InventoryRecord,
    Key,
    Previous,
    Refused,
    ResourceSpell,
    batch,
    decode,
    decode_record,
    encode,
    inventory_of,
)

T0 = 1_795_400_000_000
CELLS: dict[Cell, int | None] = {**dict.fromkeys(Cell, 0), Cell.IDLE: None}
KEY = Key(Vantage.SITE, "9f31", T0, 7)
BULLETIN = Bulletin(
    key=KEY,
    inventory="b3f1",
    start=T0,
    end=T0 + 30_000,
    spells=(ResourceSpell("sw", State.DOWN, Cause.TIMEOUT, T0 + 1, T0 + 30_000),),
    previous=Previous("8a", 41),
    replaces=((1, 3), (5, 6)),
    fleet=Fleet(date(2026, 11, 22), CELLS),
)
INVENTORY = inventory_of(
    [
        Resource("sw", Kind.SWITCH, "Commutateur « cœur »"),
        Resource("link", Kind.LINK, "Lien", parent="sw", vendor="X"),
    ]
)
RECORDS = (BULLETIN, InventoryRecord(KEY, INVENTORY), Gap(KEY, "8a", ((3, 9),), "disk full"))


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_is_read_back_as_it_was_written(record: Bulletin) -> None:
    assert decode_record(encode(record)) == record


def test_a_batch_holds_its_records_and_when_it_was_sent() -> None:
    sent, records = decode(batch([encode(record) for record in RECORDS], T0 + 5))
    assert sent == T0 + 5
    assert records == list(RECORDS)


def test_the_order_of_resources_does_not_change_an_inventory() -> None:
    assert inventory_of(list(reversed(INVENTORY.resources))) == INVENTORY


def _fleet(day: str = "2026-11-22", **cells: object) -> dict[str, object]:
    told = {str(cell): "1–4" if count is None else count for cell, count in CELLS.items()}
    return {"fleet": {"day": day, "cells": told | cells}}


def test_a_fleet_that_is_null_is_none_at_all() -> None:
    record = decode_record(_spoilt(fleet=None))
    assert isinstance(record, Bulletin)
    assert record.fleet is None


def _spoilt(**changes: object) -> bytes:
    return json.dumps(json.loads(encode(BULLETIN)) | changes).encode()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"start": T0 + 30_000}, "end"),
        (_fleet(repair=3), "fleet.cells.repair"),
        (_fleet(repair=-1), "fleet.cells.repair"),
        (_fleet(repair="2–4"), "fleet.cells.repair"),
        (_fleet(repair=100_001), "fleet.cells.repair"),
        (_fleet(repair=True), "fleet.cells.repair"),
        (_fleet("2026-11-25"), "fleet.day"),
        (_fleet("2026-W48-1"), "fleet.day"),
        (_fleet("2019-12-31"), "fleet.day"),
        ({"fleet": {"day": "2026-11-22"}}, "fleet.cells"),
        ({"fleet": 12}, "fleet"),
        ({"end": T0 + 40 * 86_400_000}, "end"),
        ({"seq": 0}, "seq"),
        ({"seq": True}, "seq"),
        ({"began": 12}, "began"),
        ({"vantage": "moon"}, "vantage"),
        ({"type": "poem"}, "type"),
        ({"spells": [["sw", "up", "timeout", T0, T0 + 1]]}, "spells[0][1]"),
        ({"spells": [["sw", "tired", "timeout", T0, T0 + 1]]}, "spells[0][1]"),
        ({"spells": [["sw", "down", 7, T0, T0 + 1]]}, "spells[0][2]"),
        ({"spells": [["sw", "down", "part", T0, T0 + 1]]}, "spells[0][2]"),
        ({"spells": [["sw", "down", "timeout", T0 - 1, T0 + 1]]}, "spells[0]"),
        ({"spells": [["sw", "down", "timeout", T0, T0]]}, "spells[0]"),
        ({"spells": [["sw", "down", "timeout", T0, T0 + 9]] * 2}, "spells[1]"),
        ({"spells": [["sw"]]}, "spells[0]"),
        ({"replaces": [[4, 2]]}, "replaces[0][1]"),
        ({"previous": ["x"]}, "previous"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, object], place: str) -> None:
    with pytest.raises(WireError) as caught:
        decode_record(_spoilt(**changes))
    assert caught.value.where == place


def test_a_wrong_record_is_refused_with_its_key_and_the_others_stay() -> None:
    _, records = decode(batch([_spoilt(type="poem"), encode(BULLETIN)], T0))
    assert isinstance(records[0], Refused)
    assert records[0].key == KEY
    assert records[1] == BULLETIN


def test_half_a_character_spoils_its_own_record_only() -> None:
    wrong = _spoilt(inventory="half").replace(b"half", b"\\ud800")
    _, records = decode(batch([wrong, encode(BULLETIN)], T0))
    assert isinstance(records[0], Refused)
    assert records[1] == BULLETIN


def test_an_inventory_that_lies_about_its_digest_is_refused() -> None:
    body = json.loads(encode(InventoryRecord(KEY, INVENTORY))) | {"inventory": "0" * 32}
    with pytest.raises(WireError, match="is not the digest"):
        decode_record(json.dumps(body).encode())


def test_a_cause_that_only_a_later_version_knows_is_another() -> None:
    record = decode_record(_spoilt(spells=[["sw", "down", "solar-flare", T0, T0 + 1]]))
    assert isinstance(record, Bulletin)
    assert record.spells == (ResourceSpell("sw", State.DOWN, Cause.OTHER, T0, T0 + 1),)


def test_a_kind_that_only_a_later_version_knows_is_generic_and_keeps_its_digest() -> None:
    body = json.loads(encode(InventoryRecord(KEY, INVENTORY)).replace(b'"switch"', b'"camera"'))
    listing = json.dumps(
        body["resources"], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    body["inventory"] = hashlib.sha256(listing.encode()).hexdigest()[:32]
    body["resources"][0]["room"] = "B12"
    record = decode_record(json.dumps(body).encode())
    assert isinstance(record, InventoryRecord)
    assert record.inventory.digest == body["inventory"] != INVENTORY.digest
    assert {r.id: r.kind for r in record.inventory} == {"link": Kind.LINK, "sw": Kind.GENERIC}


def test_an_agent_does_not_report_what_the_centre_works_out() -> None:
    composed = Resource("numerique", Kind.COMPOSITE, "Numérique pédagogique")
    record = encode(InventoryRecord(KEY, inventory_of([composed])))
    with pytest.raises(WireError, match=r"'composite' is not one of link, service, .* generic$"):
        decode_record(record)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"v":1,"v":1}',
        b'{"v":NaN}',
        b'{"v":' + b"9" * 5000 + b"}",
        b"[" * 60_000,
        b'{"v":2,"sent":1795400000000,"records":[]}',
        b'{"v":1,"sent":"now","records":[]}',
        b'{"v":1,"sent":1795400000000,"records":{}}',
        b" " * 70_000,
    ],
)
def test_an_envelope_that_cannot_be_read_raises_one_kind_of_error(payload: bytes) -> None:
    with pytest.raises(WireError):
        decode(payload)


@given(st.binary(max_size=400))
def test_any_bytes_give_records_or_a_wire_error(payload: bytes) -> None:
    with suppress(WireError):
        decode(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
FIELDS = tuple(json.loads(encode(BULLETIN)))


@given(st.dictionaries(st.sampled_from(FIELDS), JSON, min_size=1))
def test_any_field_of_any_type_gives_a_bulletin_or_a_wire_error(
    changes: dict[str, object],
) -> None:
    with suppress(WireError):
        record = decode_record(_spoilt(**changes))
        assert decode_record(encode(record)) == record
