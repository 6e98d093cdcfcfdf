import errno
import socket
from typing import Any

import pytest

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health
from numlycee_agent.probes.addresses import FRESH, Addresses
from numlycee_agent.probes.icmp import IPV4, IPV6, Family, Pinger, PingTarget, checksum, locate
from numlycee_agent.probes.reach import Attempt, ReachProbe, Stopwatch, cause_of


class Fixed:
    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    async def attempt(self) -> Attempt:
        return self._attempt


@pytest.mark.parametrize(
    ("attempt", "health"),
    [
        (Attempt(1, 9, rtt=0.008), Health.OK),
        (Attempt(1, 9, cause=Cause.TIMEOUT), Health.FAILED),
        (Attempt(1, 9, cause=Cause.REFUSED), Health.FAILED),
        (Attempt(1, 9, cause=Cause.PROBE), Health.UNKNOWN),
        (Attempt(1, 9, cause=Cause.LAN), Health.UNKNOWN),
    ],
)
async def test_an_attempt_becomes_an_observation(attempt: Attempt, health: Health) -> None:
    seen = await ReachProbe(Fixed(attempt)).observe()
    assert (seen.began, seen.ended, seen.health) == (1, 9, health)
    assert seen.cause is attempt.cause
    assert seen.gauges == ({"rtt_seconds": 0.008} if attempt.answered else {})


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OSError(errno.ECONNREFUSED, ""), Cause.REFUSED),
        (OSError(errno.ETIMEDOUT, ""), Cause.TIMEOUT),
        (TimeoutError(), Cause.TIMEOUT),
        (OSError(errno.EHOSTUNREACH, ""), Cause.CONNECT),
        (OSError(errno.ECONNRESET, ""), Cause.CONNECT),
        (OSError(errno.ENETUNREACH, ""), Cause.LAN),
        (OSError(errno.EPERM, ""), Cause.PROBE),
        (OSError(errno.EMFILE, ""), Cause.PROBE),
    ],
)
def test_what_an_error_says_of_the_target(error: OSError, cause: Cause) -> None:
    assert cause_of(error) is cause


class BackwardsClock:
    def __init__(self) -> None:
        self.times = [5_000, 3_000]

    def now(self) -> int:
        return self.times.pop(0)

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None: ...


def test_an_interval_is_never_empty_even_if_the_clock_steps_back() -> None:
    attempt = Stopwatch(BackwardsClock()).fault(Cause.TIMEOUT)
    assert (attempt.began, attempt.ended) == (5_000, 5_001)


def forbid(family: Family) -> socket.socket:
    raise PermissionError(errno.EACCES, "Permission denied")


async def test_without_permission_a_ping_is_unknown_and_the_reason_is_told_once(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    pinger = Pinger(clock, open_socket=forbid)
    probe = ReachProbe(PingTarget(pinger, "192.0.2.1", clock))
    assert not pinger.can_ping()
    for _ in range(3):
        seen = await probe.observe()
        assert (seen.health, seen.cause) == (Health.UNKNOWN, Cause.PROBE)
    assert len(caplog.messages) == 1
    assert "net.ipv4.ping_group_range" in caplog.text


def test_an_address_is_located_and_spelt_as_the_kernel_does() -> None:
    assert locate("192.0.2.1") == (IPV4, "192.0.2.1")
    assert locate("FE80:0::1%eth0") == (IPV6, "fe80::1")
    with pytest.raises(ValueError, match="ent"):
        locate("ent.exemple.fr")


def test_the_checksum_of_rfc_1071() -> None:
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D
    assert checksum(b"\xff\xff\x00\x01") == 0xFFFE


class Names:
    """A resolver that can go away."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer = "192.0.2.8"

    async def look_up(self, name: str) -> str:
        self.asked += 1
        if not self.answer:
            raise OSError(-3, "Temporary failure in name resolution")
        return self.answer


async def test_a_name_is_looked_up_once_while_fresh(clock: Any) -> None:
    names = Names()
    book = Addresses(clock, names.look_up)
    assert [await book.of("ent.exemple.fr", 1) for _ in range(3)] == ["192.0.2.8"] * 3
    assert names.asked == 1
    names.answer = "192.0.2.9"
    clock.advance(FRESH)
    assert await book.of("ent.exemple.fr", 1) == "192.0.2.9"


async def test_a_resolver_that_is_away_does_not_hold_a_known_name(clock: Any) -> None:
    names = Names()
    book = Addresses(clock, names.look_up)
    await book.of("ent.exemple.fr", 1)
    names.answer = ""
    clock.advance(FRESH)
    assert [await book.of("ent.exemple.fr", 1) for _ in range(3)] == ["192.0.2.8"] * 3
    assert names.asked == 2
    with pytest.raises(OSError, match="Temporary failure"):
        await book.of("autre.exemple.fr", 1)


async def test_an_address_is_its_own(clock: Clock) -> None:
    names = Names()
    assert await Addresses(clock, names.look_up).of("2001:DB8::1", 1) == "2001:db8::1"
    assert names.asked == 0
