"""The witness year from a store on disk: what is compared is what was stored and stated."""

import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from numlycee import config
from numlycee.adapters.sql import StoreError, open_store
from numlycee.adapters.terminal.comparison import show
from numlycee.app import asking
from numlycee.app.comparing import Wanted, comparison
from numlycee.app.periods import Asked
from numlycee.cli import FAILED, MISUSED, main
from numlycee.collector.marks import RunMarks
from numlycee.collector.timeline import Covered, Seen, Stretch
from numlycee.conventions.compare import compare
from numlycee.conventions.records import FIELDS, Report, document, records, signed
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.sites import Department, Site
from numlycee.fleet.keeping import write_sites
from numlycee.rates.model import Hours
from numlycee.settings import SettingsError
from numlycee.wire.records import inventory_of
from tests.collector.centre import HandClock
from tests.conventions.witness import BORN, COVERAGE, END, spells, witness

pytestmark = pytest.mark.slow

HAUTE_GARONNE = Department("31", "Haute-Garonne", "Toulouse")
LYCEE = Site("0310036W", "Lycée témoin", "Toulouse", HAUTE_GARONNE, 43.6, 1.4, 1000)
OTHER = replace(LYCEE, uai="0310024H", name="Lycée voisin")
LINK = Resource("lien", Kind.LINK, "Lien THD")
INVENTORY = inventory_of([LINK, Resource("cœur", Kind.SWITCH, "Cœur de réseau")])
RUN = "00000000000000aa"
CLOCK = HandClock(END + 86_400_000)
YEAR = Asked(year="2025-2026")

SETTINGS = """\
region = "Occitanie"
sites = "sites.csv"
secret_file = "secret"
register = "registre.toml"
"""
REGISTER = """\
[[maintenance]]
site = "0310036W"
resource = "lien"
start = 2025-12-03T13:00:00
end = 2025-12-03T17:00:00
announced = 2025-12-01T09:00:00
author = "A. Martin"
reason = "changement de routeur"

[[life]]
site = "0310024H"
retired = 2025-09-17T08:00:00
author = "A. Martin"
reason = "lien résilié"
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Two lycées that lived the same witness year; the second was closed on 17 September."""
    write_sites(tmp_path / "sites.csv", [LYCEE, OTHER])
    (tmp_path / "numlycee.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "registre.toml").write_text(REGISTER, encoding="utf-8")
    rows = Stretch(
        tuple(Covered(INVENTORY.digest, *span) for span in COVERAGE),
        tuple(Seen("lien", s.state, s.cause or Cause.OTHER, s.start, s.end) for s in spells()),
    )
    with closing(open_store(f"sqlite:///{tmp_path / 'numlycee.db'}", CLOCK)) as store:
        for site in (LYCEE, OTHER):
            with store.transaction() as transaction:
                transaction.keep_run(RunMarks(site.uai, RUN, Vantage.SITE, BORN))
                transaction.keep_inventory(site.uai, Vantage.SITE, INVENTORY)
                transaction.replace(site.uai, RUN, Stretch(), rows)
    return tmp_path


def asked(folder: Path, wanted: Wanted) -> Report:
    return comparison(config.read(folder / "numlycee.toml"), wanted, CLOCK)


def test_what_is_compared_is_what_was_stored_and_stated(folder: Path) -> None:
    report = asked(folder, Wanted(YEAR, "0310036w/lien"))
    by_hand = compare([witness()])
    assert report.own == by_hand.own
    assert report.comparison == by_hand
    assert report.subject == "Lycée témoin, Lien THD (0310036w/lien)"


def test_a_class_is_every_resource_of_it_as_long_as_each_lived(folder: Path) -> None:
    report = asked(folder, Wanted(YEAR))
    alone = asked(folder, Wanted(YEAR, "0310036W/lien"))
    retired = asked(folder, Wanted(YEAR, "0310024H/lien"))
    assert (report.subject, report.key, report.comparison.resources) == ("Liens THD", "link", 2)
    assert report.own == alone.own + retired.own
    assert retired.own.required == (12 * 11 * 3600 + 1800) * 1000


@pytest.mark.parametrize("name", [ResourceClass.LINK, ResourceClass.LAN, ResourceClass.SERVICE])
def test_the_own_figure_is_the_one_that_rates_gives(folder: Path, name: ResourceClass) -> None:
    report = asked(folder, Wanted(YEAR, resource_class=name))
    wanted = asking.Wanted(asked=YEAR, classes=(name,), hours=(Hours.SERVICE,))
    (line,) = asking.rates(config.read(folder / "numlycee.toml"), wanted, CLOCK).lines
    assert report.own == line.figures.contract
    assert report.comparison.resources == line.figures.resources


def test_what_did_not_live_in_the_period_is_no_case(folder: Path) -> None:
    day = date(2026, 1, 12)
    assert asked(folder, Wanted(Asked(first=day, last=day))).comparison.resources == 1
    before = asked(folder, Wanted(Asked(year="2024-2025")))
    assert before.comparison.resources == 2
    none = asked(folder, Wanted(YEAR, resource_class=ResourceClass.PRINTING))
    assert (none.comparison.resources, none.own.required) == (0, 0)
    assert {answer.rate for answer in none.comparison.answers} == {None}
    assert "Rien n'a été observé" in printed(none)


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        ("lien", "écrivez UAI/RESSOURCE"),
        ("0310036W/", "écrivez UAI/RESSOURCE"),
        ("0310036V/lien", "le lycée 0310036V n'est pas du parc ; vouliez-vous dire 0310036W ?"),
        ("0310036W/liens", "jamais été observé au lycée 0310036W ; vouliez-vous dire lien ?"),
        ("/ent", "ent n'a jamais été observé"),
    ],
)
def test_what_cannot_be_compared_is_told_in_one_line(
    folder: Path, resource: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=r"^--resource: ") as error:
        asked(folder, Wanted(YEAR, resource))
    assert told in str(error.value)


