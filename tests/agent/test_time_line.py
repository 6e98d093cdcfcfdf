"""The agent's own time: dated by sound signs only, and never stepping within a run."""

import os
from pathlib import Path

import pytest

from numlycee.wire.reading import EARLIEST
from numlycee.wire.receipts import Receipt
from numlycee_agent.spool import dates
from numlycee_agent.spool.dates import Dates, Known
from numlycee_agent.spool.disk import Disk
from numlycee_agent.timing.anchor import ClockStepped
from numlycee_agent.timing.synchrony import UNSURE, Machine, largest_error
from numlycee_agent.timing.timeline import TimeLine
from tests.agent.timing import FakeSigns
from tests.agent.virtual import NOON, VirtualClock

HOUR = 3_600_000


def word(sent: int, received_at: int) -> Receipt:
    return Receipt(1, 1, "nonce", {}, received_at, sent)


def test_a_synchronised_clock_dates_at_once() -> None:
    line = TimeLine(VirtualClock(), FakeSigns(ntp=True))
    assert (line.dated, line.now()) == (True, NOON)


@pytest.mark.parametrize("wall", [4_000, EARLIEST - 1, 1 << 42])
def test_an_absurd_clock_is_not_believed_whatever_vouches_for_it(wall: int) -> None:
    line = TimeLine(VirtualClock(wall), FakeSigns(ntp=True, rtc=True))
    assert not line.dated
    assert line.now() >= EARLIEST


async def test_a_clock_without_a_sign_is_only_a_guess_until_a_sign_comes() -> None:
    clock, signs = VirtualClock(), FakeSigns()
    line = TimeLine(clock, signs)
    assert (line.dated, line.now()) == (False, NOON)
    line.check()
    signs.ntp = True
    await clock.advance(1)
    with pytest.raises(ClockStepped, match=r"by \+0\.0 s"):
        line.check()
    line.renew()
    assert line.dated
    line.check()


async def test_a_step_without_a_sign_is_not_heeded_and_the_line_goes_on() -> None:
    clock, signs = VirtualClock(), FakeSigns(ntp=True)
    line = TimeLine(clock, signs)
    signs.ntp = False  # as Linux says once the clock is set by hand
    clock.step(-3600)
    await clock.advance(10)
    line.check()
    assert line.now() == NOON + 10_000


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
async def test_a_time_server_must_have_spoken_since_the_step(tmp_path: Path, step: float) -> None:
    clock = VirtualClock()
    said = tmp_path / "run/systemd/timesync/synchronized"
    _write(tmp_path / "proc/self/status", "Seccomp:\t2\n")
    _write(said, "")
    os.utime(said, (NOON / 1000, NOON / 1000))
    line = TimeLine(clock, Machine(clock, tmp_path, {}))
    assert line.dated
    await clock.advance(100)
    line.check()
    clock.step(step)
    await clock.advance(100)
    line.check()
    assert line.now() == NOON + 200_000
    spoken = clock.now() / 1000 - 1
    os.utime(said, (spoken, spoken))
    await clock.advance(100)
    with pytest.raises(ClockStepped):
        line.check()
    line.renew()
    assert line.now() == clock.now()


@pytest.mark.parametrize("step", [-86_400.0, -2.1, 2.1, 3600.0])
async def test_a_step_of_a_synchronised_clock_ends_the_run(step: float) -> None:
    clock = VirtualClock()
    line = TimeLine(clock, FakeSigns(ntp=True))
    clock.step(step)
    await clock.advance(1)
    with pytest.raises(ClockStepped):
        line.check()
    line.renew()
    assert line.now() == clock.now()


async def test_small_corrections_move_no_date() -> None:
    clock = VirtualClock()
    line = TimeLine(clock, FakeSigns(ntp=True))
    clock.step(-1.9)
    await clock.advance(5)
    line.check()
    assert line.now() == NOON + 5_000


async def test_a_hardware_clock_is_believed_unless_it_forgot_the_time() -> None:
    signs = FakeSigns(rtc=True)
    assert TimeLine(VirtualClock(), signs).dated
    assert not TimeLine(VirtualClock(), signs, latest=NOON + 1).dated


async def test_the_receipt_of_what_was_just_sent_tells_the_time() -> None:
    clock = VirtualClock(NOON - 5 * HOUR)
    line = TimeLine(clock, FakeSigns())
    sent = line.now()
    await clock.advance(1)
    line.hear(word(sent, NOON + 400))
    with pytest.raises(ClockStepped, match=r"by \+17999\.9 s"):
        line.check()
    line.renew()
    assert line.dated
    assert abs(line.now() - (NOON + 1000)) <= 500


