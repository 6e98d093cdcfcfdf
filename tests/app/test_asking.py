"""Questions asked on the command line of a real store."""

import csv
import json
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from numlycee.adapters.sql import open_store
from numlycee.cli import FAILED, MISUSED, OK, main
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.rates.answers import FIELDS
from numlycee.rates.explanation.records import FIELDS as STRETCH_FIELDS
from numlycee.wire.records import inventory_of
from tests.collector.centre import SITE, Agent, Centre, HandClock, down
from tests.rates.thursday import at

HOUR = 3_600_000
LINK = Resource("lien", Kind.LINK, "Accès THD")
ENT = Resource("ent", Kind.SERVICE, "Mon ENT", parent="lien")
LISTED = inventory_of([LINK, ENT])
SITES = (
    "uai;nom;commune;code_departement;departement;academie;latitude;longitude;effectif\n"
    f"{SITE};Lycée Bellevue;Toulouse;31;Haute-Garonne;Toulouse;43.5;1.4;1200\n"
)


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> Path:
    """Thursday 12 March 2026 of one lycée, in the store of a centre that has been stopped."""
    (tmp_path / "sites.csv").write_text(SITES, encoding="utf-8")
    (tmp_path / "secret").write_text("x" * 40, encoding="utf-8")
    path = tmp_path / "numlycee.toml"
    path.write_text('sites = "sites.csv"\nsecret_file = "secret"\n', encoding="utf-8")
    agent = Agent(began=at("00:00"), inventory=LISTED)
    day = agent.bulletin(
        down("lien", at("10:00:00"), at("10:00:30"), Cause.EDGE, State.UNOBSERVED),
        down("lien", at("10:00:30"), at("10:44:30")),
        start=at("00:00"),
        end=at("00:00", 13),
    )
    with closing(
        open_store(f"sqlite:///{tmp_path}/numlycee.db", HandClock(at("01:00", 13)))
    ) as store:
        centre = Centre(store, HandClock(at("01:00", 13)))
        centre.takes(agent.hello(), agent.sends(agent.listing(), day, sent=at("00:01", 13)))
    return path


