"""`numlycee report --check`, and what the command says when it is asked for too little."""

from pathlib import Path

import pytest

from numlycee.adapters.report_html import write_report
from numlycee.cli import FAILED, MISUSED, OK, main
from tests.annual.year import Rows, order, rates, region

SITES = region(1)


@pytest.fixture(name="kept")
def _kept(tmp_path: Path) -> Path:
    write_report(rates(Rows(), SITES), order(SITES), tmp_path / "rapport", final=True)
    return tmp_path / "rapport"


def test_kept_editions_that_are_whole(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--check", str(kept)]) == OK
    said = capsys.readouterr()
    assert said.out.startswith("édition 1, arrêtée : intacte, ")
    assert said.err == ""


def test_a_kept_edition_that_was_touched(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (kept / "edition-1/rapport.json").write_text("{}", encoding="utf-8")
    assert main(["report", "--check", str(kept)]) == FAILED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "numlycee : edition-1/rapport.json n'est plus ce qui a été arrêté : "
        "remettez-le d'une sauvegarde\n"
    )


def test_a_folder_without_any_edition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--check", str(tmp_path)]) == MISUSED
    assert "n'est pas un dossier de rapport" in capsys.readouterr().err


def test_a_draft_is_no_kept_edition(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_report(rates(Rows(), SITES), order(SITES), tmp_path)
    assert main(["report", "--check", str(tmp_path)]) == OK
    assert capsys.readouterr().out == f"{tmp_path} : aucune édition arrêtée\n"


def test_a_year_without_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--year", "2025-2026"]) == MISUSED
    assert "--out" in capsys.readouterr().err


def test_a_store_that_is_none_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "uai;nom;commune;code_departement;departement;academie\n"
    (tmp_path / "sites.csv").write_text(lines + "0310036W;L;T;31;Haute-Garonne;Toulouse\n", "utf-8")
    (tmp_path / "numlycee.toml").write_text('sites = "sites.csv"\nsecret_file = "k"\n', "utf-8")
    (tmp_path / "numlycee.db").write_bytes(b"never a database" * 100)
    asked = ["report", "--year", "2025-2026", "--out", str(tmp_path / "rapport")]
    assert main([*asked, "-c", str(tmp_path / "numlycee.toml")]) == FAILED
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"numlycee : {tmp_path / 'numlycee.db'}: ")
    assert not (tmp_path / "rapport").exists()
