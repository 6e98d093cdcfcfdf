"""The exports of GLPI and of MDMs: every spelling that people send, and nothing that they show."""

from pathlib import Path

import pytest

from numlycee.settings import SettingsError
from numlycee_agent.mobile import importing
from numlycee_agent.mobile.columns import layout_of
from numlycee_agent.mobile.hashing import Hasher, made_up, make_key, octets_of, read_key
from numlycee_agent.mobile.importing import Import
from numlycee_agent.mobile.states import KNOWN, Standing, fold, standing
from tests.agent.mobile.school import HASHER, KEY, MONDAY

GLPI = """\
"Nom";"Entité";"Statut";"Numéro de série";"Ports réseau - Adresse MAC";"Usager"
"EIM-0001";"Lycée Jolimont";"En service";"5CD240001Q";"3c:52:82:a1:00:01<br>3c:52:82:a1:80:01";"Zoé"
"EIM-0002";"Lycée Jolimont";"En réparation";"5CD240002Q";"";"Léo"
"EIM-0003";"Lycée Jolimont";"Perdu";"5CD240003Q";"3C-52-82-A1-00-03";""

"EIM-0004";"Lycée Jolimont";"En service";"";"";"Anne"
"EIM-0005";"Lycée Jolimont";"Chez Paul";"5CD240005Q";"";"Paul"
"EIM-0006";"Lycée Jolimont";"Au rebut";"5CD240006Q";"";""
"""
INTUNE = """\
Device name,Serial number,Wi-Fi MAC,Ethernet MAC,Compliance,Last check-in,Primary user email
EIM-0001,5CD240001Q,3C528 2A10001,,Compliant,2026-11-20,zoe@example.fr
EIM-0007,5cd-240007q,3c5282a10007,3c5282a18007,Noncompliant,2026-11-20,eva@example.fr
"""


def taken(folder: Path, *exports: bytes, own: dict[str, Standing] | None = None) -> Import:
    found = Import(HASHER, own or {})
    for i, export in enumerate(exports):
        path = folder / f"export{i}.csv"
        path.write_bytes(export)
        found.read(path)
    return found


