import pytest

from numlycee_agent.snmp.uptime import (
    ENGINE_TIME,
    HOST_UPTIME,
    SYS_UPTIME,
    Restart,
    Uptimes,
    read_uptimes,
    restarted,
)
from numlycee_agent.snmp.values import Value

DAY = 8_640_000
WRAP = 2**32
MINUTE = 60_000


def at(
    minutes: float, system: int | None, engine: int | None = None, host: int | None = None
) -> Uptimes:
    return Uptimes(round(minutes * MINUTE), system, engine, host)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (at(0, DAY), at(1, DAY + 6000), Restart.NONE),
        (at(0, DAY), at(1, 2000), Restart.HOST),
        (at(0, WRAP - 3000), at(1, 3000), Restart.NONE),
        (at(0, WRAP - DAY), at(1, 3000), Restart.HOST),
        (at(0, WRAP - DAY), at(24 * 60 + 30, 3000), Restart.NONE),
        (at(0, None), at(1, 3000), Restart.NONE),
        (at(0, DAY), at(1, None), Restart.NONE),
        # The wrap is vetoed by an engine time that agreed before and started again.
        (at(0, WRAP - 3000, (WRAP - 3000) // 100), at(1, 3000, 30), Restart.HOST),
        # The second wrap, confirmed by the engine time.
        (
            at(0, WRAP - 3000, (2 * WRAP - 3000) // 100),
            at(1, 3000, (2 * WRAP + 3000) // 100),
            Restart.NONE,
        ),
        # An absurd engine time has no say.
        (at(0, WRAP - 3000, 1_500_000_000), at(1, 3000, 30), Restart.NONE),
        # The host goes on, only its agent restarted (ESXi).
        (at(0, DAY, None, 20 * DAY), at(1, 2000, None, 20 * DAY + 6000), Restart.AGENT),
        (at(0, DAY, None, 20 * DAY), at(1, 2000, None, 4000), Restart.HOST),
    ],
)
def test_what_restarted(before: Uptimes, after: Uptimes, verdict: Restart) -> None:
    assert restarted(before, after) is verdict


def test_the_age_counts_the_wraps_that_the_engine_confirms() -> None:
    assert at(0, 3000, (WRAP + 3000) // 100).seconds == pytest.approx((WRAP + 3000) / 100)
    assert at(0, 3000, 1_500_000_000).seconds == 30
    assert at(0, 3000, -5).seconds == 30
    assert at(0, DAY, None, 3 * DAY).seconds == 3 * 86_400
    assert at(0, None).seconds is None


def test_a_zero_or_a_text_is_unknown() -> None:
    found: dict[str, Value] = {SYS_UPTIME: 0, ENGINE_TIME: b"soon", HOST_UPTIME: 12}
    assert read_uptimes(5, found) == Uptimes(5, None, None, 12)
