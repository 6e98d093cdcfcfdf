import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.message import Request, Version
from numlycee_agent.snmp.values import Missing, SnmpDecodeError

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
# GET sysDescr.0, community "public", identifier 0x12345678, as net-snmp sends it.
GET_SYS_DESCR = (
    "302902010104067075626c6963a01c020412345678020100020100300e300c06082b060102010101000500"
)


def answer(binds: bytes, *, identifier: int = 7, status: int = 0, index: int = 0) -> bytes:
    fields = ber.integer(identifier) + ber.integer(status) + ber.integer(index)
    pdu = ber.tlv(message.RESPONSE, fields + ber.tlv(ber.SEQUENCE, binds))
    return ber.tlv(ber.SEQUENCE, ber.integer(Version.V2C) + ber.tlv(ber.OCTETS, b"public") + pdu)


def bind(name: str, tag: int, content: bytes) -> bytes:
    return ber.tlv(ber.SEQUENCE, ber.oid(name) + ber.tlv(tag, content))


GOOD = answer(
    bind(SYS_DESCR, ber.OCTETS, b"x" * 200)
    + bind("1.3.6.1.2.1.1.3.0", ber.TICKS, b"\x00\xff\xff\xff\xff")
    + bind("1.3.6.1.2.1.1.99.0", 0x81, b""),
    status=2,
    index=3,
)


def test_a_request_is_what_net_snmp_sends() -> None:
    request = Request(Version.V2C, b"public", message.GET, [SYS_DESCR])
    assert request.encode(0x12345678).hex() == GET_SYS_DESCR


def test_only_the_identifier_changes_from_one_sending_to_the_next() -> None:
    request = Request(Version.V2C, b"public", message.GET_BULK, [SYS_DESCR] * 9, 25)
    one, other = request.encode(1 << 30), request.encode((1 << 30) + 1)
    assert len(one) == len(other)
    assert sum(a != b for a, b in zip(one, other, strict=True)) == 1
    assert bytes.fromhex("020100020119") in one  # no non-repeaters, 25 repetitions


def test_an_answer_is_read() -> None:
    response = message.decode(GOOD)
    assert (response.identifier, response.status, response.index) == (7, 2, 3)
    assert response.binds == [
        (SYS_DESCR, b"x" * 200),
        ("1.3.6.1.2.1.1.3.0", 2**32 - 1),
        ("1.3.6.1.2.1.1.99.0", Missing.NO_INSTANCE),
    ]
    assert message.identifier_of(GOOD) == 7


def test_padding_after_the_message_is_let_be() -> None:
    assert message.decode(GOOD + b"\0\0") == message.decode(GOOD)


def test_lengths_spelt_long_are_read_as_well() -> None:
    long = ber.oid(SYS_DESCR)
    padded = b"\x30\x81" + bytes([len(long) + 4]) + long + b"\x04\x82\x00\x00"
    assert message.decode(answer(padded)).binds == [(SYS_DESCR, b"")]


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\x30\x00",
        bytes.fromhex(GET_SYS_DESCR),  # a request is no answer
        GOOD.replace(b"\x02\x01\x01\x04", b"\x02\x01\x03\x04", 1),  # version 3
        GOOD[:-1],
        answer(b"\x30\x03\x06\x01\x2b"),
        answer(b"\x04\x00"),
    ],
)
def test_what_is_no_answer_is_one_kind_of_error(octets: bytes) -> None:
    with pytest.raises(SnmpDecodeError):
        message.decode(octets)


@given(st.binary(max_size=200))
def test_noise_raises_nothing_else(noise: bytes) -> None:
    with contextlib.suppress(SnmpDecodeError):
        message.decode(noise)


@given(st.data())
def test_a_damaged_answer_raises_nothing_else(data: st.DataObject) -> None:
    damaged = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(GOOD) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    with contextlib.suppress(SnmpDecodeError):
        message.decode(bytes(damaged[:cut]))
    with contextlib.suppress(SnmpDecodeError):
        message.decode(bytes(damaged))


_TYPES = st.one_of(
    st.tuples(st.just(ber.OCTETS), st.binary(max_size=300)),
    st.tuples(st.sampled_from([ber.COUNTER, ber.GAUGE, ber.TICKS]), st.just(b"\x01\x02")),
)


@given(st.lists(_TYPES, max_size=20))
def test_what_is_written_is_read(values: list[tuple[int, bytes]]) -> None:
    written = b"".join(bind(f"1.3.6.1.{at}", *value) for at, value in enumerate(values))
    expected = [
        (f"1.3.6.1.{at}", content if tag == ber.OCTETS else 258)
        for at, (tag, content) in enumerate(values)
    ]
    assert message.decode(answer(written)).binds == expected
