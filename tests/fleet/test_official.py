"""The official directory: which of its lines are lycées, and which of these share a network."""

from pathlib import Path

import pytest

from numlycee.domain.sites import principal
from numlycee.fleet.enrolments import enrolled, read_enrolments
from numlycee.fleet.official import Proposal, Wanted, propose
from numlycee.settings import SettingsError

HEADINGS = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;"
    "Adresse_1;Code_commune;Nom_commune;Code_departement;Libelle_departement;Libelle_academie;"
    "latitude;longitude;etat;etablissement_mere;type_rattachement_etablissement_mere"
)
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "fr-en-annuaire-education-occitanie.csv"
EVERY = Wanted()
A, B, C, D = "0310036W", "0310044E", "0340038G", "0340042L"


def line(uai: str, **other: str) -> str:
    cells = {
        "uai": uai, "name": f"Lycée {uai}", "type": "Lycée", "status": "Public",
        "address": f"1 rue {uai}", "insee": "31555", "commune": "Toulouse", "code": "031",
        "department": "Haute-Garonne", "academy": "Toulouse", "latitude": "43.6",
        "longitude": "1.44", "state": "OUVERT", "mother": "", "link": "",
    } | other  # fmt: skip
    return ";".join(cells.values())


def proposed(tmp_path: Path, *lines: str, wanted: Wanted = EVERY) -> Proposal:
    path = tmp_path / "annuaire.csv"
    path.write_bytes(("\ufeff" + "\r\n".join([HEADINGS, *lines]) + "\r\n").encode())
    return propose(path, wanted)


def test_open_public_lycees_are_sites(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        line(A),
        line(B, type="Collège"),
        line(C, status="Privé"),
        line(D, state="A FERMER"),
    )
    assert list(found.sites) == [A]
    site = found.sites[A]
    assert (site.name, site.department.code, site.latitude, site.enrolment) == (
        f"Lycée {A}", "31", 43.6, 0,
    )  # fmt: skip


def test_academies_and_private_ones_are_chosen(tmp_path: Path) -> None:
    lines = line(A), line(B, status="Privé"), line(C, academy="Montpellier")
    here = Wanted(frozenset({"TOULOUSE"}), private=True)
    assert list(proposed(tmp_path, *lines, wanted=here).sites) == [A, B]
    with pytest.raises(
        SettingsError, match="no open lycée of Nantes; it has Montpellier, Toulouse"
    ):
        proposed(tmp_path, *lines, wanted=Wanted(frozenset({"Nantes"})))


def test_a_section_shares_the_network_of_its_lycee_and_an_annexe_has_its_own(
    tmp_path: Path,
) -> None:
    section = "FILIERE OU DEPARTEMENT OU SECTION"
    found = proposed(
        tmp_path,
        line(B, mother=A, link=section),
        line(A),
        line(C, mother=A, link="ANNEXE GEOGRAPHIQUE"),
        line(D, mother="0090002D", link=section),
    )
    assert {uai: site.others for uai, site in found.sites.items()} == {A: (B,), C: (), D: ()}
    assert principal(found.sites, B) == A
    assert principal(found.sites, "0090002D") == "0090002D"


def test_what_people_must_decide_is_told(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        line(A, address="1 Rue du Lac"),
        line(B, address="1 rue du lac"),
        line(C, address="1 rue du lac", insee="34172"),
        line("0310036R"),
        line(A, type="Collège"),
        line(C),
    )
    assert len(found.sites) == 3
    wrong, twice, together = found.cautions
    assert wrong.startswith("ligne 5 laissée de côté : ")
    assert twice == f"ligne 7 laissée de côté : {C} y est déjà"
    assert f"({A})" in together
    assert f"({B})" in together
    assert f"({C})" not in together


def test_nonsense_in_a_place_is_no_place(tmp_path: Path) -> None:
    site = proposed(tmp_path, line(A, latitude="north", longitude="900")).sites[A]
    assert (site.latitude, site.longitude) == (0, 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("uai;nom\n", "line 1: no column 'commune' .*is it the directory"),
        (f"{HEADINGS}\n", "holds no open lycée$"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=reason):
        propose(tmp_path / "a.csv")


def test_pupils_of_all_the_establishments_of_a_site_are_counted(tmp_path: Path) -> None:
    section = "FILIERE OU DEPARTEMENT OU SECTION"
    sites = proposed(tmp_path, line(A), line(B, mother=A, link=section), line(C)).sites
    (tmp_path / "e.csv").write_text(f"effectif;UAI\n900;{A}\n120;{B}\n;{C}\n", encoding="utf-8")
    counted = enrolled(sites, read_enrolments(tmp_path / "e.csv"))
    assert [site.enrolment for site in counted.values()] == [1020, 0]


def test_pupils_of_several_years_are_kept_apart_and_the_latest_are_the_present(
    tmp_path: Path,
) -> None:
    sites = proposed(tmp_path, line(A), line(B)).sites
    years = f"{A};2024-2025;900\n{A};Rentrée 2025;400\n{A};2025-26;510\n{B};;70\n"
    (tmp_path / "e.csv").write_text(f"UAI;annee_scolaire;effectif\n{years}", encoding="utf-8")
    first, second = enrolled(sites, read_enrolments(tmp_path / "e.csv")).values()
    assert (first.enrolment, first.enrolments) == (910, ((2024, 900), (2025, 910)))
    assert (second.enrolment, second.enrolments) == (70, ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("uai;nom\n", "no column 'effectif'"),
        (f"uai;effectif\n{A};many\n", "line 2: .*many"),
        ("uai;effectif\n0310036R;9\n", "line 2: uai: .*W"),
        (f"uai;effectif;annee\n{A};9;hier\n", "line 2: annee: 'hier' is not a school year"),
        (f"uai;effectif;annee\n{A};9;2025-2027\n", "2025-2026\\?"),
    ],
)
def test_a_wrong_table_of_pupils_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "e.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=reason):
        read_enrolments(tmp_path / "e.csv")


@pytest.mark.skipif(not OFFICIAL.is_file(), reason="the official directory is not beside us")
def test_the_directory_of_a_region_is_read_whole() -> None:
    found = propose(OFFICIAL)
    assert len(found.sites) == 227
    assert sum(len(site.others) for site in found.sites.values()) == 93
    assert sum(caution.startswith("même adresse") for caution in found.cautions) == 13
    assert sum(bool(site.web) for site in found.sites.values()) == 221


PUPILS = OFFICIAL.with_name("lycees_occitanie.csv")


@pytest.mark.skipif(not PUPILS.is_file(), reason="the pupils of a Region are not beside us")
def test_the_pupils_of_a_region_are_of_their_year() -> None:
    sites = enrolled(propose(OFFICIAL).sites, read_enrolments(PUPILS))
    years = {year for site in sites.values() for year, _ in site.enrolments}
    assert years == {2022}
