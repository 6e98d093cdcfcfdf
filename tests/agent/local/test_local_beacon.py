"""What a device may say, and how it proves that it is one of the site's."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.settings import SettingsError
from numlycee_agent.local.beacon import MOST_REMEMBERED, Guard, load_key, read
from numlycee_agent.mobile.ports import Beacon
from tests.agent.virtual import NOON, VirtualClock
from tests.proof import examples

KEY = "0123456789abcdef" * 4
BODY = b'{"serial": "5CG1234ABC"}'


def sign(body: bytes = BODY, at: int = NOON, key: str = KEY) -> str:
    date = at // 1000
    digest = hmac.new(key.encode(), f"{date}\n".encode() + body, hashlib.sha256).hexdigest()
    return f"HMAC-SHA256 {date}:{digest}"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def guard(clock: VirtualClock) -> Guard:
    return Guard(KEY, clock)


def test_a_whole_beacon_is_read() -> None:
    said = {
        "serial": "5CG 1234-ABC",
        "battery": 0.81,
        "disk_free": 1,
        "sensors": 2,
        "system": "windows",
        "build": "10.0.22631 (23H2)",
        "ent": True,
    }
    assert read(json.dumps(said).encode()) == Beacon(
        "5CG 1234-ABC", 0.81, 1.0, 2, "windows", "10.0.22631 (23H2)", ent=True
    )
    assert read(b'{"serial": "C02XK1", "battery": null, "ent": null}') == Beacon("C02XK1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 4000, "not JSON"),
        (b"[]", "not an object"),
        (b"{}", "serial: "),
        (b'{"serial": 5}', "serial: "),
        (b'{"serial": "ab"}', "serial: "),
        (b'{"serial": "<b>1234</b>"}', "serial: "),
        (b'{"serial": "%s"}' % (b"a" * 65), "serial: "),
        (b'{"serial": "abcd", "battery": 1.2}', "battery: "),
        (b'{"serial": "abcd", "battery": true}', "battery: "),
        (b'{"serial": "abcd", "disk_free": NaN}', "disk_free: "),
        (b'{"serial": "abcd", "disk_free": "half"}', "disk_free: "),
        (b'{"serial": "abcd", "sensors": -1}', "sensors: "),
        (b'{"serial": "abcd", "sensors": true}', "sensors: "),
        (b'{"serial": "abcd", "sensors": 1.0}', "sensors: "),
        (b'{"serial": "abcd", "system": "a\\nb"}', "system: "),
        (b'{"serial": "abcd", "build": "%s"}' % (b"x" * 41), "build: "),
        (b'{"serial": "abcd", "ent": 1}', "ent: "),
        (b'{"serial": "abcd", "user": "Lea Martin"}', "unknown keys"),
    ],
)
def test_what_is_no_beacon_is_refused_without_repeating_it(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refusal:
        read(body)
    assert "Martin" not in str(refusal.value)
    assert "abcd" not in str(refusal.value)


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(sorted(Beacon.__dataclass_fields__)), inner, max_size=7),
    max_leaves=12,
))  # fmt: skip
@settings(max_examples=examples(60), deadline=None)
def test_whatever_is_sent_is_read_or_refused(content: object) -> None:
    try:
        said = read(json.dumps(content).encode())
    except ValueError:
        return
    assert 4 <= len(said.serial) <= 64
    assert said.battery is None or 0 <= said.battery <= 1


def test_a_signature_is_accepted_once(guard: Guard) -> None:
    assert guard.accepts(sign(), BODY, secure=False)
    assert not guard.accepts(sign(), BODY, secure=False)
    assert guard.accepts(sign(at=NOON + 1000), BODY, secure=True)


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "HMAC-SHA256",
        "HMAC-SHA256 1:2",
        f"HMAC-SHA256 {'9' * 13}:{'0' * 64}",
        f"Basic {KEY}",
        sign(b"{}"),
        sign(key="another key" * 4),
        sign(at=NOON - 301_000),
        sign(at=NOON + 301_000),
        sign().upper(),
        f"{sign()}\n",
    ],
)
def test_no_other_signature_is(guard: Guard, authorization: str) -> None:
    assert not guard.accepts(authorization, BODY, secure=True)


def test_the_bare_key_is_accepted_over_tls_only(guard: Guard) -> None:
    assert guard.accepts(f"Bearer {KEY}", BODY, secure=True)
    assert not guard.accepts(f"Bearer {KEY}", BODY, secure=False)
    assert not guard.accepts("Bearer other", BODY, secure=True)
    assert not guard.accepts("Bearer \udce9", BODY, secure=True)


async def test_signatures_are_forgotten_once_they_are_too_old(
    guard: Guard, clock: VirtualClock
) -> None:
    for n in range(600):
        assert guard.accepts(sign(b"%d" % n, clock.now()), b"%d" % n, secure=False)
        await clock.advance(1)
    assert len(guard._used) < 310


def test_no_more_signatures_are_taken_than_are_remembered(clock: VirtualClock) -> None:
    assert MOST_REMEMBERED >= 3_000, "every device of the largest lycée within five minutes"
    guard = Guard(KEY, clock, most=3)
    taken = [guard.accepts(sign(b"%d" % n), b"%d" % n, secure=False) for n in range(5)]
    assert taken == [True] * 3 + [False] * 2


def test_a_key_must_be_one(tmp_path: Path) -> None:
    path = tmp_path / "beacon.key"
    for content in ("short", "é" * 40, "two words " * 5):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(SettingsError, match="openssl rand -hex 32") as refusal:
            load_key(path)
        assert content not in str(refusal.value)
    path.write_text(f"{KEY}\n")
    assert load_key(path) == KEY
