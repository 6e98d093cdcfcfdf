"""What is not to be believed by a user of v3: it is dropped, and the true answer awaited."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import AUTH
from tests.agent.snmp.secured import DESCR, DIGESTS, ENGINES, SECRET, TIMES, Bench, Device
from tests.proof import examples

YES = {DESCR: b"yes"}
Fake = Callable[[Bench, bytes], bytes]


def unsigned(bench: Bench, data: bytes) -> bytes:
    return lower(bench, data, 0)


def in_clear(bench: Bench, data: bytes) -> bytes:
    return lower(bench, data, AUTH)


def lower(bench: Bench, data: bytes, flags: int) -> bytes:
    """The right answer, less secure than the question."""
    about = envelope.unwrap(data).envelope._replace(flags=flags)
    return bench.device.sound(about, bench.device.users[b"secret"], about.identifier)


def wrongly_signed(bench: Bench, data: bytes) -> bytes:
    forger = Device(replace(SECRET, auth_key="a guess"))
    about = envelope.unwrap(data).envelope
    return forger.sound(about, forger.users[b"secret"], about.identifier)


def cut_digest(bench: Bench, data: bytes) -> bytes:
    about = envelope.unwrap(data).envelope
    return envelope.seal(about._replace(flags=3, digest=b"short"), ber.tlv(ber.OCTETS, b""))


def of_another_engine(bench: Bench, data: bytes) -> bytes:
    stranger = Device()
    stranger.engine = b"\x80\0\x1f\x88\4stranger"
    about = envelope.unwrap(data).envelope
    return stranger.sound(about, stranger.users[b"secret"], about.identifier)


def to_another_question(bench: Bench, data: bytes) -> bytes:
    about = envelope.unwrap(data).envelope
    return bench.device.sound(about, bench.device.users[b"secret"], about.identifier - 1)


def a_report_of_another_engine(bench: Bench, data: bytes) -> bytes:
    stranger = Device()
    stranger.engine = b"\x80\0\x1f\x88\4stranger"
    return stranger.report(envelope.unwrap(data).envelope, DIGESTS)


def a_report_of_no_engine(bench: Bench, data: bytes) -> bytes:
    stranger = Device()
    stranger.engine = b""
    return stranger.report(envelope.unwrap(data).envelope, ENGINES)


def an_engine_without_end(bench: Bench, data: bytes) -> bytes:
    stranger = Device()
    stranger.engine = b"e" * 33
    return stranger.report(envelope.unwrap(data).envelope, ENGINES)


def a_wrongly_signed_report(bench: Bench, data: bytes) -> bytes:
    forger = Device(replace(SECRET, auth_key="a guess"))
    forger.boots = 99
    return forger.report(envelope.unwrap(data).envelope, TIMES, forger.users[b"secret"])


def the_question_itself(bench: Bench, data: bytes) -> bytes:
    return data


def of_v2c(bench: Bench, data: bytes) -> bytes:
    identifier = envelope.unwrap(data).envelope.identifier
    return message.Request(message.Version.V2C, b"public", message.GET, [DESCR]).encode(identifier)


def noise(bench: Bench, data: bytes) -> bytes:
    return b"\x30\x03\x02\x01\x03"


@pytest.mark.parametrize(
    "fake",
    [
        unsigned,
        in_clear,
        wrongly_signed,
        cut_digest,
        of_another_engine,
        to_another_question,
        a_report_of_another_engine,
        a_report_of_no_engine,
        an_engine_without_end,
        a_wrongly_signed_report,
        the_question_itself,
        of_v2c,
        noise,
    ],
)
def test_what_is_not_to_be_believed_is_dropped_and_the_answer_awaited(fake: Fake) -> None:
    bench = Bench()
    bench.ask()
    assert bench.ask(lambda data: fake(bench, data)) == YES
    assert bench.strays == 1
    assert bench.ask() == YES


@settings(max_examples=examples(200), deadline=None)
@given(st.data())
def test_a_damaged_answer_is_dropped_whatever_was_damaged(data: st.DataObject) -> None:
    bench = DAMAGED
    drawn = data.draw(
        st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), min_size=1, max_size=3)
    )
    cut = data.draw(st.none() | st.floats(0, 0.999))

    def damage(asked: bytes) -> bytes:
        damaged = bytearray(bench.device.answer(asked) or b"")
        for at, bits in drawn:
            damaged[int(at * len(damaged))] ^= bits
        return bytes(damaged[: None if cut is None else int(cut * len(damaged))])

    assert bench.ask(damage) == YES


DAMAGED = Bench()
