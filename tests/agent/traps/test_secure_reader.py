"""SNMP v3: keys as the standards give them, who is believed, and what is answered."""

from dataclasses import replace

import pytest

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import AuthProtocol, PrivProtocol, Usm
from numlycee_agent.snmp.usm.envelope import AUTH, PRIV
from numlycee_agent.traps.notification import INFORM, RESPONSE, TRAP_V2
from numlycee_agent.traps.tally import Fate
from tests.agent.traps import recorded_notifications as recorded
from tests.agent.traps.trapping import NUMLYCEE, OPEN, SIGNING, Bench, Device, opened, pdu

SUITES: list[tuple[AuthProtocol, PrivProtocol]] = [
    ("MD5", "DES"),
    ("SHA", "AES-128"),
    ("SHA-224", "AES-192"),
    ("SHA-256", "AES-256"),
    ("SHA-384", "AES-128"),
    ("SHA-512", "AES-256-C"),
]


@pytest.mark.parametrize("suite", SUITES, ids="/".join)
def test_every_suite_is_read_and_answered(suite: tuple[AuthProtocol, PrivProtocol]) -> None:
    user = Usm("u", "auth-password", "priv-password", *suite)
    bench = Bench(user)
    assert bench.fate(Device(user).tell(TRAP_V2)) is Fate.HEEDED
    device = Device(user, bench.secure.engine, *clock(bench))
    about, body = opened(bench.take(device.tell(INFORM, reportable=True)))
    assert bench.woken == ["sw", "sw"]
    assert about.flags == AUTH | PRIV
    secret = ber.element(body, 0, len(body))[1]
    plain = device.user.decipher(about.engine, body[secret:], about.clock, about.salt)
    assert pdu(RESPONSE) in plain
    assert ber.tlv(ber.OCTETS, b"room") in plain


def clock(bench: Bench) -> tuple[int, int]:
    """Return the boots and time that the first message of a device is told."""
    return opened(bench.take(recorded.V3_DISCOVERY))[0].clock


def test_an_answer_is_signed() -> None:
    bench = Bench()
    device = Device(SIGNING, bench.secure.engine, *clock(bench))
    reply = bench.take(device.tell(INFORM, reportable=True))
    about, body = opened(reply)
    assert about.flags == AUTH
    blank = reply.replace(about.digest, bytes(len(about.digest)))
    assert device.user.digest(about.engine, blank) == about.digest
    assert pdu(RESPONSE) in body


@pytest.mark.parametrize("reportable", [True, False])
def test_who_asks_for_our_engine_is_told_but_wakes_nothing(*, reportable: bool) -> None:
    bench = Bench()
    reply = bench.take(Device(OPEN).tell(INFORM, reportable=reportable, engine=b""))
    assert bench.tally.counts == {Fate.DISCOVERY: 1}
    assert bool(reply) == reportable
    assert bench.woken == []


def test_an_inform_to_another_engine_is_told_ours() -> None:
    bench = Bench()
    about, body = opened(bench.take(Device(SIGNING).tell(INFORM, reportable=True)))
    assert about.engine == bench.secure.engine == b"\x80\0\0\0\x040310036W"
    assert ber.oid("1.3.6.1.6.3.15.1.1.4.0") in body
    assert bench.tally.counts == {Fate.DISCOVERY: 1}
    assert bench.woken == []


@pytest.mark.parametrize(
    ("stranger", "fate", "counter"),
    [
        (replace(SIGNING, auth_key="another-password"), Fate.WRONG_DIGEST, 5),
        (replace(SIGNING, auth_protocol="SHA-512"), Fate.WRONG_DIGEST, 5),
        (Usm("who", "auth-password"), Fate.UNKNOWN_USER, 3),
        (Usm("signing"), Fate.WRONG_LEVEL, 1),
        (Usm("open", "auth-password"), Fate.WRONG_LEVEL, 1),
        (replace(SIGNING, priv_key="priv-password"), Fate.WRONG_LEVEL, 1),
        (replace(NUMLYCEE, priv_key="another-password"), Fate.UNDECIPHERABLE, 6),
    ],
    ids=lambda value: str(value) if isinstance(value, Fate) else "",
)
def test_who_is_not_believed_is_told_why_and_wakes_nothing(
    stranger: Usm, fate: Fate, counter: int
) -> None:
    bench = Bench()
    device = Device(stranger, bench.secure.engine, *clock(bench))
    assert bench.fate(device.tell(TRAP_V2)) is fate
    about, body = opened(bench.take(device.tell(INFORM, reportable=True)))
    assert ber.oid(f"1.3.6.1.6.3.15.1.1.{counter}.0") in body
    assert about.flags == 0
    assert bench.woken == []


