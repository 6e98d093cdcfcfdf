"""Notifications of v1 and v2c: from recorded and hand-made octets to what they wake."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.message import Version
from numlycee_agent.traps.notification import (
    INFORM,
    RESPONSE,
    TRAP_V1,
    TRAP_V2,
    Notification,
    Refusal,
    read_pdu,
)
from numlycee_agent.traps.receiver import Receiver
from numlycee_agent.traps.tally import Fate, Tally
from tests.agent.traps import recorded_notifications as recorded
from tests.agent.traps.trapping import (
    LINK_UP,
    NUMLYCEE,
    STRANGER,
    SWITCH,
    UPS,
    Bench,
    Device,
    binds,
    message,
    pdu,
)
from tests.proof import examples

PLAIN = [recorded.V1_LINK_DOWN, recorded.V1_ON_BATTERY, recorded.V2_LINK_DOWN, recorded.V2_INFORM]
ALL = [*PLAIN, recorded.V3_LINK_DOWN, recorded.V3_DISCOVERY]


@pytest.mark.parametrize("datagram", [*PLAIN, recorded.V3_LINK_DOWN])
def test_what_net_snmp_sends_wakes(datagram: bytes) -> None:
    bench = Bench()
    assert bench.fate(datagram) is Fate.HEEDED
    assert bench.woken == ["sw"]


def test_a_port_that_fell_is_told_with_its_date() -> None:
    bench = Bench()
    for datagram in (recorded.V1_LINK_DOWN, recorded.V2_LINK_DOWN, recorded.V2_INFORM):
        bench.take(datagram)
    assert [(switch, port) for switch, port, _ in bench.ports] == [("sw", 3)] * 3
    assert all(fell is not None and 0 < fell < 2**32 for _, _, fell in bench.ports)
    bench.take(recorded.V1_ON_BATTERY)
    assert len(bench.ports) == 3


def test_a_port_that_is_back_wakes_what_is_behind_it() -> None:
    bench = Bench()
    told = binds(*LINK_UP, ("1.3.6.1.2.1.2.2.1.1.7", ber.integer(7)))
    assert bench.fate(message(Version.V2C, "secret", pdu(TRAP_V2, told=told))) is Fate.HEEDED
    assert bench.ports == [("sw", 7, None)]
    assert bench.woken == ["sw", "behind-7"]


def test_a_notification_that_names_no_port_wakes_its_sender_only() -> None:
    bench = Bench()
    bench.take(message(Version.V2C, "secret", pdu(TRAP_V2)))
    assert (bench.ports, bench.woken) == ([], ["sw"])


def test_everything_at_the_address_is_woken_and_nothing_else() -> None:
    bench = Bench()
    bench.take(recorded.V2_LINK_DOWN, UPS)
    assert bench.woken == ["ups", "ups-card"]


@pytest.mark.parametrize(
    ("source", "woken"),
    [("::ffff:10.0.0.2", "sw"), ("2001:db8::1", "ap"), ("2001:db8::1%eth0", "ap")],
)
def test_an_address_is_known_however_the_socket_spells_it(source: str, woken: str) -> None:
    bench = Bench()
    bench.take(recorded.V2_LINK_DOWN, source)
    assert bench.woken == [woken]


def event_of(datagram: bytes) -> str:
    at, end = ber.element(datagram, 0, len(datagram))[1:]
    version, at = ber.read_integer(datagram, at, end)
    return read_pdu(datagram, ber.element(datagram, at, end)[2], end, version).event


def test_events_of_v1_have_the_names_of_v2() -> None:
    assert event_of(recorded.V1_LINK_DOWN) == "1.3.6.1.6.3.1.1.5.3"
    assert event_of(recorded.V2_LINK_DOWN) == "1.3.6.1.6.3.1.1.5.3"
    assert event_of(recorded.V1_ON_BATTERY) == "1.3.6.1.4.1.318.0.5"


@pytest.mark.parametrize("datagram", ALL)
def test_a_stranger_is_neither_read_nor_answered(datagram: bytes) -> None:
    bench = Bench()
    assert bench.take(datagram, STRANGER) == b""
    assert bench.tally.counts == {Fate.UNKNOWN_SENDER: 1}
    assert bench.woken == []


def test_an_inform_is_answered_with_what_it_says() -> None:
    said = message(Version.V2C, "secret", pdu(INFORM, 77))
    assert Bench().take(said) == message(Version.V2C, "secret", pdu(RESPONSE, 77))
    reply = Bench().take(recorded.V2_INFORM)
    assert reply == recorded.V2_INFORM.replace(b"\xa6\x48", b"\xa2\x48")


@pytest.mark.parametrize("datagram", [recorded.V1_LINK_DOWN, recorded.V2_LINK_DOWN])
def test_a_trap_is_not_answered(datagram: bytes) -> None:
    assert Bench().take(datagram) == b""


@pytest.mark.parametrize("tag", [TRAP_V2, INFORM])
def test_a_wrong_community_wakes_nothing_and_gets_no_answer(
    tag: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bench = Bench()
    assert bench.take(message(Version.V2C, "guessed-wrong", pdu(tag))) == b""
    assert bench.tally.counts == {Fate.WRONG_COMMUNITY: 1}
    assert bench.woken == []
    assert "guessed" not in caplog.text


@pytest.mark.parametrize(
    ("datagram", "fate"),
    [
        (message(Version.V2C, "secret", pdu(0xA0)), Fate.NO_NOTIFICATION),
        (message(Version.V1, "secret", pdu(0xA2)), Fate.NO_NOTIFICATION),
        (message(Version.V1, "secret", pdu(TRAP_V2)), Fate.NO_NOTIFICATION),
        (message(Version.V2C, "secret", pdu(TRAP_V1)), Fate.NO_NOTIFICATION),
        (message(2, "secret", pdu(TRAP_V2)), Fate.MALFORMED),
        (message(Version.V2C, "secret", pdu(TRAP_V2, told=binds(LINK_UP[0]))), Fate.MALFORMED),
        (message(Version.V2C, "secret", pdu(TRAP_V2, told=b"\x30\x02\x05\x00")), Fate.MALFORMED),
        (message(Version.V2C, "secret", pdu(0x30)), Fate.MALFORMED),
        (b"", Fate.MALFORMED),
        (b"GET / HTTP/1.1\r\n\r\n", Fate.MALFORMED),
    ],
)
def test_what_is_no_notification_is_counted(datagram: bytes, fate: Fate) -> None:
    bench = Bench()
    assert bench.fate(datagram) is fate
    assert bench.woken == []


@pytest.mark.parametrize("datagram", ALL)
def test_a_datagram_cut_anywhere_is_malformed(datagram: bytes) -> None:
    bench = Bench()
    for size in range(len(datagram)):
        assert bench.fate(datagram[:size]) is Fate.MALFORMED
    assert bench.woken == []


@settings(max_examples=examples(300))
@given(st.binary(max_size=300))
def test_noise_is_counted_and_never_raises(noise: bytes) -> None:
    DEAF.fate(noise)
    assert DEAF.woken == []


@settings(max_examples=examples(300))
@given(st.sampled_from(ALL), st.data())
def test_a_damaged_datagram_is_counted_and_never_raises(
    datagram: bytes, data: st.DataObject
) -> None:
    octets = bytearray(datagram)
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    BENCH.fate(bytes(octets))


BENCH, DEAF = Bench(), Bench()
DEVICE = Device(NUMLYCEE)


@settings(max_examples=examples(200))
@given(st.binary(max_size=120))
def test_noise_that_a_known_user_signs_never_raises(noise: bytes) -> None:
    BENCH.fate(DEVICE.seal(noise))


class Broken:
    def read(self, data: bytes, at: int, end: int) -> tuple[Notification, bytes]:
        raise RuntimeError("this machine lacks an algorithm")


def test_a_fault_of_ours_is_counted_told_once_and_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tally = Tally()
    receiver = Receiver({SWITCH: ["sw"]}, [], Broken(), print, tally)
    assert receiver.take(recorded.V3_LINK_DOWN, SWITCH) == b""
    assert receiver.take(recorded.V3_LINK_DOWN, SWITCH) == b""
    assert tally.counts == {Fate.FAULT: 2}
    assert caplog.messages == ["a notification is beyond us"]


def test_a_refusal_says_why() -> None:
    with pytest.raises(Refusal, match="no-notification"):
        read_pdu(b"\xa0\0", 0, 2, Version.V3)


def test_each_refusal_is_news_once() -> None:
    bench = Bench()
    assert bench.tally.news() == {}
    for source in (STRANGER, STRANGER, SWITCH):
        bench.take(recorded.V2_LINK_DOWN, source)
    assert bench.tally.news() == {Fate.UNKNOWN_SENDER: 2}
    bench.take(b"")
    assert bench.tally.news() == {Fate.MALFORMED: 1}
    assert bench.tally.news() == {}
