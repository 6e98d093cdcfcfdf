"""CSV and JSON: the same figures, truncated, and harmless in a spreadsheet."""

import csv
import io
import json
from collections.abc import Mapping

import pytest

from numlycee.annual.cells import Table
from numlycee.annual.files import csv_of, percent
from numlycee.annual.model import AnnualReport
from numlycee.annual.tables import tables
from numlycee.domain.tallies import Rate


def test_every_row_has_a_cell_for_each_column(report: AnnualReport) -> None:
    for table in tables(report):
        assert len(set(table.columns)) == len(table.columns)
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_json_says_what_csv_says(files: Mapping[str, str]) -> None:
    content = json.loads(files["rapport.json"])
    for name, table in content["tables"].items():
        lines = list(csv.DictReader(io.StringIO(files[f"donnees/{name}.csv"])))
        assert len(lines) == len(table["rows"])
        for line, row in zip(lines, table["rows"], strict=True):
            for column, value in row.items():
                if isinstance(value, float):
                    assert float(line[column]) == value
                else:
                    assert line[column] == ("" if value is None else str(value))


def test_json_carries_what_identifies_the_edition(
    report: AnnualReport, files: Mapping[str, str]
) -> None:
    head = json.loads(files["rapport.json"])["report"]
    assert head["digest"] == report.edition.digest
    assert (head["edition"], head["status"], head["ongoing"]) == (1, "provisional", False)
    assert head["simulated"] is True
    assert head["calendars"]["default"]["version"] == "test-1"
    assert head["as_of"] == "2026-09-01T00:00:00+02:00"


def test_the_five_durations_add_up_in_every_line(files: Mapping[str, str]) -> None:
    for name in ("classes", "mois", "territoires", "lycees"):
        for line in csv.DictReader(io.StringIO(files[f"donnees/{name}.csv"])):
            parts = ("service_ms", "degrade_ms", "panne_ms", "injoignable_ms", "non_mesure_ms")
            assert int(line["du_ms"]) == sum(int(line[part]) for part in parts)


def test_lycees_are_compared_in_the_hours_of_the_line(files: Mapping[str, str]) -> None:
    lycees = list(csv.DictReader(io.StringIO(files["donnees/lycees.csv"])))
    for line in csv.DictReader(io.StringIO(files["donnees/territoires.csv"])):
        if line["niveau"] == "région":
            same = (line["classe"], line["heures"])
            here = [x for x in lycees if (x["classe"], x["heures"]) == same and x["taux_connu"]]
            assert int(line["lycees_mesures"]) == len(here)
            assert int(line["lycees_sans_coupure"]) == sum(x["coupures"] == "0" for x in here)
            worst = sorted(here, key=lambda x: float(x["taux_connu"]))[-(-len(here) * 5 // 100) - 1]
            assert line["taux_p5"] == worst["taux_connu"]


def test_bounds_hold_the_known_rate(files: Mapping[str, str]) -> None:
    for line in csv.DictReader(io.StringIO(files["donnees/lycees.csv"])):
        if line["taux_connu"]:
            low, known, high = (
                float(line[c]) for c in ("borne_basse", "taux_connu", "borne_haute")
            )
            assert low <= known <= high


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Rate(99_996, 100_000), "99.99"),
        (Rate(1, 1), "100.00"),
        (Rate(1, 3000), "0.03"),
        (Rate(-1, 200), "-0.50"),
        (Rate(0, 0), None),
    ],
)
def test_percentages_are_truncated(rate: Rate, text: str | None) -> None:
    assert percent(rate) == text


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", " =1", "\t=1", "\r\n=1"])
def test_a_text_that_opens_like_a_formula_is_disarmed(text: str) -> None:
    written = csv_of(Table("t", "", ("a", "b"), ((text, -3),)))
    (row,) = list(csv.DictReader(io.StringIO(written, newline="")))
    assert row["a"].startswith("'")
    assert row["a"].isprintable()
    assert row["b"] == "-3"