def test_a_store_that_is_not_there(folder: Path) -> None:
    (folder / "numlycee.db").unlink()
    with pytest.raises(StoreError):
        asked(folder, Wanted(YEAR))


# ---------------------------------------------------------------- what is written


@pytest.fixture(name="report")
def _report(folder: Path) -> Report:
    return asked(folder, Wanted(YEAR, "0310036W/lien"))


def printed(report: Report, *, sources: bool = False) -> str:
    page = Console(file=io.StringIO(), width=150)
    show(report, sources=sources, console=page)
    assert isinstance(page.file, io.StringIO)
    return page.file.getvalue().replace("\u202f", " ")


def test_the_table_begins_with_numlycee_and_its_bounds(report: Report) -> None:
    lines = printed(report).splitlines()
    own = next(number for number, line in enumerate(lines) if "numlycee, taux connu" in line)
    assert "99,7345 %" in lines[own]
    assert "entre 98,5847 % et 99,7380 % ; couverture 98,84 %" in lines[own]
    assert "Checkmk, réglage d’origine" in lines[own + 1]
    assert "82,8081 %" in lines[own + 1]
    assert "−16,9264" in lines[own + 1]


def test_what_was_not_verified_is_printed_as_such(report: Report) -> None:
    text = printed(report)
    assert "MEF 10.3 (de mémoire, non vérifié)" in text
    assert "UIT-T G.827 (de mémoire, non vérifié)" in text
    assert "https://" not in text


def test_sources_are_told_where_asked_for(report: Report) -> None:
    text = printed(report, sources=True)
    for answer in report.comparison.answers:
        assert answer.convention.source.version in text
        assert f"  {answer.convention.source.address}\n" in text
    assert text.count("https://") == len(report.comparison.answers)


def test_the_document_closes_to_the_millisecond(report: Report) -> None:
    made = json.loads(json.dumps(document(report)))
    own = made["numlycee"]
    assert own["required_ms"] == 6_876_000_000
    icinga = next(c for c in made["conventions"] if c["convention"] == "icingadb")
    moved = {step["part"]: step for step in icinga["steps"]}
    assert moved["unmeasured"] == {
        "part": "unmeasured",
        "service_ms": 0,
        "failure_ms": 79_200_000,
        "left_out_ms": 0,
    }
    assert icinga["percent"] == 82.8537
    assert icinga["difference_points"] == -16.8808
    assert icinga["evidence"] == "code lu"


def test_every_record_fits_the_fields(report: Report) -> None:
    lines = list(records(report))
    assert len(lines) == 1 + len(report.comparison.answers)
    for line in lines:
        assert set(line) <= set(FIELDS)
    assert lines[0]["convention"] == "numlycee"
    assert (lines[0]["low_percent"], lines[0]["high_percent"]) == (98.5847, 99.738)


@pytest.mark.parametrize(
    ("away", "text"),
    [(None, ""), (0, "+0,0000"), (123, "+0,0123"), (-169_280, "−16,9280"), (-1, "−0,0001")],
)
def test_a_difference_keeps_its_sign(away: int | None, text: str) -> None:
    assert signed(away) == text


# ---------------------------------------------------------------- the command


def test_the_command_answers_in_three_ways(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["compare", "-c", str(folder / "numlycee.toml"), "--year", "2024-2025", "--resource"]
    where.append("0310036W/lien")
    assert main(where) == 0
    assert "numlycee, taux connu" in capsys.readouterr().out
    assert main([*where, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["asked"] == "0310036W/lien"
    assert main([*where, "--format", "csv"]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(table[0]) == list(FIELDS)
    assert table[0]["convention"] == "numlycee"


def test_the_command_fails_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["compare", "-c", str(folder / "numlycee.toml"), "--year", "2024-2025"]
    assert main([*wanted, "--resource", "0310036W"]) == MISUSED
    assert capsys.readouterr().err.count("\n") == 1
    (folder / "numlycee.db").unlink()
    assert main(wanted) == FAILED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
