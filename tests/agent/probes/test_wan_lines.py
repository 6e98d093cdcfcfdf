"""An access whose lines are read for hours of virtual time: load, saturation, main and backup."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from numlycee.domain.causes import Cause
from numlycee.wire.messages import GAUGES
from numlycee_agent.probes.wan import AccessLines, Capacity, Line
from numlycee_agent.probes.wan_port import (
    IF_DISCONTINUITY,
    IF_HC_IN,
    IF_HC_OUT,
    IF_HIGH_SPEED,
    IF_IN,
    IF_OPER_STATUS,
    IF_OUT,
    WanPort,
)
from numlycee_agent.snmp.client import DeviceClient
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import Oid, Value, VarBind
from tests.agent.snmp.pretend import PretendDevice
from tests.agent.virtual import VirtualClock, running

MAIN, BACKUP = 1, 2


@dataclass
class Interface:
    """An interface that has counted so many octets by `at`, and goes on at `load` bits a second."""

    megabits: int
    status: int = 1
    load: float = 0.0
    counted: float = 5e9
    at: float = 0.0

    def octets(self, now: float) -> int:
        return round(self.counted + (now - self.at) * self.load / 8)

    def carry(self, load: float, now: float) -> None:
        self.counted, self.at, self.load = self.octets(now), now, load


class Router(PretendDevice):
    """A router with a main line and a backup; what it sends is a tenth of what it receives."""

    def __init__(self, clock: VirtualClock, *, bits: int = 64) -> None:
        super().__init__({})
        self.clock, self.bits = clock, bits
        self.booted = -5000.0
        self.main, self.backup = Interface(300), Interface(20)
        self.silent = False

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        self.fault = None
        if self.silent:
            raise TimeoutError("a fault of the device that nobody foresaw")
        self.values = self._values()
        return await super().get(oids)

    def load(self, main: float, backup: float = 0.0) -> None:
        now = self.clock.monotonic()
        self.main.carry(main, now)
        self.backup.carry(backup, now)

    def reboot(self) -> None:
        self.booted = now = self.clock.monotonic()
        for one in (self.main, self.backup):
            one.counted, one.at = 0.0, now

    def _values(self) -> dict[Oid, Value]:
        now = self.clock.monotonic()
        values: dict[Oid, Value] = {SYS_UPTIME: round((now - self.booted) * 100)}
        received, sent = (IF_HC_IN, IF_HC_OUT) if self.bits > 32 else (IF_IN, IF_OUT)
        for index, one in ((MAIN, self.main), (BACKUP, self.backup)):
            values |= {
                f"{IF_OPER_STATUS}.{index}": one.status,
                f"{received}.{index}": one.octets(now) % 2**self.bits,
                f"{sent}.{index}": one.octets(now) // 10 % 2**self.bits,
                f"{IF_HIGH_SPEED}.{index}": one.megabits,
                f"{IF_DISCONTINUITY}.{index}": 0,
            }
        return values


class Stage:
    """An access with a backup line, read every thirty seconds."""

    def __init__(self, *, bits: int = 64, capacity: Capacity | None = None) -> None:
        self.clock = VirtualClock()
        self.router = Router(self.clock, bits=bits)
        client = DeviceClient(self.router)
        main, backup = (
            Line(WanPort(lambda: client, self.clock, index=index), self.clock, 30.0)
            for index in (MAIN, BACKUP)
        )
        self.lines = AccessLines(main, self.clock, capacity or Capacity(), backup)

    async def told(self, minutes: float) -> set[Cause | None]:
        """What is complained of, second by second."""
        told = set()
        for _ in range(round(minutes * 60)):
            await self.clock.advance(1)
            told.add(self.lines.complaint())
        return told


async def test_a_line_is_measured_against_its_interface() -> None:
    stage = Stage()
    stage.router.load(30e6)
    async with running(stage.lines.run()):
        assert await stage.told(3) == {None}
    gauges = stage.lines.gauges()
    assert set(gauges) <= GAUGES
    assert gauges["main_line_up"] == gauges["backup_line_up"] == 1
    assert gauges["received_bits_per_second"] == pytest.approx(30e6, rel=0.01)
    assert gauges["sent_bits_per_second"] == pytest.approx(3e6, rel=0.01)
    assert gauges["receive_capacity_bits_per_second"] == 300e6
    assert gauges["receive_utilisation_ratio"] == pytest.approx(0.1, rel=0.01)


async def test_a_contract_counts_rather_than_the_interface() -> None:
    stage = Stage(capacity=Capacity(down=100e6, up=10e6, ratio=0.8))
    stage.router.load(90e6)
    async with running(stage.lines.run()):
        await stage.told(8)
    gauges = stage.lines.gauges()
    assert gauges["receive_utilisation_ratio"] == pytest.approx(0.9, rel=0.01)
    assert gauges["send_utilisation_ratio"] == pytest.approx(0.9, rel=0.01)
    assert stage.lines.complaint() is Cause.SATURATION


async def test_only_a_load_that_lasts_saturates() -> None:
    stage = Stage()
    async with running(stage.lines.run()):
        await stage.told(2)
        for _ in range(3):
            stage.router.load(290e6)
            assert await stage.told(4) == {None}
            stage.router.load(30e6)
            assert await stage.told(2) == {None}
        stage.router.load(290e6)
        assert await stage.told(4.9) == {None}
        await stage.told(2)
        assert await stage.told(20) == {Cause.SATURATION}
        stage.router.load(255e6)
        assert await stage.told(5) == {Cause.SATURATION}, "a little less is not yet the end"
        stage.router.load(200e6)
        await stage.told(2)
        assert await stage.told(5) == {None}


@pytest.mark.parametrize("bits", [32, 64])
async def test_a_restart_is_never_a_spike(bits: int) -> None:
    stage = Stage(bits=bits)
    stage.router.load(30e6)
    highest = 0.0
    async with running(stage.lines.run()):
        for second in range(3600):
            await stage.clock.advance(1)
            if second % 700 == 500:
                stage.router.reboot()
            gauges = stage.lines.gauges()
            highest = max(highest, gauges.get("received_bits_per_second", 0.0))
            assert stage.lines.complaint() is None
    assert highest == pytest.approx(30e6, rel=0.05)


async def test_a_narrow_counter_is_read_before_it_can_wrap_twice() -> None:
    stage = Stage(bits=32)
    stage.router.main.megabits = 1000
    stage.router.load(940e6)
    async with running(stage.lines.run()):
        await stage.told(8)
        for _ in range(300):
            await stage.clock.advance(1)
            rate = stage.lines.gauges()["received_bits_per_second"]
            assert rate == pytest.approx(940e6, rel=0.05)
    assert stage.lines.complaint() is Cause.SATURATION


async def test_a_main_line_that_is_down_runs_on_the_backup() -> None:
    stage = Stage()
    stage.router.load(30e6)
    async with running(stage.lines.run()):
        assert await stage.told(3) == {None}
        stage.router.main.status = 2
        stage.router.load(0, 9e6)
        await stage.told(0.6)
        assert await stage.told(10) == {Cause.BACKUP_LINE}
        assert stage.lines.gauges()["main_line_up"] == 0
        stage.router.main.status = 1
        stage.router.load(30e6, 0)
        await stage.told(2)
        assert await stage.told(5) == {None}


async def test_of_two_lines_that_are_up_the_traffic_tells_which_is_in_use() -> None:
    stage = Stage()
    stage.router.load(30e6, 500)
    async with running(stage.lines.run()):
        assert await stage.told(3) == {None}
        stage.router.load(500, 9e6)
        await stage.told(2.1)
        assert await stage.told(5) == {Cause.BACKUP_LINE}
        stage.router.load(500, 500)
        assert await stage.told(5) == {Cause.BACKUP_LINE}, "greetings alone tell nothing"
        stage.router.load(6e6, 6e6)
        await stage.told(2.1)
        assert await stage.told(2) == {Cause.BACKUP_LINE}, "half and half is not yet the end"
        stage.router.load(9e6, 3e6)
        await stage.told(2.1)
        assert await stage.told(5) == {None}


async def test_two_lines_that_share_the_load_are_no_fault() -> None:
    stage = Stage()
    stage.router.load(8e6, 8e6)
    async with running(stage.lines.run()):
        assert await stage.told(10) == {None}


async def test_a_backup_that_is_down_is_said_and_degrades_nothing() -> None:
    stage = Stage()
    stage.router.load(30e6)
    stage.router.backup.status = 2
    async with running(stage.lines.run()):
        assert await stage.told(3) == {None}
        assert stage.lines.gauges()["backup_line_up"] == 0
        stage.router.main.status = 2
        assert await stage.told(3) == {None}, "the targets tell whether the link is down"


async def test_what_is_no_longer_read_is_no_longer_said(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    stage.router.load(0, 9e6)
    stage.router.main.status = 2
    async with running(stage.lines.run()):
        await stage.told(2)
        assert stage.lines.complaint() is Cause.BACKUP_LINE
        stage.router.silent = True
        await stage.told(4)
        assert stage.lines.complaint() is None
        assert "main_line_up" not in stage.lines.gauges()
        stage.router.silent = False
        await stage.told(1)
        assert stage.lines.complaint() is Cause.BACKUP_LINE
    assert len(caplog.records) == 2, "said once for each line"
