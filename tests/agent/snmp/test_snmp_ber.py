import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.values import Missing, SnmpDecodeError


@pytest.mark.parametrize(
    ("number", "octets"),
    [
        (0, "020100"),
        (127, "02017f"),
        (128, "02020080"),
        (256, "02020100"),
        (-1, "0201ff"),
        (-128, "020180"),
        (-129, "0202ff7f"),
        (2**31 - 1, "02047fffffff"),
    ],
)
def test_a_number_takes_the_fewest_octets(number: int, octets: str) -> None:
    assert ber.integer(number).hex() == octets
    assert ber.read_integer(bytes.fromhex(octets), 0, len(octets) // 2) == (
        number,
        len(octets) // 2,
    )


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("1.3.6.1.2.1.1.1.0", "06082b06010201010100"),
        ("1.3.6.1.4.1.8072.3.2.10", "060a2b06010401bf0803020a"),
        ("0.0", "060100"),
        ("1.0.8802.1.1.2", "060628c462010102"),
        ("2.999.3", "0603883703"),
        ("1.3.4294967295", "06062b8fffffff7f"),
    ],
)
def test_an_oid_as_in_the_standard(name: str, octets: str) -> None:
    assert ber.oid(name).hex() == octets
    assert ber.read_oid(bytes.fromhex(octets)[2:]) == name


@pytest.mark.parametrize("name", ["", "1.3.x", "3.1", "1.40", "1.3.4294967296", "1.3.-1"])
def test_what_is_no_oid_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"invalid literal|not an object identifier"):
        ber.oid(name)


def test_an_arc_wider_than_32_bits_keeps_its_low_bits() -> None:
    # -1 as some agents spell it: ten octets of sign.
    assert ber.read_oid(bytes.fromhex("2b81ffffffffffffffff7f")) == "1.3.4294967295"


def test_an_empty_oid_is_zero_and_one_cut_within_an_arc_is_an_error() -> None:
    assert ber.read_oid(b"") == "0.0"
    with pytest.raises(SnmpDecodeError, match="within an arc"):
        ber.read_oid(b"\x2b\x86")


@pytest.mark.parametrize(
    ("tag", "octets", "value"),
    [
        (0x02, "ff", -1),
        (0x04, "6c6f0000", b"lo\0\0"),
        (0x06, "2b0601", "1.3.6.1"),
        (0x40, "0a000001", "10.0.0.1"),
        (0x40, "0a00", b"\x0a\x00"),
        (0x41, "ffffffff", 2**32 - 1),
        (0x41, "00ffffffff", 2**32 - 1),
        (0x42, "", 0),
        (0x43, "00fffffff0", 4294967280),
        (0x44, "9f780442280000", 42.0),
        (0x44, "9f79084045000000000000", 42.0),
        (0x44, "9f7804", b"\x9f\x78\x04"),
        (0x44, "010203", b"\x01\x02\x03"),
        (0x46, "00ffffffffffffffff", 2**64 - 1),
        (0x46, "ffffffffffffffff", 2**64 - 1),
        (0x05, "", Missing.NULL),
        (0x80, "", Missing.NO_OBJECT),
        (0x81, "", Missing.NO_INSTANCE),
        (0x82, "", Missing.END_OF_VIEW),
    ],
)
def test_values_are_read_tolerantly(tag: int, octets: str, value: object) -> None:
    assert ber.read_value(tag, bytes.fromhex(octets)) == value


def test_a_number_beyond_64_bits_or_an_unknown_type_is_an_error() -> None:
    with pytest.raises(SnmpDecodeError, match="too long"):
        ber.read_value(0x46, b"\x01" * 10)
    with pytest.raises(SnmpDecodeError, match="no SNMP type"):
        ber.read_value(0x99, b"")


@pytest.mark.parametrize("octets", ["04", "0480", "0482ff", "0405aa", "0481"])
def test_an_element_cut_short_is_an_error(octets: str) -> None:
    data = bytes.fromhex(octets)
    with pytest.raises(SnmpDecodeError):
        ber.element(data, 0, len(data))


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_number_comes_back(number: int) -> None:
    octets = ber.integer(number)
    assert ber.read_integer(octets, 0, len(octets)) == (number, len(octets))


@given(
    st.integers(0, 2),
    st.integers(0, 39),
    st.lists(st.integers(0, 2**32 - 1), max_size=40),
)
def test_every_oid_comes_back(first: int, second: int, rest: list[int]) -> None:
    name = ".".join(map(str, (first, second, *rest)))
    octets = ber.oid(name)
    _, start, stop = ber.element(octets, 0, len(octets))
    assert ber.read_oid(octets[start:stop]) == name


@given(st.binary(max_size=300))
def test_every_string_comes_back_with_its_length(content: bytes) -> None:
    octets = ber.tlv(ber.OCTETS, content)
    tag, start, stop = ber.element(octets, 0, len(octets))
    assert (tag, octets[start:stop]) == (ber.OCTETS, content)