@pytest.mark.parametrize("trip", [-1.0, 2.1])
async def test_a_receipt_of_something_else_tells_no_time(trip: float) -> None:
    clock = VirtualClock()
    line = TimeLine(clock, FakeSigns())
    line.hear(word(line.now() - round(trip * 1000), NOON + HOUR))
    await clock.advance(5)
    line.check()
    assert not line.dated


async def test_a_time_server_is_believed_rather_than_the_centre() -> None:
    clock = VirtualClock()
    line = TimeLine(clock, FakeSigns(ntp=True))
    line.hear(word(NOON, NOON + HOUR))
    await clock.advance(5)
    line.check()


async def test_a_boot_that_was_dated_stays_dated_without_its_sign() -> None:
    clock = VirtualClock(4_000)
    await clock.advance(50)
    line = TimeLine(clock, FakeSigns(), known=NOON)
    assert (line.dated, line.now()) == (True, NOON + 50_000)


async def test_a_restart_believes_a_time_server_rather_than_what_dated_the_boot_before() -> None:
    clock = VirtualClock()
    line = TimeLine(clock, FakeSigns(ntp=True), known=NOON - 300_000)
    assert (line.dated, line.now()) == (True, NOON)


async def test_signs_are_looked_for_once_a_second_at_most() -> None:
    clock, signs = VirtualClock(), FakeSigns()
    line = TimeLine(clock, signs)
    for _ in range(500):
        line.check()
        await clock.advance(0.01)
    assert signs.asked <= 7


def test_dates_come_back_from_their_file_and_damage_costs_them_alone(tmp_path: Path) -> None:
    path = tmp_path / dates.FILE
    assert dates.load(path) == Dates()
    known = Dates().knowing("a" * 16, NOON, NOON).knowing("a" * 16, 1, 1).knowing("c", 5, NOON + 1)
    assert known == Dates(NOON + 1, {"a" * 16: Known(NOON, 1), "c": Known(5, 5)})
    dates.save(path, known.only(["a" * 16]), Disk())
    assert dates.load(path) == Dates(NOON + 1, {"a" * 16: Known(NOON, 1)})
    assert (known.anchor("a" * 16), known.anchor("d")) == (1, None)
    damaged = (b"", b"{", b"[]", b'{"latest":"1"}', b"\xff", b'{"latest":1,"boots":{"a":[1]}}')
    for content in (*damaged, b'{"latest":1,"boots":{"a":[1,1.5]}}'):
        path.write_bytes(content)
        assert dates.load(path) == Dates()


def test_a_machine_shows_its_signs_in_files(tmp_path: Path) -> None:
    machine = Machine(VirtualClock(), tmp_path, {})
    assert len(machine.boot) == 16
    assert machine.boot != Machine(VirtualClock(), tmp_path, {}).boot, "no name: each process alone"
    named = tmp_path / "proc/sys/kernel/random/boot_id"
    _write(named, "bac7f2ab-26ee-4654-bcc3-c3275a4c2b0e\n")
    assert Machine(VirtualClock(), tmp_path, {}).boot == "bac7f2ab26ee4654"
    told = {"NUMLYCEE_BOOT": "00112233445566778899aabbccddeeff"}
    assert Machine(VirtualClock(), tmp_path, told).boot == "0011223344556677"
    _write(tmp_path / "proc/self/status", "Name:\tpython\nSeccomp:\t2\n")
    assert not machine.synchronised(), "a filtered process asks the kernel nothing"
    said = tmp_path / "run/systemd/timesync/synchronized"
    _write(said, "")
    os.utime(said, (NOON / 1000 - 60, NOON / 1000 - 60))
    assert machine.synchronised()
    assert machine.synchronised(NOON - 60_000)
    assert not machine.synchronised(NOON - 59_000)
    os.utime(said, (NOON / 1000 + 60, NOON / 1000 + 60))
    assert not machine.synchronised(), "the clock was set back since"


@pytest.mark.parametrize(
    ("shown", "kept"),
    [(NOON // 1000 + 1, True), (NOON // 1000 - 9, False), ("?", False), (None, False)],
)
def test_a_hardware_clock_must_show_the_same_time(
    tmp_path: Path, shown: object, *, kept: bool
) -> None:
    if shown is not None:
        _write(tmp_path / "sys/class/rtc/rtc0/since_epoch", f"{shown}\n")
    assert Machine(VirtualClock(), tmp_path, {}).kept() is kept


def test_the_kernel_says_how_wrong_its_clock_may_be() -> None:
    assert 0 <= largest_error() <= UNSURE


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
