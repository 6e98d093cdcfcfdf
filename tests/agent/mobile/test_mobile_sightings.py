"""The rounds of reading: on days of school only, and whatever a source does."""

import logging
from datetime import date
from pathlib import Path

import pytest

from numlycee.domain.devices import Measure
from numlycee_agent.mobile import memory
from numlycee_agent.mobile.counting import MEMORY
from numlycee_agent.mobile.sightings import FIRST, Sightings
from numlycee_agent.mobile.states import Standing
from numlycee_agent.snmp.values import SnmpTimeout
from tests.agent.mobile.school import MONDAY, at, issued, macs, school
from tests.agent.virtual import VirtualClock, running

TEN = issued({Standing.ISSUED: 10})
SATURDAY = date(2026, 11, 28)


class Told:
    """A source that gives what it is told to give, or raises it."""

    def __init__(self, *answers: set[bytes] | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def addresses(self, at: int) -> set[bytes]:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    "fault",
    [
        SnmpTimeout("3c:52:82:a1:00:01 does not answer"),
        OSError(5, "Input/output error", "/leases/zoé"),
        ValueError("3c:52:82:a1:00:01 is no number"),
    ],
    ids=lambda fault: type(fault).__name__,
)
async def test_a_source_at_fault_is_told_once_unquoted_and_hinders_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    caplog.set_level(logging.DEBUG)
    counting, clock = school(tmp_path, TEN), VirtualClock(at(MONDAY))
    bad, good = Told(fault, fault, macs(7)), Told(macs(*range(5)))
    async with running(Sightings(counting, {"leases 1": bad, "wifi a": good}, clock, 600).run()):
        await clock.advance(FIRST + 1300)
    assert (bad.asked, good.asked) == (3, 3)
    assert counting.today(clock.now())[Measure.SEEN].exact == 6
    assert caplog.text.count("leases 1 cannot be read") == 1
    assert caplog.text.count("leases 1 is read again") == 1
    assert "3c:52" not in caplog.text
    assert "zoé" not in caplog.text
    assert len(memory.load(tmp_path / MEMORY).seen) == 6


async def test_no_source_is_asked_on_a_day_off(tmp_path: Path) -> None:
    clock, source = VirtualClock(at(SATURDAY)), Told(macs(1))
    sightings = Sightings(school(tmp_path, TEN), {"wifi a": source}, clock, 600)
    async with running(sightings.run()):
        await clock.advance(3600)
    assert source.asked == 0


async def test_no_source_is_asked_before_there_is_a_list(tmp_path: Path) -> None:
    clock, source = VirtualClock(at(MONDAY)), Told(macs(1))
    counting = school(tmp_path, TEN)
    (tmp_path / "list.json").unlink()
    async with running(Sightings(counting, {"wifi a": source}, clock, 600).run()):
        await clock.advance(3600)
        assert source.asked == 0
        school(tmp_path, TEN)
        await clock.advance(600)
        assert source.asked == 1
