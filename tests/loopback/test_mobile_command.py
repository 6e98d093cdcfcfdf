"""`numlycee-agent mobile`, and tables of devices read over real SNMP."""

from pathlib import Path

import pytest

from numlycee.adapters.snmp_devices import SimulatedDevices
from numlycee.clock import SystemClock
from numlycee_agent.cli import main
from numlycee_agent.mobile import listing
from numlycee_agent.mobile.hashing import read_key
from numlycee_agent.mobile.stations import SnmpTables, Where, tables
from numlycee_agent.snmp.credentials import Community, Target
from numlycee_agent.snmp.engines import Engines

HOST = "127.0.0.1"
AGENT = """\
uai = "0310036W"
data = "data"
receipt_key_file = "receipt.key"
[mqtt]
host = "127.0.0.1"
port = 1
[snmp.default]
version = "2c"
community = "public"
{mobile}
[[equipment]]
id = "sw-coeur"
kind = "switch"
name = "Cœur"
address = "127.0.0.1"
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur"
address = "127.0.0.1"
tcp = 1
snmp = "none"
"""
EXPORT = """\
Numéro de série;Adresse MAC;Statut;Usager
5CD240001Q;3c:52:82:a1:00:01;En service;Zoé
5CD240002Q;3c:52:82:a1:00:02;En réparation;Léo
;;En service;Inès
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "receipt.key").write_text("ab" * 32)
    (tmp_path / "parc.csv").write_text(EXPORT, encoding="utf-8")
    write(tmp_path, '[mobile]\nbridges = ["sw-coeur"]')
    return tmp_path


def write(folder: Path, mobile: str) -> None:
    (folder / "agent.toml").write_text(AGENT.format(mobile=mobile), encoding="utf-8")


def agent(folder: Path, *arguments: str) -> int:
    return main([*arguments, "-c", str(folder / "agent.toml")])


def test_a_dry_run_says_what_would_be_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.rglob("*"))
    assert agent(folder, "mobile", "import", str(folder / "parc.csv"), "--dry-run") == 0
    said = capsys.readouterr().out
    assert "2 équipements à compter" in said
    assert "1 remis" in said
    assert "parc.csv (série : Numéro de série ; MAC : Adresse MAC ; état : Statut)" in said
    assert "parc.csv, ligne 4 : ni numéro de série" in said
    assert "nouveaux 2, disparus 0, changés 0" in said
    assert "Inès" not in said
    assert sorted(folder.rglob("*")) == before


def test_an_import_makes_the_key_once_and_the_list_again(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert agent(folder, "check") == 2
    assert "« numlycee-agent mobile import » makes it" in capsys.readouterr().err
    assert agent(folder, "mobile", "import", str(folder / "parc.csv")) == 0
    key = read_key(folder / "mobile.key")
    before = listing.load(folder / "data/mobile/list.json")
    capsys.readouterr()
    assert agent(folder, "mobile", "import", str(folder / "parc.csv")) == 0
    assert "nouveaux 0, disparus 0, changés 0" in capsys.readouterr().out
    assert read_key(folder / "mobile.key") == key
    after = listing.load(folder / "data/mobile/list.json")
    assert before is not None
    assert after is not None
    assert after.devices == before.devices
    assert (folder / "data/mobile").stat().st_mode & 0o077 == 0
    assert agent(folder, "check") == 0


def test_an_export_of_nothing_does_not_replace_the_list(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert agent(folder, "mobile", "import", str(folder / "parc.csv")) == 0
    kept = listing.load(folder / "data/mobile/list.json")
    strange = folder / "autre.csv"
    strange.write_text("Numéro de série;Statut\n5CD240001Q;chez Paul\n", encoding="utf-8")
    assert agent(folder, "mobile", "import", str(strange)) == 2
    said = capsys.readouterr().err
    assert "aucun équipement reconnu : la liste en service est gardée" in said
    assert "autre.csv, ligne 2 : état inconnu" in said
    assert "Paul" not in said
    assert listing.load(folder / "data/mobile/list.json") == kept


def test_the_counts_of_today_are_shown_as_they_leave(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert agent(folder, "mobile", "import", str(folder / "parc.csv")) == 0
    write(folder, "[mobile]\nweekdays = [1, 2, 3, 4, 5, 6, 7]")
    capsys.readouterr()
    assert agent(folder, "mobile", "status") == 0
    said = capsys.readouterr().out
    assert "Remis" in said
    assert "de 2 à 8" in said
    assert "moins de 5" in said


@pytest.mark.parametrize(
    ("mobile", "complaint"),
    [
        ("", "there is no [mobile]"),
        ('[mobile]\nbridges = ["routeur"]', "'routeur' is the id of no equipment asked by SNMP"),
        ('[mobile]\nwifi = ["sw-couer"]', "did you mean 'sw-coeur'?"),
        ('[mobile]\nkey_file = "data/mobile.key"', "must not be in `data`"),
        ("[mobile]\nkeep_days = 93", "nothing is kept beyond three months"),
        ("[mobile]\nclosed = [[2027-01-03, 2026-12-19]]", "ends on 2026-12-19, before"),
        ("[mobile]\nweekdays = [0]", "from 1, Monday, to 7, Sunday"),
        ('[mobile.states]\n"chez Paul" = "gone"', "is not one of"),
        ('[mobile]\nzone = "Paris"', "is no time zone"),
        ("[mobile]\nperiod = 5", "must be from 60 to 3600 s"),
        ("[mobile.fitness]\nbattery = 50", "must be from 0 to 1"),
    ],
)
def test_what_the_configuration_cannot_mean_is_told_at_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], mobile: str, complaint: str
) -> None:
    write(folder, mobile)
    assert agent(folder, "mobile", "status") == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("source", ["wifi", "bridges"])
async def test_a_table_is_read_from_a_device(source: str) -> None:
    table = next(one for one in tables(source) if one.mac is Where.LAST)
    macs = {bytes([0x3C, 0x52, 0x82, 0xA1, 0, i]) for i in range(60)}
    said = {f"{table.column}.{'.'.join(map(str, mac))}": 3 for mac in macs}
    async with SimulatedDevices(SystemClock(), communities=("public",)) as devices:
        device = await devices.add(said)
        with_port = Target(HOST, device.port, (2.0, 3.0))
        async with Engines() as engines:
            client = engines.open_client(with_port, Community("public"))
            assert await SnmpTables(client, source).addresses(0) == macs
