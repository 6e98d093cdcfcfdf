"""Asking as a user of v3: discovery, clocks, engines that change, and whom not to believe."""

from dataclasses import replace

import pytest

from numlycee_agent.snmp import message
from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import REPORTABLE, Envelope
from numlycee_agent.snmp.usm.user import User
from numlycee_agent.snmp.values import Grounds, SnmpRefused, SnmpTimeout
from numlycee_agent.snmp.walk import Question
from tests.agent.snmp.secured import (
    DESCR,
    ENGINES,
    OPEN,
    PRIV_KEY,
    QUESTION,
    SECRET,
    SIGNING,
    TIMES,
    WORN_OUT,
    Bench,
    Device,
)

YES = {DESCR: b"yes"}


@pytest.mark.parametrize("user", [OPEN, SIGNING, SECRET], ids=lambda user: user.user)
def test_the_engine_is_discovered_once(user: Usm) -> None:
    bench = Bench(user)
    for asked in (2, 3, 4):
        assert bench.ask() == YES
        assert len(bench.device.asked) == asked
    assert bench.strays == 0


def test_the_envelope_of_an_answer_is_known_from_the_second_on() -> None:
    bench = Bench()
    bench.ask()
    habit = bench.speech._habit
    for _ in range(3):
        bench.pass_by(3)
        bench.ask()
    assert habit is not None
    assert bench.speech._habit is habit


def test_a_discovery_is_the_one_of_rfc_3414() -> None:
    bench = Bench()
    bench.ask()
    opened = envelope.unwrap(bench.device.asked[0])
    assert opened.envelope[1:] == (REPORTABLE, b"", (0, 0), b"", b"", b"")
    found = message.decode(
        bench.device.asked[0][opened.body_at :], lambda data: message.scoped(data, message.GET)
    )
    assert (found.identifier, found.binds) == (opened.envelope.identifier, [])


def test_the_header_and_what_it_wraps_bear_one_identifier() -> None:
    bench = Bench(SIGNING)
    bench.ask()
    opened = envelope.unwrap(bench.device.asked[1])
    body = bench.device.asked[1][opened.body_at :]
    assert message.scoped_identifier(body) == (message.GET, opened.envelope.identifier)


@pytest.mark.parametrize(
    ("boots", "now"),
    [(8, 3), (9, 1000), (7, 2000), (7, 3), (1, 5), (1, 5000)],
    ids=["restarted", "twice", "fast", "backwards", "forgetful", "forgetful-and-long-ago"],
)
def test_a_clock_that_is_not_as_it_was_is_taken_from_the_report(boots: int, now: int) -> None:
    bench = Bench()
    bench.ask()
    bench.device.boots, bench.device.now = boots, now
    before = len(bench.device.asked)
    assert bench.ask() == bench.ask() == YES
    assert len(bench.device.asked) - before == 3
    assert bench.strays == 0


def test_a_device_that_tells_no_clock_at_its_discovery_is_asked_twice() -> None:
    bench = Bench()
    bench.device.boots, bench.device.now = 0, 0
    report = bench.device.report(Envelope(1 << 30, 0, b"", (0, 0), b"", b"", b""), ENGINES)
    bench.device.boots, bench.device.now = 7, 1000
    answers = iter([report])
    found = bench.hold(
        bench.speech.ask(QUESTION),
        lambda data: [next(answers, None) or bench.device.answer(data) or b""],
    )
    assert dict(found.binds()) == YES
    assert len(bench.device.asked) == 2


def test_a_clock_that_drifts_is_followed() -> None:
    bench = Bench()
    for _ in range(30):
        assert bench.ask() == YES
        bench.seconds += 600
        bench.device.now += 500
    assert len(bench.device.asked) == 31
    bench.device.now -= 200
    assert bench.ask() == YES
    assert len(bench.device.asked) == 33


def test_a_device_that_was_replaced_is_discovered_by_its_report() -> None:
    bench = Bench()
    bench.ask()
    bench.device.engine = b"\x80\0\x1f\x88\4another"
    bench.device.boots, bench.device.now = 1, 10
    assert bench.ask() == YES
    assert len(bench.device.asked) == 4


def test_a_device_that_was_replaced_by_a_deaf_one_is_discovered_after_a_silence() -> None:
    bench = Bench()
    bench.ask()
    bench.device.engine, bench.device.deaf = b"\x80\0\x1f\x88\4another", True
    with pytest.raises(SnmpTimeout):
        bench.ask()
    assert bench.ask() == YES


@pytest.mark.parametrize(
    ("user", "grounds"),
    [
        (Usm("nobody", "authentication"), Grounds.USER),
        (replace(SIGNING, auth_key="not the key"), Grounds.AUTH_KEY),
        (replace(SIGNING, auth_protocol="SHA-512"), Grounds.AUTH_KEY),
        (replace(SECRET, priv_key="not the key"), Grounds.PRIV_KEY),
        (replace(SIGNING, priv_key=PRIV_KEY), Grounds.LEVEL),
        (replace(OPEN, auth_key="authentication"), Grounds.LEVEL),
    ],
    ids=["user", "key", "protocol", "privacy", "secrecy", "signature"],
)
def test_a_refusal_says_why_and_no_secret(user: Usm, grounds: Grounds) -> None:
    bench = Bench(user)
    for _ in range(2):
        with pytest.raises(SnmpRefused) as refusal:
            bench.ask()
        assert refusal.value.grounds is grounds
        assert "not the key" not in str(refusal.value)


