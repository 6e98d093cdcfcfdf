"""`numlycee calendar`: what was understood of the configuration, or one sentence why not."""

import csv
import json
from pathlib import Path

import pytest

from numlycee.cli import FAILED, MISUSED, OK, main

SETTINGS = """
sites = "sites.csv"
secret_file = "secret"
[service]
closed = [{ day = 2026-05-22, reason = "pont" }]
opened = [{ day = 2026-06-13, hours = [["08:00", "12:00"]], reason = "baccalauréat" }]
[[service.versions]]
since = 2026-01-08
hours.friday = [["07:30", "17:00"]]
[[service.versions]]
since = 2026-03-12
school_zone = "A"
[calendars.internat]
hours.sunday = [["18:00", "24:00"]]
"""


@pytest.fixture(name="settings")
def _settings(tmp_path: Path) -> str:
    path = tmp_path / "numlycee.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    return str(path)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["calendar", "--year", "2025-2026", *arguments]) == OK
    return capsys.readouterr().out.replace("\u202f", " ")


def test_a_person_reads_months_closures_and_changes(
    settings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = " ".join(told(capsys, "-c", settings).split())
    for sentence in (
        "Calendrier « service », année scolaire 2025-2026",
        "lundi à vendredi : 07:30–18:30 ; samedi, dimanche : fermé",
        "À partir du jeu. 08/01/2026 : lundi à jeudi : 07:30–18:30 ; vendredi : 07:30–17:00",
        "À partir du jeu. 12/03/2026 : semaine inchangée",
        "septembre 2025 22 242 h",
        "ven. 22/05/2026 pont exception 1",
        "mar. 11/11/2025 Armistice jour férié 1",
        "sam. 13/06/2026 08:00–12:00 baccalauréat",
    ):
        assert sentence in words


def test_a_program_reads_the_same(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(told(capsys, "internat", "--format", "json", "-c", settings))
    days = list(
        csv.DictReader(told(capsys, "internat", "--format", "csv", "-c", settings).split("\n"))
    )
    assert document["calendar"] == "internat"
    assert document["week"]["sunday"] == [["18:00", "24:00"]]
    assert len(days) == 365
    assert sum(int(day["seconds"]) for day in days) == document["seconds"]
    assert sum(month["days"] for month in document["months"]) == document["days"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (
            ["internt", "--year", "2025-2026"],
            MISUSED,
            "internt : calendrier inconnu ; vouliez-vous dire internat ?",
        ),
        (["--year", "2025"], MISUSED, "--year: '2025' is not a school year"),
        (["--year", "2031-2032"], FAILED, "import the official calendar of 2031-2032"),
    ],
)
def test_what_cannot_be_shown_is_told_in_one_line(
    arguments: list[str],
    code: int,
    sentence: str,
    settings: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["calendar", *arguments, "-c", settings]) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
