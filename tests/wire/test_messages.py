"""The present, the handshake, the presence and the receipt: exact round trips, hostile input."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.wire.errors import WireError
from numlycee.wire.messages import (
    GAUGES,
    Hello,
    Now,
    Presence,
    Present,
    decode_hello,
    decode_now,
    decode_presence,
    encode_hello,
    encode_now,
    encode_presence,
)
from numlycee.wire.reading import MAXIMUM_BYTES
from numlycee.wire.receipts import Mark, Receipt, decode_receipt, encode_receipt, site_key
from numlycee.wire.topics import Topics

T0 = 1_795_400_000_000
NOW = Now(
    run="9f",
    began=T0,
    head=12,
    at=T0 + 9,
    inventory="ab",
    states=(Present("link", State.DOWN, Cause.TIMEOUT, T0 + 2),),
    gauges={"link": {"rtt_seconds": 0.012}},
    vitals={"spool_bytes": 4096.0},
)
HELLO = Hello("n1", "9f", T0, {"9f": (1, 12), "8a": (400, 412)}, 3, 99, T0 + 1, 4096)
RECEIPT = Receipt(
    epoch=3,
    commit=100,
    nonce="n1",
    runs={"9f": Mark(10, ((12, 12),)), "8a": Mark(412)},
    received_at=T0 + 5,
    sent=T0 + 1,
    refused=(("9f", 11, "dated in the future"),),
)
SECRET = site_key(b"a master secret", "0310036W")


def test_messages_are_read_back_as_they_were_written() -> None:
    assert decode_now(encode_now(NOW)) == NOW
    assert decode_hello(encode_hello(HELLO)) == HELLO
    presence = Presence(online=True, run="9f", version="0.1.0")
    assert decode_presence(encode_presence(presence)) == presence
    assert decode_receipt(encode_receipt(RECEIPT, SECRET), SECRET) == RECEIPT


def test_a_present_too_large_keeps_its_states_and_the_gauges_of_most_worth() -> None:
    samples = dict.fromkeys(sorted(GAUGES), 1234.567891)
    crowded = dataclasses.replace(NOW, gauges={f"resource-{n}": samples for n in range(150)})
    payload = encode_now(crowded)
    assert len(payload) <= MAXIMUM_BYTES
    told = decode_now(payload)
    assert told.states == crowded.states
    kept = told.gauges["resource-7"]
    assert {"rtt_seconds", "wifi_clients"} <= set(kept) < GAUGES


def test_a_mark_settles_what_it_covers_and_nothing_else() -> None:
    mark = Mark(10, ((12, 14),))
    assert [seq for seq in range(1, 17) if seq in mark] == [*range(1, 11), 12, 13, 14]


@pytest.mark.parametrize("field", ["epoch", "commit", "nonce", "received_at", "sent"])
def test_a_receipt_that_was_touched_does_not_authenticate(field: str) -> None:
    body = json.loads(encode_receipt(RECEIPT, SECRET))
    body[field] = "n2" if field == "nonce" else body[field] + 1
    with pytest.raises(WireError, match="does not authenticate"):
        decode_receipt(json.dumps(body).encode(), SECRET)


@pytest.mark.parametrize("touched", [{"mac": "é" * 64}, {"mac": "\u4e00"}, {"nonce": "\ud800"}])
def test_a_forged_receipt_is_refused_whatever_its_characters(touched: dict[str, str]) -> None:
    body = json.loads(encode_receipt(RECEIPT, SECRET)) | touched
    with pytest.raises(WireError):
        decode_receipt(json.dumps(body).encode(), SECRET)


@given(st.dictionaries(st.text(max_size=4), st.text() | st.integers() | st.booleans()))
def test_any_object_without_its_proof_is_no_receipt(fields: dict[str, object]) -> None:
    with pytest.raises(WireError):
        decode_receipt(json.dumps({"mac": "x", **fields, "v": 1}).encode(), SECRET)


def test_each_site_has_its_own_key() -> None:
    with pytest.raises(WireError, match="does not authenticate"):
        decode_receipt(encode_receipt(RECEIPT, site_key(b"a master secret", "0340038G")), SECRET)


def test_a_cause_that_the_centre_alone_gives_is_refused() -> None:
    body = json.loads(encode_now(NOW))
    body["states"][0][2] = "part"
    with pytest.raises(WireError, match="'part' is not one of edge"):
        decode_now(json.dumps(body).encode())


@pytest.mark.parametrize(
    "gauges",
    [
        {"link": {"rtt_seconds": "fast"}},
        {"link": {"rtt_seconds": True}},
        {"link": {"rtt_seconds": 1e300}},
        {"link": 3},
    ],
)
def test_a_gauge_out_of_range_is_refused(gauges: object) -> None:
    body = json.loads(encode_now(NOW)) | {"gauges": gauges}
    with pytest.raises(WireError):
        decode_now(json.dumps(body).encode())


@pytest.mark.parametrize("vitals", [{"spool_bytes": "few"}, 3])
def test_a_vital_out_of_range_is_refused(vitals: object) -> None:
    body = json.loads(encode_now(NOW)) | {"vitals": vitals}
    with pytest.raises(WireError, match="vitals"):
        decode_now(json.dumps(body).encode())


def test_what_only_a_later_version_knows_is_left_out_and_counted() -> None:
    body = json.loads(encode_now(NOW)) | {"mood": "sunny"}
    body["gauges"]["link"]["wind_speed"] = "strong"
    body["vitals"]["mood"] = None
    body["states"] += [["sw", "tired", "solar-flare", T0], ["ap", "down", "solar-flare", T0]]
    told = decode_now(json.dumps(body).encode())
    blind = Present("sw", State.UNOBSERVED, Cause.OTHER, T0)
    down = Present("ap", State.DOWN, Cause.OTHER, T0)
    assert told == dataclasses.replace(NOW, states=(*NOW.states, blind, down), unknown=5)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_message_or_a_wire_error(payload: bytes) -> None:
    for decode in (decode_now, decode_hello, decode_presence):
        with pytest.raises(WireError):
            decode(payload)


def test_only_topics_of_ours_are_parsed() -> None:
    topics = Topics()
    assert topics.parse("numlycee/v1/0310036W/up/bulletin") == ("0310036W", "up", "bulletin")
    assert topics.parse(topics.down("0310036W", "receipt")) == ("0310036W", "down", "receipt")
    for other in (
        "numlycee/v1/0310036R/up/bulletin",
        "numlycee/v1/0310036W/up/order",
        "numlycee/v1/0310036W/up",
        "numlycee/v1/0310036W/up/bulletin/more",
        "elsewhere/0310036W/up/bulletin",
        "",
    ):
        assert topics.parse(other) is None
