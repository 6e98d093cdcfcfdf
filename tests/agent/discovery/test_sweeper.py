"""What sweeps find is told, or watched; what vanishes is down until people forget it."""

from dataclasses import replace
from pathlib import Path

import pytest

from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.settings import MisplacedError, SettingsError
from numlycee_agent.cli import MISUSED, OK, main
from numlycee_agent.config import Accept, Discovery, Equipment
from numlycee_agent.discovery import catalogue
from numlycee_agent.discovery.catalogue import Catalogue
from numlycee_agent.discovery.places import Place
from numlycee_agent.discovery.sweeper import FIRST, HEEDED, sweeper
from numlycee_agent.spool.disk import Disk
from tests.agent.discovery.campus import Campus
from tests.agent.discovery.school import address, mac
from tests.agent.virtual import NOON, running

SUBNETS = ("10.31.0.0/29",)
NEW = "sw-" + mac(2).replace(":", "")
HOURS = 3600.0
AGENT = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
data = "."
mqtt = { host = "mqtt.example" }
discovery = { subnets = ["10.31.0.0/29"], accept = "all" }
equipment = [{ id = "sw", kind = "switch", name = "Switch", address = "10.31.0.1" }]
"""


class Swept(Campus):
    """Two switches, of which people have written the first only."""

    def __init__(self, data: Path, accept: Accept = Accept.ALL, **more: object) -> None:
        self.order = Discovery(subnets=SUBNETS, accept=accept, **more)  # type: ignore[arg-type]
        super().__init__(data, (1, None, 0, Kind.SWITCH), (2, 1, 2, Kind.SWITCH))
        self.equipment = self.equipment[:1]
        self.restart()

    def restart(self) -> None:
        self.begin(discovery=self.order)
        assert self.roster.catalogue is not None
        self.found = self.roster.catalogue
        self.sweeper = sweeper(self.roster, self.found, self.means, self.agent)

    async def sweeps(self, count: int) -> None:
        for _ in range(count):
            async with running(self.sweeper.sweep()):
                await self.clock.advance(60)

    def watched(self) -> list[str]:
        return [item.id for item in self.agent.inventory]


async def test_what_is_found_is_watched_and_stays_when_it_falls(tmp_path: Path) -> None:
    site = Swept(tmp_path)
    site.fall(2, 300)
    async with running(site.agent.run()):
        await site.clock.advance(FIRST)
        await site.sweeps(2)
        assert site.watched() == ["d1", NEW]
        assert site.states() == {}
        await site.clock.advance(300)
        await site.sweeps(3)
        assert site.states() == {NEW: State.DOWN}
    (found,) = (item for item in site.agent.inventory if item.id == NEW)
    assert (found.kind, found.name, found.vendor) == (Kind.SWITCH, "dev2", "D-Link")
    site.restart()
    assert site.watched() == ["d1", NEW]


async def test_what_is_only_proposed_is_told_and_not_watched(tmp_path: Path) -> None:
    site = Swept(tmp_path, Accept.PROPOSE)
    assert catalogue.in_french(site.config) == "rien de nouveau"
    await site.sweeps(2)
    assert site.watched() == ["d1"]
    assert catalogue.in_french(site.config) == (
        f"1 équipement que rien n'observe : {NEW} (« numlycee-agent discover » les propose)"
    )
    site.order = replace(site.order, accept=Accept.ALL)
    site.restart()
    assert site.watched() == ["d1", NEW]
    assert catalogue.in_french(site.config) == (
        f"1 équipement que l'agent observe de lui-même : {NEW}"
    )


async def test_what_people_forget_is_watched_no_more(tmp_path: Path) -> None:
    site = Swept(tmp_path)
    async with running(site.agent.run()), running(site.sweeper.run()):
        await site.clock.advance(FIRST + 60)
        assert site.watched() == ["d1", NEW]
        assert catalogue.forget(tmp_path / catalogue.FILE, ["sw-x", NEW], Disk()) == [NEW]
        await site.clock.advance(HEEDED + 1)
        assert site.watched() == ["d1"]
        assert "d1" in site.agent.up()
    site.restart()
    assert site.watched() == ["d1"]


async def test_a_root_that_is_forgotten_stops_no_learning(tmp_path: Path) -> None:
    site = Swept(tmp_path)
    await site.sweeps(1)
    site.roster.places.known = {NEW: Place(""), "d1": Place(NEW)}
    site.agent.adopt(site.roster.review())
    assert site.roster.places.known.keys() == {NEW, "d1"}
    del site.found.found[NEW]
    site.agent.adopt(site.roster.review())
    assert site.roster.places.known == {}
    await site.tours(2)
    assert site.roster.places.known == {"d1": Place("")}


async def test_what_has_moved_is_watched_where_it_is(tmp_path: Path) -> None:
    site = Swept(tmp_path)
    async with running(site.agent.run()):
        await site.sweeps(1)
        site.devices[2].host = 5
        await site.clock.advance(60)
        assert site.states() == {NEW: State.DOWN}
        await site.sweeps(1)
        assert site.watched() == ["d1", NEW]
        assert site.states() == {}
    assert site.found.found[NEW].equipment.address == address(5)


async def test_what_people_have_written_since_is_theirs(tmp_path: Path) -> None:
    site = Swept(tmp_path)
    await site.sweeps(1)
    site.equipment = (*site.equipment, replace(site.equipment[0], id="b", address=address(2)))
    site.restart()
    await site.sweeps(1)
    assert site.watched() == ["b", "d1"]
    assert catalogue.in_french(site.config) == "rien de nouveau"


async def test_days_of_silence_may_forget(tmp_path: Path) -> None:
    site = Swept(tmp_path, forget_days=1, hours=6)
    await site.sweeps(1)
    await site.clock.advance(20 * HOURS)
    async with running(site.agent.run()):
        await site.sweeps(1)
        assert site.found.found[NEW].seen > NOON + 20 * HOURS * 1000
        site.fall(2, 20.1 * HOURS)
        await site.clock.advance(0.2 * HOURS)
    for hours in (20, 4):
        assert site.watched() == ["d1", NEW]
        await site.clock.advance(hours * HOURS)
        await site.sweeps(1)
    assert site.watched() == ["d1"]


def test_what_was_seen_before_the_clock_was_set_is_not_forgotten(tmp_path: Path) -> None:
    known = Catalogue(tmp_path / catalogue.FILE)
    known.hear([Equipment("sw-a", Kind.SWITCH, "A", "10.31.0.2")], (), 90_000)
    known.age(1, NOON)
    known.age(1, NOON + 1)
    assert known.found["sw-a"].seen == NOON
    known.age(1, NOON + 86_400_000)
    assert known.found == {}


async def test_what_no_message_could_carry_is_not_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = Swept(tmp_path)

    class Full(type(site.roster)):  # type: ignore[misc]
        def review(self) -> None:
            raise SettingsError("too many")

    site.roster.__class__ = Full
    await site.sweeps(1)
    assert "cannot be watched: too many" in caplog.text
    assert site.found.found == {}
    assert not (tmp_path / catalogue.FILE).exists()


async def test_a_full_disk_of_records_only_delays(tmp_path: Path) -> None:
    site = Swept(tmp_path)
    site.journal.full = True
    async with running(site.sweeper.run()):
        await site.clock.advance(FIRST + 60)
        assert site.watched() == ["d1"]
        site.journal.full = False
        await site.clock.advance(HEEDED)
        assert site.watched() == ["d1", NEW]


@pytest.mark.parametrize(
    "held",
    [
        "",
        "[]",
        '{"a": {}}',
        '{"A B": {"kind": "switch"}}',
        '{"a": {"kind": "link", "name": "", "address": "", "snmp": "", "vendor": "", "model": ""}}',
        '{"a": {"kind": "nas", "name": "", "address": "x", "snmp": "", "vendor": "", "model": ""}}',
        '{"a": {"kind": "nas", "name": 1, "address": "x", "snmp": "", "vendor": "", "model": ""}}',
    ],
)
async def test_a_damaged_file_forgets_nothing_of_a_running_agent(tmp_path: Path, held: str) -> None:
    site = Swept(tmp_path)
    await site.sweeps(1)
    (tmp_path / catalogue.FILE).write_text(held)
    assert not site.found.refresh()
    assert list(site.found.found) == [NEW]
    assert Catalogue(tmp_path / catalogue.FILE).found == {}
    await site.sweeps(1)
    assert list(Catalogue(tmp_path / catalogue.FILE).found) == [NEW]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"subnets": ("10.0.0.0/8",)}, "16777216 addresses are too many"),
        ({"subnets": ("school",)}, "'school' is not a subnet"),
        ({"accept": Accept.ALL}, "needs `subnets`"),
        ({"hours": 0}, "must be from 1 to 744"),
        ({"forget_days": -1}, "0 for never"),
    ],
)
def test_an_order_that_means_nothing_is_refused(keys: dict[str, object], told: str) -> None:
    with pytest.raises(MisplacedError, match=told):
        Discovery(**keys)  # type: ignore[arg-type]


def test_people_forget_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(AGENT)
    known = Catalogue(tmp_path / catalogue.FILE)
    known.hear([Equipment("sw-a", Kind.SWITCH, "A", "10.31.0.2")], (), NOON)
    known.save()
    assert main(["forget", "sw-a", "-c", str(path)]) == OK
    assert capsys.readouterr().out.startswith("sw-a : oublié")
    assert main(["forget", "sw-a", "-c", str(path)]) == MISUSED
    assert "found.json: holds no sw-a" in capsys.readouterr().err