@pytest.mark.parametrize("header", ["040104020102", "040106020103", "04020404020103"])
def test_another_security_model_or_secrecy_without_proof_is_malformed(header: str) -> None:
    usual = recorded.V3_DISCOVERY.hex()
    assert usual.count("040104020103") == 1
    changed = bytes.fromhex(usual.replace("040104020103", header))
    assert Bench().fate(changed) is Fate.MALFORMED


def test_a_salt_of_another_length_is_no_cipher() -> None:
    device = Device(NUMLYCEE, salt=b"short")
    assert Bench().fate(device.tell(TRAP_V2)) is Fate.UNDECIPHERABLE


def test_one_name_may_have_several_keys() -> None:
    other = replace(SIGNING, auth_key="another-password")
    bench = Bench(SIGNING, other)
    assert bench.fate(Device(other).tell(TRAP_V2)) is Fate.HEEDED
    assert bench.fate(Device(SIGNING).tell(TRAP_V2)) is Fate.HEEDED


def test_a_user_who_signs_may_tell_its_traps_in_clear() -> None:
    assert Bench().fate(Device(replace(NUMLYCEE, priv_key=None)).tell(TRAP_V2)) is Fate.HEEDED


def test_an_inform_out_of_our_time_is_told_it_and_then_heeded() -> None:
    bench = Bench()
    boots, _ = clock(bench)
    device = Device(SIGNING, bench.secure.engine, 0, 0)
    about, body = opened(bench.take(device.tell(INFORM, reportable=True)))
    assert ber.oid("1.3.6.1.6.3.15.1.1.2.0") in body
    assert (about.flags, about.clock) == (AUTH, (boots, 0))
    assert bench.woken == []
    device.boots, device.time = about.clock
    assert bench.fate(device.tell(INFORM)) is Fate.HEEDED


async def test_our_time_goes_by_and_our_boots_grow_with_each_start() -> None:
    bench = Bench()
    boots, _ = clock(bench)
    await bench.clock.advance(160)
    assert clock(bench) == (boots, 160)
    late = Device(SIGNING, bench.secure.engine, boots, 5)
    assert bench.fate(late.tell(INFORM)) is Fate.OUT_OF_TIME
    late.time = 11
    assert bench.fate(late.tell(INFORM)) is Fate.HEEDED


async def test_a_replayed_trap_is_refused_once_it_is_old() -> None:
    bench = Bench()
    assert bench.fate(recorded.V3_LINK_DOWN) is Fate.HEEDED
    await bench.clock.advance(149)
    assert bench.fate(recorded.V3_LINK_DOWN) is Fate.HEEDED
    await bench.clock.advance(2)
    assert bench.fate(recorded.V3_LINK_DOWN) is Fate.OUT_OF_TIME


def test_a_sender_that_restarts_is_believed_and_its_past_is_not() -> None:
    bench = Bench()
    device = Device(SIGNING, boots=7, time=90_000)
    assert bench.fate(device.tell(TRAP_V2)) is Fate.HEEDED
    device.time = 89_000
    assert bench.fate(device.tell(TRAP_V2)) is Fate.OUT_OF_TIME
    device.boots, device.time = 8, 3
    assert bench.fate(device.tell(TRAP_V2)) is Fate.HEEDED
    device.boots, device.time = 7, 90_010
    assert bench.fate(device.tell(TRAP_V2)) is Fate.OUT_OF_TIME


def test_the_engines_that_are_remembered_are_bounded() -> None:
    bench = Bench(SIGNING)
    device = Device(SIGNING)
    for number in range(1100):
        assert bench.fate(device.tell(TRAP_V2, engine=b"%05d" % number)) is Fate.HEEDED
    assert len(bench.secure._heard) < 1100
