"""Days of school, states, retention: what is counted of devices, and how long it is kept."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from numlycee.domain.devices import Cell, Measure
from numlycee_agent.config.mobile import Fitness, Mobile
from numlycee_agent.mobile import memory
from numlycee_agent.mobile.cells import faults
from numlycee_agent.mobile.counting import LIST, MEMORY
from numlycee_agent.mobile.memory import Fault, Memory
from numlycee_agent.mobile.ports import Beacon
from numlycee_agent.mobile.states import Standing
from tests.agent.mobile.school import MONDAY, Laptop, at, issued, macs, school

DAY = timedelta(days=1)
TEN = issued({Standing.ISSUED: 10})


def days_of_school(first: date, many: int) -> list[date]:
    found = [first + i * DAY for i in range(2 * many)]
    return [day for day in found if day.isoweekday() <= 5][:many]


def test_the_count_of_a_day_waits_once_the_day_is_over(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), macs(*range(6)) | {bytes(5) + b"\x02"})
    assert counting.waiting(at(MONDAY, 20)) is None
    counting.turn(at(MONDAY + DAY, 1))
    fleet = counting.waiting(at(MONDAY + DAY, 1))
    assert fleet is not None
    assert fleet.day == MONDAY
    assert fleet.cells[Cell.SERVICEABLE_SEEN] == 6
    assert fleet.cells[Cell.NEVER_SEEN] is None
    counting.told(fleet)
    assert counting.waiting(at(MONDAY + DAY, 1)) is None


def test_local_midnight_ends_a_day(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY, 22), macs(*range(6)))
    assert counting.days.day_of(at(MONDAY, 23)) == MONDAY + DAY
    counting.saw(at(MONDAY, 23), macs(*range(6)))
    fleet = counting.waiting(at(MONDAY, 23))
    assert fleet is not None
    assert fleet.day == MONDAY


def test_a_bulletin_that_ends_before_midnight_does_not_bring_the_day_back(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), macs(*range(6)))
    counting.saw(at(MONDAY + DAY, 1), macs(1))
    assert counting.waiting(at(MONDAY, 22)) is None
    counting.saw(at(MONDAY + DAY, 2), macs(2))
    fleets = counting._memory.waiting
    assert [fleet.day for fleet in fleets] == [MONDAY]
    assert counting._memory.today == MONDAY + DAY


def test_a_clock_that_was_years_ahead_is_forgiven(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN, on=MONDAY)
    counting.saw(at(MONDAY + 60 * DAY), macs(1))
    counting.saw(at(MONDAY), macs(*range(6)))
    assert counting.today(at(MONDAY))[Measure.SEEN].exact == 6


def test_a_day_on_which_nobody_is_seen_was_no_day_of_school(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), set())
    counting.saw(at(MONDAY + DAY), set())
    assert counting.waiting(at(MONDAY + 2 * DAY)) is None


@pytest.mark.parametrize(
    "off",
    [date(2026, 11, 28), date(2026, 11, 29), date(2026, 12, 19), date(2027, 1, 3)],
    ids=str,
)
def test_nothing_is_noted_on_a_day_off(tmp_path: Path, off: date) -> None:
    holidays = Mobile(closed=((date(2026, 12, 19), date(2027, 1, 3)),))
    counting = school(tmp_path, TEN, holidays)
    counting.saw(at(off), macs(1, 2, 3))
    assert counting.saw_beacon(at(off), Beacon(Laptop(1).serial))
    assert counting.today(at(off)) == {}
    counting.save()
    assert memory.load(tmp_path / MEMORY).seen == {}


def test_each_device_stands_in_one_cell(tmp_path: Path) -> None:
    devices = issued(
        {
            Standing.ISSUED: 30,
            Standing.NON_COMPLIANT: 12,
            Standing.REPAIR: 7,
            Standing.LOST: 3,
            Standing.WITHDRAWN: 9,
        }
    )
    counting = school(tmp_path, devices)
    days = days_of_school(MONDAY - 40 * DAY, 15)
    counting.saw(at(days[0]), macs(*range(20, 25)))
    for day in days[1:-1]:
        counting.saw(at(day), macs(*range(10), 30, 31, 32, 33, 34))
    last = days[-1]
    counting.saw(at(last), macs(*range(8), *range(35, 41), 42, 43, 50, 55))
    counts = counting.today(at(last))
    assert counts[Measure.REPAIR].exact == 7
    assert counts[Measure.IDLE].exact == 5
    assert (counts[Measure.SEEN].exact, counts[Measure.SERVICEABLE].low) == (14, 9)
    assert counts[Measure.NON_COMPLIANT].exact == 11
    assert counts[Measure.NEVER_SEEN].low == 15 + 1
    counting.turn(at(last + DAY))
    fleets = [fleet for fleet in counting._memory.waiting if fleet.day == last]
    assert fleets[0].cells == {
        Cell.SERVICEABLE_SEEN: 8,
        Cell.SERVICEABLE_AWAY: None,
        Cell.NON_COMPLIANT_SEEN: 6,
        Cell.NON_COMPLIANT_AWAY: 5,
        Cell.REPAIR: 7,
        Cell.IDLE: 5,
        Cell.NEVER_SEEN: 16,
    }


def test_what_was_seen_survives_a_restart_and_nothing_else_is_kept(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), macs(*range(6)))
    counting.saw_beacon(at(MONDAY), Beacon(Laptop(7).serial, battery=0.2))
    counting.save()
    again = school(tmp_path, TEN)
    assert again.today(at(MONDAY, 12)) == counting.today(at(MONDAY, 12))
    kept = memory.load(tmp_path / MEMORY)
    assert set(kept.seen.values()) == {MONDAY}
    assert kept.faults == {TEN[7].name: frozenset({Fault.BATTERY})}


def test_nothing_is_kept_beyond_three_months(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN, on=MONDAY + 80 * DAY)
    counting.saw(at(MONDAY), macs(*range(6)))
    counting.saw(at(MONDAY + 92 * DAY), set())
    counting.save()
    assert len(memory.load(tmp_path / MEMORY).seen) == 6
    counting.saw(at(MONDAY + 93 * DAY), set())
    counting.save()
    assert memory.load(tmp_path / MEMORY).seen == {}
    assert memory.load(tmp_path / MEMORY).days == []


def test_a_list_that_nobody_renews_is_forgotten_with_all_that_hangs_from_it(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), macs(1))
    assert counting.turn(at(MONDAY + 92 * DAY))
    assert not counting.turn(at(MONDAY + 93 * DAY))
    counting.save()
    assert not (tmp_path / LIST).exists()
    assert memory.load(tmp_path / MEMORY).seen == {}


def test_a_device_that_is_no_longer_issued_is_forgotten(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), macs(*range(10)))
    school(tmp_path, TEN[:6])
    counting.turn(at(MONDAY + DAY))
    counting.save()
    assert set(memory.load(tmp_path / MEMORY).seen) == {device.name for device in TEN[:6]}


def test_a_list_that_cannot_be_read_for_a_while_loses_nobody(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), macs(*range(10)))
    (tmp_path / LIST).write_bytes(b"{")
    counting.saw(at(MONDAY + DAY), macs(1))
    school(tmp_path, TEN)
    counting.saw(at(MONDAY + 2 * DAY), macs(*range(5)))
    counts = counting.today(at(MONDAY + 2 * DAY))
    assert (counts[Measure.SEEN].exact, counts[Measure.SERVICEABLE].exact) == (5, 10)


def test_a_private_address_is_counted_apart_unless_it_is_listed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    counting = school(tmp_path, TEN)
    drawn = {bytes([0x3E, 1, 2, 3, 4, i]) for i in range(7)}
    counting.saw(at(MONDAY), drawn | macs(1, 2))
    assert counting.made_up == 7
    assert counting.today(at(MONDAY))[Measure.SEEN].high == 4
    counting.turn(at(MONDAY + DAY))
    assert "up to 7 devices at once bore an address drawn at random" in caplog.text


def test_before_the_clock_is_set_no_day_begins_and_none_ends(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    counting._dated = lambda: False
    counting.saw(at(date(1970, 1, 5)), macs(*range(10)))
    assert counting.today(at(date(1970, 1, 5))) == {}
    counting._dated = lambda: True
    counting.saw(at(MONDAY), macs(*range(6)))
    assert counting.today(at(MONDAY))[Measure.SEEN].exact == 6


def test_a_beacon_of_a_stranger_leaves_no_trace(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    assert not counting.saw_beacon(at(MONDAY), Beacon("SOMEBODYELSES"))
    assert not counting.saw_beacon(at(MONDAY), Beacon(""))
    counting.save()
    assert memory.load(tmp_path / MEMORY).seen == {}


@pytest.mark.parametrize(
    ("beacon", "fault"),
    [
        ({"battery": 0.49}, Fault.BATTERY),
        ({"battery": 0.5}, None),
        ({"disk_free": 0.04}, Fault.DISK),
        ({"sensors": 1}, Fault.SENSORS),
        ({"system": "windows", "build": "10.0.19045"}, Fault.BUILD),
        ({"system": "windows", "build": "10.0.22631"}, None),
        ({"system": "windows", "build": "10.1"}, None),
        ({"system": "macos", "build": "1.0"}, None),
        ({"system": "windows", "build": ""}, None),
        ({"ent": False}, Fault.ENT),
        ({"ent": True}, None),
    ],
    ids=str,
)
def test_a_beacon_speaks_against_its_device(beacon: dict[str, object], fault: Fault | None) -> None:
    fitness = Fitness(builds={"windows": "10.0.22631"})
    told = Beacon("5CD240001Q", **beacon)  # type: ignore[arg-type]
    assert faults(told, fitness) == ({fault} if fault else frozenset())


def test_an_ent_that_opens_for_few_accuses_no_device(tmp_path: Path) -> None:
    counting = school(tmp_path, TEN)
    for i in range(10):
        counting.saw_beacon(at(MONDAY), Beacon(Laptop(i).serial, ent=i >= 5))
    assert counting.today(at(MONDAY))[Measure.NON_COMPLIANT].exact == 5
    counting.saw_beacon(at(MONDAY), Beacon(Laptop(9).serial, ent=False))
    assert counting.today(at(MONDAY))[Measure.NON_COMPLIANT].exact == 0


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"v": 1, "seen": {"hier": ["a"]}}', b"\xff\xfe"], ids=repr
)
def test_a_damaged_memory_begins_afresh(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / MEMORY).write_bytes(damage)
    assert memory.load(tmp_path / MEMORY) == Memory()


def test_what_cannot_be_written_is_held_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    counting = school(tmp_path, TEN)
    counting.saw(at(MONDAY), macs(*range(6)))
    (tmp_path / MEMORY).mkdir()
    counting.save()
    counting.save()
    assert caplog.text.count("held in memory") == 1
    (tmp_path / MEMORY).rmdir()
    counting.save()
    assert len(memory.load(tmp_path / MEMORY).seen) == 6
