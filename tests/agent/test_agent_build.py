import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee.settings import SettingsError
from numlycee_agent.agent import access, limits
from numlycee_agent.build import Means, reception, watched
from numlycee_agent.config import read
from numlycee_agent.ports import Health, Observation, at_leisure
from numlycee_agent.probes.paced import PacedEquipment
from numlycee_agent.service import Manager
from numlycee_agent.spool.spool import LONGEST_RECORD
from numlycee_agent.terminal import plain, size
from tests.agent.virtual import VirtualClock

LYCEE = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
[mqtt]
host = "mqtt.example"
[mqtt.tls]
ca = "ca.pem"
certificate = "site.pem"
[snmp.default]
user = "numlycee"
auth_key_file = "snmp-auth.key"
[snmp.anciens]
version = "2c"
community = "public"
[link]
outside = ["ping:192.0.2.1", "tcp:www.example.fr:443", "dns:198.51.100.53:www.example.fr"]
lan = ["ping:10.0.0.1"]
[[service]]
id = "ent"
name = "ENT"
step = [{ url = "https://ent.example.fr/", shows = ["Se connecter"] }]
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur"
address = "10.0.0.1"
[[equipment]]
id = "sw"
kind = "switch"
name = "Commutateur"
address = "10.0.0.2"
parent = "routeur"
snmp = "anciens"
[[equipment]]
id = "ap"
kind = "wifi-ap"
name = "Borne"
address = "10.0.0.3"
parent = "sw"
snmp = "none"
tcp = 443
[[equipment]]
id = "imprimante"
kind = "printer"
name = "Imprimante"
address = "10.0.0.4"
period = 60
"""


@pytest.fixture
def means() -> Iterator[Means]:
    means = Means(VirtualClock())
    yield means
    means.close()


@pytest.fixture
def lycee(tmp_path: Path) -> Path:
    (tmp_path / "snmp-auth.key").write_text("secret-secret\n")
    path = tmp_path / "agent.toml"
    path.write_text(LYCEE, encoding="utf-8")
    return path


async def test_every_resource_has_its_rhythm(lycee: Path, means: Means) -> None:
    periods = {
        item.resource.id: item.resource.period / 1000 for item in watched(read(lycee), means)
    }
    assert periods == {"link": 2, "ent": 60, "routeur": 2, "sw": 2, "ap": 10, "imprimante": 60}


async def test_resolution_counts_the_longest_confirmation(lycee: Path, means: Means) -> None:
    found = {item.resource.id: item.resource for item in watched(read(lycee), means)}
    assert found["ent"].kind is Kind.SERVICE
    assert found["ap"].confirmation == 1_700
    assert found["routeur"].confirmation == 2_700
    assert found["ent"].confirmation == 15_000


async def test_a_secret_that_is_missing_stops_the_start(lycee: Path, means: Means) -> None:
    (lycee.parent / "snmp-auth.key").unlink()
    with pytest.raises(SettingsError, match=r"snmp-auth\.key: auth_key_file: cannot be read"):
        watched(read(lycee), means)


async def test_an_inventory_that_no_message_can_carry_is_refused(
    tmp_path: Path, means: Means
) -> None:
    equipment = "".join(
        f'[[equipment]]\nid = "ap-{n}"\nkind = "wifi-ap"\nname = "Borne {n}"\n'
        f'address = "10.0.{n // 250}.{n % 250 + 1}"\n'
        for n in range(900)
    )
    path = tmp_path / "agent.toml"
    path.write_text(
        f'uai = "0310036W"\nreceipt_key_file = "k"\n[mqtt]\nhost = "h"\n{equipment}',
        encoding="utf-8",
    )
    with pytest.raises(SettingsError, match=r"900 resources are too many .* about \d+ fit"):
        watched(read(path), means)
    assert LONGEST_RECORD < 65_536


def test_the_broker_knows_the_agent_by_its_uai(lycee: Path) -> None:
    config = read(lycee)
    found = access(config)
    assert (found.client_id, found.host, found.port) == (
        "0310036W",
        "mqtt.example",
        8883,
    )
    assert found.tls is not None
    assert found.tls.certificate == lycee.parent / "site.pem"
    assert limits(config).capacity == 64 << 20


@dataclass
class Leg:
    clock: VirtualClock
    health: Health = Health.OK
    asked: int = 0
    gauges: dict[str, float] = field(default_factory=dict)
    hurried: int = 0

    def hurry(self) -> None:
        self.hurried += 1

    async def observe(self) -> Observation:
        self.asked += 1
        now = self.clock.now()
        cause = None if self.health is Health.OK else Cause.TIMEOUT
        return Observation(now, now + 100, self.health, cause, self.gauges)


async def test_snmp_is_asked_in_its_own_rhythm_while_all_is_well() -> None:
    clock = VirtualClock()
    snmp, ping = Leg(clock, gauges={"uptime_seconds": 5.0}), Leg(clock)
    probe = PacedEquipment(snmp, ping, clock, 30)
    for _ in range(31):
        seen = await probe.observe()
        assert (seen.health, seen.began) == (Health.OK, clock.now())
        assert seen.gauges == {"uptime_seconds": 5.0}
        await clock.advance(2)
    assert (ping.asked, snmp.asked) == (31, 3)


async def test_a_silent_address_asks_snmp_at_once() -> None:
    clock = VirtualClock()
    snmp, ping = Leg(clock), Leg(clock)
    probe = PacedEquipment(snmp, ping, clock, 30)
    await probe.observe()
    await clock.advance(2)
    ping.health = Health.FAILED
    assert (await probe.observe()).health is Health.OK, "SNMP answers: it is alive"
    snmp.health = Health.FAILED
    assert (await probe.observe()).health is Health.FAILED
    assert snmp.asked == 3


async def test_a_glance_in_vain_asks_both_legs_at_once() -> None:
    clock = VirtualClock()
    snmp, ping, glance = Leg(clock), Leg(clock), Leg(clock)
    probe = PacedEquipment(snmp, ping, clock, 30, glance)
    for _ in range(5):
        assert (await probe.observe()).health is Health.OK
    assert (snmp.asked, ping.asked, glance.asked) == (1, 1, 4)
    glance.health = Health.FAILED
    assert (await probe.observe()).health is Health.OK, "it was only slow"
    assert (snmp.asked, ping.asked, glance.asked) == (2, 2, 5)


async def test_a_device_in_trouble_is_asked_by_both_legs_each_time() -> None:
    clock = VirtualClock()
    snmp, ping = Leg(clock, Health.FAILED), Leg(clock)
    probe = PacedEquipment(snmp, ping, clock, 30)
    seen = await probe.observe()
    assert (seen.health, seen.cause) == (Health.DEGRADED, Cause.SNMP_SILENT)
    await clock.advance(2)
    snmp.health = Health.OK
    assert (await probe.observe()).health is Health.OK


async def test_a_hint_has_snmp_asked_afresh_once() -> None:
    clock = VirtualClock()
    snmp, ping = Leg(clock), Leg(clock)
    probe = PacedEquipment(snmp, ping, clock, 30)
    await probe.observe()
    await clock.advance(2)
    probe.hurry()
    assert snmp.hurried == 1
    await probe.observe()
    await probe.observe()
    assert (ping.asked, snmp.asked) == (3, 2)


async def test_only_equipment_with_snmp_holds_something(lycee: Path, means: Means) -> None:
    hasty = {item.resource.id for item in watched(read(lycee), means) if item.hurry != at_leisure}
    assert hasty == {"routeur", "sw", "imprimante"}


def test_without_a_table_nothing_receives_traps(lycee: Path) -> None:
    assert reception(read(lycee), print, VirtualClock()) is None


async def test_the_service_manager_is_told_and_its_watchdog_fed(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(address))
        listener.setblocking(False)
        manager = Manager({"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": "20000000"})
        manager.tell("READY=1")
        assert listener.recv(100) == b"READY=1"
        clock = VirtualClock()
        async with asyncio.TaskGroup() as group:
            feeding = group.create_task(manager.feed(clock))
            await clock.advance(25)
            feeding.cancel()
        assert [listener.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    manager.tell("STOPPING=1")
    Manager({}).tell("READY=1")


def test_the_service_manager_may_listen_at_any_address(tmp_path: Path) -> None:
    for address in (f"\0{tmp_path}@1", f"{tmp_path}/a@b"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(address)
            listener.setblocking(False)
            Manager({"NOTIFY_SOCKET": address.replace("\0", "@")}).tell("READY=1")
            assert listener.recv(100) == b"READY=1"


def test_tables_are_aligned() -> None:
    assert plain(("a", "bb"), [("é", "x"), ("long", "")]) == "a     bb\né     x\nlong\n"


def test_sizes_are_french() -> None:
    assert [size(n) for n in (0, 1023, 1024, 1_572_864, 1 << 31)] == [
        "0 octets", "1023 octets", "1,0 Kio", "1,5 Mio", "2,0 Gio",
    ]  # fmt: skip
