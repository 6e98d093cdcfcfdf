"""What a proposal changes, and what only people know and it must leave alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from numlycee.cli import FAILED, MISUSED, OK, main
from numlycee.domain.sites import Site
from numlycee.fleet.directory import read_sites
from numlycee.fleet.keeping import update_sites
from numlycee.fleet.plan import applied, plan
from numlycee.region.lycees import make_sites
from tests.fleet.test_official import HEADINGS, A, B, line

FIRST, SECOND, THIRD = make_sites(1, 3)
OURS = {FIRST.uai: replace(FIRST, operator="Orange", calendar="internat")}


def keyed(*sites: Site) -> dict[str, Site]:
    return {site.uai: site for site in sites}


def test_what_is_new_is_added_and_what_is_ours_alone_is_kept() -> None:
    change = plan(OURS, keyed(SECOND))
    assert (change.added, change.unknown) == ((SECOND,), tuple(OURS.values()))
    assert applied(OURS, change) == keyed(*sorted([*OURS.values(), SECOND], key=lambda s: s.uai))


def test_what_the_directory_knows_changes_and_what_people_know_stays() -> None:
    told = replace(FIRST, name="Lycée Simone-Veil", operator="", calendar="", enrolment=0)
    (change,) = plan(OURS, keyed(told)).changed
    assert change.fields == ("name",)
    assert change.after == replace(OURS[FIRST.uai], name="Lycée Simone-Veil")


def test_nothing_changes_twice() -> None:
    proposal = keyed(replace(FIRST, others=(SECOND.uai,)), THIRD)
    once = applied(OURS, plan(OURS, proposal))
    assert not plan(once, proposal)


def test_establishments_that_people_put_on_one_network_stay_together() -> None:
    together = keyed(replace(FIRST, others=(SECOND.uai,), enrolment=0))
    proposal = keyed(FIRST, replace(SECOND, others=(THIRD.uai,)))
    change = plan(together, proposal)
    assert change.added == ()
    ((_, after, fields),) = ((c.before, c.after, c.fields) for c in change.changed)
    assert fields == ("enrolment", "others")
    assert after.others == tuple(sorted([SECOND.uai, THIRD.uai]))
    assert after.enrolment == FIRST.enrolment + SECOND.enrolment


def test_the_columns_of_others_stay_in_the_file_and_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    path.write_text(
        "contact;uai;nom;commune;departement;academie;code_departement\n"
        f"Mme Exemple;{FIRST.uai};Ancien nom;X;Y;Z;31\n",
        encoding="utf-8",
    )
    before = path.read_text(encoding="utf-8")
    update_sites(path, keyed(FIRST, SECOND))
    assert read_sites(path) == keyed(FIRST, SECOND)
    headings, first, second = path.read_text(encoding="utf-8").splitlines()
    assert headings.startswith("contact;uai;nom;")
    assert first.startswith(f"Mme Exemple;{FIRST.uai};{FIRST.name};")
    assert second.startswith(f";{SECOND.uai};")
    assert (tmp_path / "sites.csv.before").read_text(encoding="utf-8") == before


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "numlycee.toml").write_text('sites = "sites.csv"\nsecret_file = "secret"\n')
    text = "\n".join([HEADINGS, line(A), line(B, mother=A, link="SECTION")])
    (tmp_path / "annuaire.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_command_shows_and_writes_only_when_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "inventory",
        "directory",
        str(folder / "annuaire.csv"),
        "-c",
        str(folder / "numlycee.toml"),
    ]
    assert main(command) == OK
    words = " ".join(capsys.readouterr().out.split())
    assert "À ajouter : 1 lycée UAI autres UAI lycée commune élèves" in words
    assert f"{A} {B} Lycée {A} Toulouse (31) –" in words
    assert "inchangé ; --write l'écrit" in words
    assert not (folder / "sites.csv").exists()
    assert main([*command, "--write"]) == OK
    assert read_sites(folder / "sites.csv")[A].others == (B,)
    capsys.readouterr()
    assert main(command) == OK
    assert capsys.readouterr().out == f"{folder / 'sites.csv'} : rien à changer\n"


def test_a_file_that_is_no_directory_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [
        "inventory",
        "directory",
        str(folder / "numlycee.toml"),
        "-c",
        str(folder / "numlycee.toml"),
    ]
    assert main(command) == MISUSED
    assert "is it the directory?" in capsys.readouterr().err
    assert main(
        ["inventory", "directory", str(folder / "no.csv"), "-c", str(folder / "numlycee.toml")]
    ) in {
        FAILED,
        MISUSED,
    }
    assert "no.csv" in capsys.readouterr().err
