"""Boots that do not know the time: what they keep is dated once, rightly, or declared lost."""

from itertools import pairwise
from pathlib import Path

import pytest

from numlycee.wire.records import Gap
from numlycee_agent.inspection import inspect
from tests.agent.spooling import SickDisk, declared, fill, records, segments
from tests.agent.timing import FakeSigns, Machine
from tests.agent.virtual import NOON, running
from tests.agent.watching import Truth, at

DAY = 86_400.0
SINCE_1970 = -NOON / 1000 + 4
PENDULUM = 5.1
"""Seconds that an edge may be wrong: a period, and the lengths of two observations."""


def assert_dated(machine: Machine, *covered: tuple[float, float]) -> None:
    """Bulletins follow one another, and cover these stretches of true seconds but for edges."""
    bulletins = machine.bulletins
    assert all(before.end <= after.start for before, after in pairwise(bulletins))
    for start, end in covered:
        inside = [(b.start, b.end) for b in bulletins if at(start) <= b.end and b.start <= at(end)]
        assert inside[0][0] <= at(start) + 1500
        assert at(end) - inside[-1][1] <= 12_000
        holes = sum(after[0] - before[1] for before, after in pairwise(inside))
        assert holes <= 15_000


@pytest.mark.parametrize("wrong", [SINCE_1970, -5 * 3600.0, 3 * 3600.0])
async def test_a_boot_during_a_cut_is_placed_rightly_once_a_time_server_answers(
    tmp_path: Path, wrong: float
) -> None:
    machine = Machine(tmp_path, wrong, truth=Truth([at(600), at(800)]))
    machine.broker.away = True
    await machine.live(2400)
    assert machine.bulletins == []
    machine.signs.ntp = True
    machine.broker.away = False
    machine.set_clock(0)
    await machine.live(300)
    assert_dated(machine, (0, 2400), (2403, 2700))
    assert machine.down()[0][0] == pytest.approx(600, abs=PENDULUM)
    assert machine.down()[-1][1] == pytest.approx(800, abs=PENDULUM)
    assert not declared(machine.centre.stored.values())


async def test_a_time_server_that_answers_while_the_agent_runs_dates_all_from_the_start(
    tmp_path: Path,
) -> None:
    machine = Machine(tmp_path, SINCE_1970, truth=Truth([at(600), at(800)]))
    machine.broker.away = True

    async def answer() -> None:
        await machine.clock.sleep(1200)
        machine.signs.ntp = True
        machine.set_clock(0)
        machine.broker.away = False

    async with running(answer()):
        await machine.live(2400)
    assert_dated(machine, (0, 1200), (1210, 2400))
    assert machine.down()[0][0] == pytest.approx(600, abs=PENDULUM)
    assert len({b.key.run for b in machine.bulletins}) == 2


@pytest.mark.parametrize("wrong", [SINCE_1970, -5 * 3600.0, 3 * 3600.0])
async def test_without_a_time_server_the_centre_gives_the_time(
    tmp_path: Path, wrong: float
) -> None:
    machine = Machine(tmp_path, wrong, truth=Truth([at(600), at(800)]))
    machine.broker.away = True

    async def come_back() -> None:
        await machine.clock.sleep(1200)
        machine.broker.away = False

    async with running(come_back()):
        await machine.live(2400)
    assert_dated(machine, (0, 1200), (1320, 2400))
    assert machine.down()[0][0] == pytest.approx(600, abs=PENDULUM)
    assert len({b.key.run for b in machine.bulletins}) == 2


async def test_the_present_is_told_while_the_time_is_not_known(tmp_path: Path) -> None:
    machine = Machine(tmp_path, SINCE_1970)
    machine.centre.deaf = True
    await machine.live(300)
    assert len(machine.centre.nows) >= 30
    assert machine.centre.stored == {}