def answered(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main([*words, "-c", str(config)]) == OK
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


DAY = ("--from", "2026-03-12", "--to", "2026-03-12", "--as-of", "2026-03-14")


def test_the_figures_of_a_day_as_records(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("rates", *DAY, "--class", "link", "--key", SITE)
    (service, always) = csv.DictReader(
        StringIO(answered(config, capsys, *asked, "--format", "csv"))
    )
    assert tuple(service) == FIELDS
    assert (service["level"], service["key"], service["class"]) == ("site", SITE, "link")
    assert (service["hours"], always["hours"]) == ("service", "always")
    assert int(service["required_ms"]) == 11 * HOUR
    assert (service["down_ms"], service["edge_ms"]) == ("2640000", "30000")
    known = int(service["known_numerator"]), int(service["known_denominator"])
    assert known == (2 * (11 * HOUR - 2_670_000) + 30_000, 2 * 11 * HOUR)
    assert (service["verdict"], always["verdict"]) == ("missed", "")
    assert service["lost_pupil_ms"] == str(1200 * 2_640_000)


def test_the_two_formats_say_the_same(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("rates", *DAY, "--level", "academy")
    told = json.loads(answered(config, capsys, *asked, "--format", "json"))
    rows = list(csv.DictReader(StringIO(answered(config, capsys, *asked, "--format", "csv"))))
    assert [
        {k: "" if v is None else str(v) for k, v in line.items()} for line in told["figures"]
    ] == rows
    assert (told["window"], told["zone"]) == ("2026-03-12/2026-03-12", "Europe/Paris")


def test_the_table_is_in_french(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = answered(config, capsys, "rates", *DAY, "--class", "link,wifi", "--hours", "service")
    assert "Région : Occitanie, heures de service" in said
    assert "93,29\u202f%" in said
    assert "non tenu" in said
    assert "non mesuré" in said


def test_a_proof_adds_up_to_the_figure(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("rates", *DAY, "--class", "link", "--key", SITE, "--hours", "service")
    (figure,) = json.loads(answered(config, capsys, *asked, "--format", "json"))["figures"]
    proof = explained(config, capsys, "--at", "2026-03-12T10:30", "--as-of", "2026-03-14")
    shared = {name for name in figure if name in proof and name.endswith("_ms")}
    assert {name: proof[name] for name in shared} == {name: figure[name] for name in shared}
    due = [s["length_ms"] for s in proof["stretches"] if s["due"] == "due"]
    assert sum(due) == figure["required_ms"]
    (outage,) = proof["outages"]
    assert (outage["down_ms"], outage["owner"]) == (2_640_000, "operator")


def explained(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    told = answered(config, capsys, "explain", f"{SITE}/lien", *words, "--format", "json")
    document: dict[str, Any] = json.loads(told)
    return document


def test_the_stretches_of_a_proof_as_records(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("explain", f"{SITE}/lien", "--at", "2026-03-12", "--format", "csv")
    rows = list(csv.DictReader(StringIO(answered(config, capsys, *asked))))
    assert tuple(rows[0]) == STRETCH_FIELDS
    assert [row["state"] for row in rows] == ["up", "up", "unobserved", "down", "up", "up"]
    assert rows[3]["start"] == "2026-03-12T10:00:30+01:00"
    assert rows[0]["due"] == "closed"


@pytest.mark.parametrize(
    "words", [("/ent",), (f"{SITE}/ent", "--hours", "always"), (f"{SITE}/lien",)]
)
def test_a_proof_in_french(
    words: tuple[str, ...], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = answered(config, capsys, "explain", *words, "--at", "2026-03-12")
    headings = (
        "Les heures dues",
        "Ce qui a été lu",
        "Ligne par ligne",
        "Le décompte",
        "Les pannes",
    )
    assert [heading for heading in headings if heading not in said] == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("explain", "0310036V/lien"), "vouliez-vous dire 0310036W ?"),
        (("explain", f"{SITE}/lein"), "vouliez-vous dire lien ?"),
        (("explain", "/ant"), "vouliez-vous dire ent ?"),
        (("explain", SITE), "écrivez UAI/RESSOURCE"),
        (("explain", f"{SITE}/lien", "--at", "2026-03-12T10:00", "--month", "2026-02"), "--at: "),
        (("rates", "--key", "Toulose"), "--key: Toulose n'est ni"),
        (("rates", "--level", "site", "--key", "Toulouse"), "--key: Toulouse n'est pas un lycée"),
        (("rates", "--year", "2025"), "--year: "),
        (("rates", "--to", "2026-03-12"), "--to: "),
        (("rates", "--from", "2026-03-12", "--to", "2026-03-11"), "--to: "),
        (("rates", "--as-of", "2126-01-01"), "--as-of: "),
        (("rates", "--month", "2026-03", "--as-of", "2026-02-01"), "n'a pas commencé"),
    ],
)
def test_what_cannot_be_asked(
    words: tuple[str, ...], reason: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "-c", str(config)]) == MISUSED
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("numlycee : ")
    assert reason in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("--month", "mars"),
        ("--from", "12/03/2026"),
        ("--as-of", "hier"),
        ("--class", "liens"),
        ("--window", "2h"),
        ("--window", "7d", "--month", "2026-03"),
    ],
)
def test_what_is_not_spelt_so(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["rates", *words])
    assert stopped.value.code == MISUSED
    assert f"argument {words[-2]}: " in capsys.readouterr().err


def test_a_store_that_is_not_there(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config.parent / "numlycee.db").unlink()
    assert main(["rates", "-c", str(config)]) == FAILED
    assert "has the collector ever run?" in capsys.readouterr().err


STATED = """
[[life]]
site = "{site}"
resource = "{resource}"
retired = 2026-06-01T00:00:00
author = "M. Durand"
reason = "déposé"
"""


@pytest.mark.parametrize(("resource", "told"), [("lien", 0), ("lein", 1)])
def test_a_statement_about_what_nobody_ever_saw_is_told(
    resource: str, told: int, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stated = STATED.format(site=SITE, resource=resource)
    (config.parent / "registre.toml").write_text(stated, encoding="utf-8")
    config.write_text(f'register = "registre.toml"\n{config.read_text("utf-8")}', encoding="utf-8")
    assert main(["rates", *DAY, "-c", str(config)]) == OK
    said = f"numlycee : registre : {SITE}/{resource} n'a jamais été observé ; est-ce bien écrit ?\n"
    assert capsys.readouterr().err == said * told


def test_a_year_is_weighed_by_its_own_pupils(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("rates", *DAY, "--class", "link", "--hours", "service", "--format", "json")

    def lost() -> int:
        (line, *_) = json.loads(answered(config, capsys, *asked))["figures"]
        return int(line["lost_pupil_ms"])

    before = lost()
    yearly = SITES.replace(";effectif\n", ";effectif;effectif_2025-2026\n").replace(
        "1200", "1200;600"
    )
    (config.parent / "sites.csv").write_text(yearly, encoding="utf-8")
    assert before
    assert lost() * 2 == before
