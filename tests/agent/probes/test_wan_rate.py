"""Counters read twice become a rate, or nothing: never a spike."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee_agent.probes.wan_rate import LONGEST, Reading, rate, wraps_in

FIRST = Reading(1000.0, 3, 10**12, 10**11, 64, 1e9, 500_000, 0)


def later(reading: Reading, seconds: float, received: int, sent: int = 0) -> Reading:
    """The same interface after a while in which so many octets went through."""
    return replace(
        reading,
        at=reading.at + seconds,
        received=(reading.received + received) % (1 << reading.bits),
        sent=(reading.sent + sent) % (1 << reading.bits),
        uptime=reading.uptime and (reading.uptime + round(seconds * 100)) % 2**32,
    )


def test_a_rate_is_octets_times_eight_by_the_devices_clock() -> None:
    second = later(FIRST, 60, 75_000_000, 7_500_000)
    found = rate(FIRST, second)
    assert found is not None
    assert (found.received, found.sent, found.seconds) == (1e7, 1e6, 60)
    slower = rate(FIRST, replace(second, uptime=(second.uptime or 0) - 100))
    assert slower is not None
    assert slower.received == pytest.approx(1e7 * 60 / 59)


def test_without_a_clock_of_the_device_ours_does() -> None:
    bare = replace(FIRST, uptime=None)
    found = rate(bare, later(bare, 60, 750))
    assert found is not None
    assert found.received == 100


@pytest.mark.parametrize(
    "change",
    [
        {"uptime": 100},
        {"uptime": 500_100},
        {"discontinuity": 400_000},
        {"discontinuity": None},
        {"index": 4},
        {"bits": 32},
        {"received": 5},
        {"sent": 5},
        {"received": 10**12 + 10**10},
        {"at": 1000.0 + LONGEST + 1},
        {"at": 1000.0},
    ],
    ids=[
        "restart", "restart-of-a-young-device", "discontinuity", "no-longer-told", "other-index",
        "other-counters", "backwards", "backwards-out", "faster-than-the-line", "too-long",
        "no-time",
    ],
)  # fmt: skip
def test_what_is_doubtful_is_not_measured(change: dict[str, Any]) -> None:
    young = replace(FIRST, uptime=500_000)
    assert rate(young, replace(later(young, 60, 75_000_000), **change)) is None


def test_uptime_may_wrap_after_497_days() -> None:
    old = replace(FIRST, uptime=2**32 - 1000)
    second = later(old, 60, 750)
    assert second.uptime == 5000
    found = rate(old, second)
    assert found is not None
    assert found.seconds == 60


def test_a_narrow_counter_may_wrap_once() -> None:
    narrow = Reading(1000.0, 3, 2**32 - 1000, 5, 32, 1e8, 500_000)
    found = rate(narrow, later(narrow, 60, 7500))
    assert found is not None
    assert found.received == 1000


@pytest.mark.parametrize(("speed", "seconds"), [(1e9, 60), (None, 60)])
def test_a_narrow_counter_that_may_have_wrapped_twice_says_nothing(
    speed: float | None, seconds: float
) -> None:
    narrow = Reading(1000.0, 3, 10**9, 5, 32, speed, 500_000)
    assert rate(narrow, later(narrow, seconds, 7500)) is None


def test_a_narrow_counter_is_told_apart_from_one_that_began_again() -> None:
    narrow = Reading(1000.0, 3, 3 * 10**9, 5, 32, 1e7, 500_000)
    assert rate(narrow, replace(later(narrow, 60, 0), received=1000)) is None


def test_a_counter_wraps_the_sooner_the_faster_the_line() -> None:
    assert wraps_in(Reading(0, 1, 0, 0, 32, 1e9)) == pytest.approx(34.36, abs=0.01)
    assert wraps_in(Reading(0, 1, 0, 0, 64, 1e11)) == float("inf")
    assert wraps_in(Reading(0, 1, 0, 0, 32, None)) == float("inf")


@given(
    st.sampled_from([32, 64]),
    st.integers(0, 2**64 - 1),
    st.floats(5, 60),
    st.floats(0, 1),
    st.integers(1, 2**32 - 1),
)
def test_a_true_rate_is_found_whatever_wraps(
    bits: int, start: int, seconds: float, load: float, uptime: int
) -> None:
    speed = 1e8
    first = Reading(0.0, 1, start % 2**bits, 0, bits, speed, uptime)
    moved = round(load * speed * seconds / 8)
    if bits == 64:
        first = replace(first, received=first.received % (2**63))
    found = rate(first, later(first, seconds, moved))
    if found is None:  # an uptime of exactly zero is told by nobody
        assert (uptime + round(seconds * 100)) % 2**32 == 0
    else:
        assert found.received == pytest.approx(moved * 8 / seconds, rel=0.01)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.floats(1, 300))
def test_no_pair_of_readings_is_ever_more_than_the_line_can_carry(
    before: int, after: int, seconds: float
) -> None:
    for bits in (32, 64):
        first = Reading(0.0, 1, before % 2**bits, 0, bits, 1e8)
        found = rate(first, replace(first, at=seconds, received=after % 2**bits))
        assert found is None or found.received <= 1.06e8