def test_a_device_that_says_nothing_of_what_it_cannot_decipher_is_asked_in_clear() -> None:
    bench = Bench(replace(SECRET, priv_key="not the key"))
    bench.device.deaf = True
    with pytest.raises(SnmpRefused, match="privacy key or protocol is wrong"):
        bench.ask()
    fallen = Bench()
    fallen.ask()
    fallen.device.deaf, fallen.device.users = (
        True,
        {b"secret": User(replace(SECRET, priv_key="changed meanwhile"))},
    )
    with pytest.raises(SnmpTimeout):
        fallen.ask()


def test_a_device_that_is_deaf_to_long_questions_is_not_accused_of_a_key() -> None:
    bench = Bench(replace(SECRET, priv_key="not the key"))
    bench.device.deaf = True
    for long in (Question((), (DESCR, DESCR), 0), Question((DESCR,), (DESCR,), 25)):
        with pytest.raises(SnmpTimeout):
            bench.ask(question=long)
    with pytest.raises(SnmpRefused):
        bench.ask(question=Question((DESCR,), (DESCR,), 1))


def test_a_device_that_is_silent_after_its_discovery_is_silent() -> None:
    bench = Bench()
    told = bench.device.answer
    answers = iter([True])
    with pytest.raises(SnmpTimeout):
        bench.hold(
            bench.speech.ask(QUESTION),
            lambda data: [told(data) or b""] if next(answers, False) else [],
        )


def test_an_engine_whose_boots_are_used_up_is_refused_by_itself() -> None:
    bench = Bench()
    bench.device.boots = WORN_OUT
    with pytest.raises(SnmpRefused, match="does not accept the time"):
        bench.ask()
    assert len(bench.device.asked) == 4


def test_an_engine_that_changes_at_every_answer_is_refused() -> None:
    bench = Bench()
    names = iter(range(9))

    def answers(data: bytes) -> list[bytes]:
        bench.device.engine = b"engine %d" % next(names)
        return [bench.device.answer(data) or b""]

    with pytest.raises(SnmpRefused, match="the engine that it names itself"):
        bench.hold(bench.speech.ask(QUESTION), answers)


@pytest.mark.parametrize(("boots", "seconds"), [(0, 151), (1, -5000), (7, 1000)])
def test_an_answer_out_of_its_engines_time_is_asked_for_again(boots: int, seconds: int) -> None:
    bench = Bench()
    bench.ask()

    def from_before(data: bytes) -> bytes:
        past = Device()
        past.boots, past.now = bench.device.boots - boots, bench.device.now - seconds
        about = envelope.unwrap(data).envelope
        return past.sound(about, past.users[b"secret"], about.identifier)

    before = len(bench.device.asked)
    assert bench.ask(from_before) == YES
    assert len(bench.device.asked) - before == 2  # with the odd clock first, which it corrects
    assert bench.ask() == YES


class Frozen(Device):
    """A device that tells the same second for ever, and takes any from others."""

    def is_in_time(self, about: Envelope) -> bool:
        return True


def test_a_device_without_a_clock_is_asked_twice_once_in_a_while() -> None:
    bench = Bench(device=Frozen())
    bench.device.boots, bench.device.now = 0, 0
    for _ in range(3):
        assert bench.ask() == YES
        bench.seconds += 3600
    assert len(bench.device.asked) == 1 + 1 + 2 + 2
    assert bench.strays == 0


def test_an_answer_is_not_taken_twice() -> None:
    bench = Bench()
    kept: list[bytes] = []
    answer = bench.device.answer

    def remember(data: bytes) -> bytes | None:
        told = answer(data)
        kept.append(told or b"")
        return told

    bench.device.answer = remember  # type: ignore[method-assign]
    bench.ask()
    assert bench.ask(lambda _: kept[-1]) == YES
    assert bench.strays == 1


def test_an_unsigned_report_of_the_time_does_no_harm() -> None:
    bench = Bench()
    bench.ask()

    def report(data: bytes) -> bytes:
        liar = Device()
        liar.boots = 4000
        return liar.report(envelope.unwrap(data).envelope, TIMES)

    assert bench.ask(report) == bench.ask() == YES
    assert len(bench.device.asked) == 5


def test_no_salt_is_used_twice() -> None:
    bench = Bench()
    for _ in range(20):
        bench.ask()
        bench.pass_by(1)
    salts = [envelope.unwrap(data).envelope.salt for data in bench.device.asked[1:]]
    assert len({*salts}) == len(salts) == 20


def test_noise_before_an_engine_is_known_is_dropped() -> None:
    bench = Bench()
    found = bench.hold(
        bench.speech.ask(QUESTION),
        lambda data: [b"noise", bench.device.answer(data) or b""],
    )
    assert dict(found.binds()) == YES
    assert bench.strays == 2


def test_all_is_forgotten_when_the_session_closes() -> None:
    bench = Bench()
    bench.ask()
    bench.speech.forget()
    assert bench.ask() == YES
    assert len(bench.device.asked) == 4
