"""The fleet's file: read whatever the export, judged line by line."""

from pathlib import Path

import pytest

from numlycee.fleet.directory import read_sites
from numlycee.fleet.keeping import write_sites
from numlycee.region.lycees import make_sites
from numlycee.settings import SettingsError

HEADER = "uai;nom;commune;code_departement;departement;academie;latitude;longitude;effectif\n"
LINE = "0310036W;Lycée A;Toulouse;031;Haute-Garonne;Toulouse;43.6;1.44;900\n"
OFFICIAL = Path(__file__).parents[3] / "shared" / "data"


def _file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "sites.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_sites_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    sites = make_sites(3, 30)
    write_sites(tmp_path / "sites.csv", sites)
    assert tuple(read_sites(tmp_path / "sites.csv").values()) == sites


def test_a_byte_order_mark_other_columns_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    text = (HEADER + LINE).replace("uai;", "fax;uai;").replace("0310036W", "?;0310036w")
    site = read_sites(_file(tmp_path, text.replace("\n", "\r\n"), "utf-8-sig"))["0310036W"]
    assert (site.department.code, site.enrolment, site.latitude) == ("31", 900, 43.6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + LINE.replace("0310036W", "0310036R"), "line 2: uai: .* 0310036 calls for W"),
        (HEADER + LINE + LINE, "line 3: uai: 0310036W stands twice"),
        (HEADER + LINE.replace("43.6", "north"), "line 2: latitude: 'north' is not a number"),
        (HEADER + LINE.replace("Lycée A", ""), "line 2: nom: is empty"),
        (HEADER, "holds no site"),
        ("nom;commune\nA;B\n", "line 1: no column 'uai'"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_sites(_file(tmp_path, text))


def test_a_file_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read as UTF-8"):
        read_sites(_file(tmp_path, HEADER + LINE, "utf-16"))


@pytest.mark.skipif(
    not OFFICIAL.is_dir(), reason="the official directory is not beside the project"
)
def test_the_official_list_of_lycees_is_read_whole() -> None:
    sites = read_sites(OFFICIAL / "lycees_occitanie.csv")
    assert len(sites) == 561
    assert sites["0310036W"].commune == "Toulouse"


WIDER = HEADER.strip() + ";effectif_2024-2025;effectif_2026-2027;site_web;etiquettes\n"


def _wider(tmp_path: Path, *more: str) -> Path:
    line = LINE.strip().rpartition(";")[0]
    return _file(tmp_path, WIDER + ";".join([line, *more]) + "\n")


def test_pupils_of_each_year_a_web_site_and_labels(tmp_path: Path) -> None:
    path = _wider(tmp_path, "", "880", "950", "https://Exemple.fr", "zone=rurale, lot=2")
    site = read_sites(path)["0310036W"]
    assert (site.enrolment, site.enrolments) == (950, ((2024, 880), (2026, 950)))
    assert (site.web, site.labels) == (
        "https://exemple.fr/",
        (("lot", "2"), ("zone", "rurale")),
    )
    write_sites(tmp_path / "again.csv", [site])
    assert read_sites(tmp_path / "again.csv") == {site.uai: site}


def test_a_year_has_its_own_pupils(tmp_path: Path) -> None:
    site = read_sites(_wider(tmp_path, "1000", "880", "950", "", ""))["0310036W"]
    counted = [site.in_year(year).enrolment for year in (2023, 2024, 2025, 2026, 2027)]
    assert counted == [880, 880, 880, 950, 1000]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("1", "x", "", "", ""), "line 2: effectif_2024-2025: 'x' is not a number"),
        (("1", "", "", "http://10.0.0.1/", ""), "line 2: site_web: .*no public address"),
        (("1", "", "", "", "Zone=1"), "line 2: etiquettes: label name 'Zone'"),
    ],
)
def test_what_is_wrong_beside_is_named_too(
    tmp_path: Path, cells: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(SettingsError, match=reason):
        read_sites(_wider(tmp_path, *cells))
