import struct
from contextlib import suppress
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee_agent.probes.dns import Ask, MalformedError, decode_reply, encode_question

QUESTION = encode_question(0x1234, "ent.exemple.fr", Ask.A)


def reply(
    *records: tuple[int, bytes], flags: int = 0x8180, ident: int = 0x1234, asked: bytes = QUESTION
) -> bytes:
    head = struct.pack("!6H", ident, flags, 1, len(records), 0, 0)
    body = b"".join(
        b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data for kind, data in records
    )
    return head + asked[12:] + body


def test_a_question_is_spelt_as_rfc_1035_says() -> None:
    assert (
        bytes.fromhex("1234010000010000000000000365 6e7407 6578656d706c65 02667200 0001 0001")
        == QUESTION
    )


def test_a_name_with_accents_is_asked_in_its_ascii_form() -> None:
    assert b"\x0cxn--lyce-dpa\x02fr\x00" in encode_question(1, "lycée.fr", Ask.AAAA)


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64 + ".fr", ".".join(["abcdefgh"] * 40)])
def test_a_name_that_dns_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"DNS name|label"):
        encode_question(1, name, Ask.A)


def test_addresses_are_read_behind_an_alias() -> None:
    packet = reply((5, b"\x03www\xc0\x10"), (1, bytes([192, 0, 2, 7])), (28, bytes(15) + b"\x01"))
    answer = decode_reply(packet, QUESTION)
    assert answer.code == 0
    assert answer.addresses == (ip_address("192.0.2.7"), ip_address("::1"))


def test_the_case_of_the_name_does_not_matter() -> None:
    shouted = QUESTION[:12] + QUESTION[12:].replace(b"ent", b"ENT")
    assert decode_reply(reply((1, b"\x01\x02\x03\x04"), asked=shouted), QUESTION).addresses


def test_no_such_name_is_an_answer_with_its_code() -> None:
    assert decode_reply(reply(flags=0x8183), QUESTION).code == 3


def test_truncation_is_told() -> None:
    assert decode_reply(reply(flags=0x8380), QUESTION).truncated


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"", "cut short"),
        (reply((1, b"\x01\x02\x03\x04"))[:-1], "cut short"),
        (reply(ident=0x4321), "another question"),
        (reply(asked=encode_question(0x1234, "pirate.fr", Ask.A)), "another question"),
        (QUESTION, "not an answer"),
    ],
)
def test_what_is_not_the_answer_is_refused(packet: bytes, reason: str) -> None:
    with pytest.raises(MalformedError, match=reason):
        decode_reply(packet, QUESTION)


@given(st.binary(max_size=200))
def test_any_tail_gives_a_malformed_error_at_worst(tail: bytes) -> None:
    packet = struct.pack("!6H", 0x1234, 0x8180, 1, 1, 0, 0) + QUESTION[12:] + tail
    with suppress(MalformedError):
        assert len(decode_reply(packet, QUESTION).addresses) <= 1