async def test_a_boot_that_never_knew_the_time_is_declared(tmp_path: Path) -> None:
    machine = Machine(tmp_path, SINCE_1970)
    machine.broker.away = True
    await machine.live(600)
    with machine.open() as spool:
        lost = spool.previous
    machine.reboot("c" * 16)
    machine.signs.ntp = True
    machine.broker.away = False
    await machine.live(600)
    stored = machine.centre.stored.values()
    (gap,) = [record for record in stored if isinstance(record, Gap)]
    assert lost is not None
    assert (gap.run, gap.lost, gap.reason) == (
        lost.run,
        ((1, lost.last),),
        "the clock was never set",
    )
    assert_dated(machine, (603, 1203))
    assert not [path for path in segments(tmp_path) if lost.run in path.name]


async def test_a_process_restarted_in_its_boot_is_dated_with_the_others(tmp_path: Path) -> None:
    machine = Machine(tmp_path, SINCE_1970)
    machine.broker.away = True
    await machine.live(600)
    await machine.live(600)
    machine.signs.ntp = True
    machine.set_clock(0)
    await machine.live(600)
    machine.signs.ntp = False
    machine.broker.away = False
    await machine.live(600)
    assert_dated(machine, (0, 600), (603, 1203), (1206, 1806), (1809, 2409))
    assert not declared(machine.centre.stored.values())


async def test_a_record_is_dated_once_though_the_clock_is_set_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path, SINCE_1970)
    machine.broker.away = True
    await machine.live(300)
    machine.signs.ntp = True
    machine.set_clock(0)
    with machine.open() as spool:
        fill(spool, 1)
        first = [kept.raw for kept in spool.pending()]
    machine.set_clock(50)
    with machine.open() as spool:
        spool.renew()
        fill(spool, 1)
        assert [kept.raw for kept in spool.pending()][: len(first)] == first


async def test_what_dates_a_boot_is_on_disk_before_anything_dated_is_offered(
    tmp_path: Path,
) -> None:
    machine = Machine(tmp_path, SINCE_1970)
    machine.broker.away = True
    await machine.live(300)
    machine.signs.ntp = True
    machine.set_clock(0)
    disk = SickDisk()
    disk.read_only = True
    with machine.open(disk) as spool:
        assert list(spool.pending()) == []
        assert spool.held() == {}
        disk.read_only = False
        fill(spool, 1)
        assert len(records(spool)) > 10


async def test_what_waits_for_a_date_is_shown(tmp_path: Path) -> None:
    machine = Machine(tmp_path, SINCE_1970)
    machine.broker.away = True
    await machine.live(300)
    view = inspect(tmp_path)
    assert view.undated == view.waiting > 0


@pytest.mark.parametrize("step", [-DAY, -3600.0, 3600.0, DAY])
@pytest.mark.parametrize("signed", [True, False])
async def test_steps_make_no_negative_and_no_overlapping_interval(
    tmp_path: Path, step: float, *, signed: bool
) -> None:
    """Heeded when a time server vouches for it: another run. Ignored when somebody plays."""
    machine = Machine(tmp_path, signs=FakeSigns(ntp=True), truth=Truth([at(300), at(360)]))

    async def play() -> None:
        await machine.clock.sleep(600)
        machine.signs.ntp = signed
        machine.set_clock(step)

    async with running(play()):
        await machine.live(1200)
    runs = {b.key.run for b in machine.bulletins}
    assert len(runs) == 1 + signed
    for run in runs:
        own = [b for b in machine.bulletins if b.key.run == run]
        assert all(before.end == after.start for before, after in pairwise(own))
        spells = sorted((s.start, s.end) for b in own for s in b.spells)
        assert all(before[1] <= after[0] for before, after in pairwise(spells))
    length = sum(b.end - b.start for b in machine.bulletins)
    assert 1200_000 - 40_000 <= length <= 1200_000, "every second was told once"
    assert sum(end - start for start, end in machine.down()) == pytest.approx(60, abs=2 * PENDULUM)
    if not signed:
        assert_dated(machine, (0, 1200))