def standings(found: Import) -> dict[Standing, int]:
    return dict(importing.by_standing(found.listing(MONDAY)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_export_is_read_however_it_is_written(
    tmp_path: Path, encoding: str, separator: str, ends: str
) -> None:
    text = GLPI.replace('";"', f'"{separator}"').replace("\n", ends)
    found = taken(tmp_path, text.encode(encoding))
    assert found.rows == 6
    assert standings(found) == {
        Standing.ISSUED: 1,
        Standing.REPAIR: 1,
        Standing.LOST: 1,
        Standing.WITHDRAWN: 1,
    }
    assert [(refusal.line, refusal.reason[:10]) for refusal in found.refusals] == [
        (6, "ni numéro "),
        (7, "état incon"),
    ]


def test_a_refusal_quotes_nothing_of_its_row(tmp_path: Path) -> None:
    found = taken(tmp_path, GLPI.encode())
    told = "\n".join(importing.lines(found.refusals, 20))
    assert not [word for word in ("Paul", "Anne", "EIM", "5CD", "Jolimont") if word in told]


def test_two_exports_join_by_any_identifier(tmp_path: Path) -> None:
    found = taken(tmp_path, GLPI.encode(), INTUNE.encode())
    listing = found.listing(MONDAY)
    assert standings(found)[Standing.NON_COMPLIANT] == 1
    first = listing.by_hash[HASHER.serial("5CD240001Q")]
    for mac in ("3c5282a10001", "3c5282a18001"):
        octets = octets_of(mac)
        assert octets is not None
        assert listing.by_hash[HASHER.mac(octets)] is first


def test_a_row_may_join_devices_that_were_thought_two(tmp_path: Path) -> None:
    text = "serial,mac,status\nAAAA1111,,in repair\n,3c5282a10009,\nAAAA1111,3c5282a10009,in use\n"
    (device,) = taken(tmp_path, text.encode()).listing(MONDAY).devices
    assert (device.standing, len(device.hashes)) == (Standing.REPAIR, 2)


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    once = taken(tmp_path, GLPI.encode(), INTUNE.encode()).listing(MONDAY)
    twice = taken(tmp_path, *[GLPI.encode(), INTUNE.encode()] * 2).listing(MONDAY)
    assert twice == once
    assert not importing.change(once, twice)
    less = taken(tmp_path, INTUNE.encode()).listing(MONDAY)
    assert importing.change(once, less) == importing.Change(new=0, gone=3, changed=1)


def test_the_site_has_words_of_its_own(tmp_path: Path) -> None:
    found = taken(tmp_path, GLPI.encode(), own={"chez paul": Standing.REPAIR})
    assert standings(found)[Standing.REPAIR] == 2


@pytest.mark.parametrize(
    ("headings", "serial", "macs", "states"),
    [
        (["Nom", "N° de série", "MAC"], 1, (2,), ()),
        (["Serial Number", "MAC Address", "Status"], 0, (1,), (2,)),
        (["SerialNumber", "WiFiMacAddress", "complianceState"], 0, (1,), (2,)),
        (["Numéro de série", "État", "Conformité"], 0, (), (1, 2)),
        (["Serial", "Conforme depuis", "Compliance grace period end"], 0, (), ()),
        (["Machine", "Marque", "Date du statut", "Numéro de série"], 3, (), ()),
        (["État du Wi-Fi", "Statut", "Adresse MAC Wi-Fi"], None, (2,), (1,)),
    ],
    ids=str,
)
def test_columns_are_told_by_their_headings(
    headings: list[str], serial: int | None, macs: tuple[int, ...], states: tuple[int, ...]
) -> None:
    found = layout_of(headings)
    assert (found.serial, found.macs, found.states) == (serial, macs, states)


@pytest.mark.parametrize("export", [b"", b"\n\n", b"Nom;Statut\nEIM-1;perdu\n", b"\x00\x01\x02"])
def test_what_is_no_list_is_refused_without_quoting_it(tmp_path: Path, export: bytes) -> None:
    with pytest.raises(SettingsError) as error:
        taken(tmp_path, export)
    assert "EIM-1" not in str(error.value)


def test_every_known_word_is_folded_and_means_one_thing() -> None:
    assert all(fold(word) == word for word in KNOWN)
    assert standing("Non-Conforme", {}) is Standing.NON_COMPLIANT
    assert standing("EN RÉPARATION", {}) is Standing.REPAIR
    assert standing("chez Paul", {}) is None


@pytest.mark.parametrize(
    "spelt",
    [
        "3c:52:82:a1:00:01",
        "3C-52-82-A1-00-01",
        "3c52.82a1.0001",
        "3C5282A10001",
        "3c 52 82 a1 00 01",
    ],
)
def test_a_mac_address_is_one_in_every_spelling(spelt: str) -> None:
    assert octets_of(spelt) == bytes.fromhex("3c5282a10001")


@pytest.mark.parametrize(
    "spelt",
    ["", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "3c5282a100", "zoé"],
)
def test_what_is_no_devices_address_is_none(spelt: str) -> None:
    assert octets_of(spelt) is None


@pytest.mark.parametrize("spelt", ["", "0000000", "To be filled by O.E.M.", "None", "N/A", "abc"])
def test_what_makers_write_for_want_of_a_serial_names_no_device(spelt: str) -> None:
    assert HASHER.serial(spelt) == ""


def test_hashes_need_the_key_and_tell_what_they_hash_apart() -> None:
    other, octets = Hasher(bytes(32)), bytes.fromhex("3c5282a10001")
    assert (
        HASHER.serial("5cd-240001 q") == HASHER.serial("5CD240001Q") != other.serial("5CD240001Q")
    )
    assert HASHER.mac(octets) != other.mac(octets)
    assert HASHER.mac(b"5CD240") != HASHER.serial("5CD240")
    assert made_up(bytes.fromhex("3e5282a10001"))
    assert not made_up(octets)


def test_the_key_is_its_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "mobile.key"
    key = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == key
    with pytest.raises(FileExistsError):
        make_key(path)
    path.chmod(0o640)
    with pytest.raises(SettingsError, match="others can read it"):
        read_key(path)


@pytest.mark.parametrize("content", ["", "zz", KEY[:16].hex()])
def test_what_is_no_key_is_refused_unseen(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mobile.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match=r"mobile\.key_file") as error:
        read_key(path)
    assert not content or content not in str(error.value)
