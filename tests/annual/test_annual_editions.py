"""Editions: a draft gives way, what was declared final is kept for ever, the next tells why."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from numlycee.adapters.report_html import write_report
from numlycee.adapters.report_html.shelf import check
from numlycee.adapters.report_html.writing import Written
from numlycee.annual.assemble import assemble
from numlycee.annual.differences import differences
from numlycee.annual.editions import EditionError, Ledger
from numlycee.annual.files import document
from numlycee.annual.order import RULES
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from tests.annual.year import CALENDAR, END, HOUR, START, YEAR, Rows, at, order, rates, region

pytestmark = pytest.mark.slow

LINK = Resource("link", Kind.LINK, "Lien THD")
SITES = region(3)
NOON = at(date(2026, 1, 20), 12)


def past(*cuts: tuple[int, int], watched: int = 2) -> Rows:
    """Links observed all year, that of the first lycée cut as told."""
    rows = Rows()
    for site in SITES[:watched]:
        rows.add(site.uai, [LINK], (START, END))
    for start, end in cuts:
        rows.spell(SITES[0].uai, "link", start, end)
    return rows


CUT = (NOON, NOON + HOUR)
LATE = (NOON + 4 * HOUR, NOON + 5 * HOUR)


def write(folder: Path, rows: Rows, *, final: bool = False, calendar: object = CALENDAR) -> Written:
    """Write the report of a past into a folder."""
    wanted = order(SITES, calendars={"": calendar})
    return write_report(rates(rows, SITES), wanted, folder, final=final)


def contents(folder: Path) -> Mapping[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def gaps(folder: Path) -> list[dict[str, str]]:
    text = (folder / "donnees/ecarts.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_same_inputs_write_nothing_twice(tmp_path: Path) -> None:
    assert write(tmp_path, past(CUT)).new
    before = contents(tmp_path)
    again = write(tmp_path, past(CUT))
    assert (again.new, again.entry.number, again.entry.final) == (False, 1, False)
    assert contents(tmp_path) == before


def test_a_draft_gives_way_to_what_comes_late(tmp_path: Path) -> None:
    write(tmp_path, past(CUT))
    second = write(tmp_path, past(CUT, LATE))
    assert (second.new, second.entry.number) == (True, 1)
    assert not (tmp_path / "donnees/ecarts.csv").exists()
    assert [*tmp_path.glob("edition-*")] == []


def test_a_final_edition_is_kept_and_shown(tmp_path: Path) -> None:
    written = write(tmp_path, past(CUT), final=True)
    assert (written.new, written.entry.number, written.entry.final) == (True, 1, True)
    top = contents(tmp_path)
    kept = contents(tmp_path / "edition-1")
    assert {name: top[name] for name in kept} == kept
    assert "<strong>arrêtée</strong>" in kept["rapport.html"].decode()
    for final in (False, True):
        again = write(tmp_path, past(CUT), final=final)
        assert (again.new, again.entry.number, again.entry.final) == (False, 1, True)
    assert contents(tmp_path) == top


def test_late_data_make_the_next_edition_beside_it_and_say_so(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    kept = contents(tmp_path / "edition-1")
    second = write(tmp_path, past(CUT, LATE))
    assert (second.entry.number, second.entry.final) == (2, False)
    assert contents(tmp_path / "edition-1") == kept
    lines = {(g["niveau"], g["nom"], g["heures"]): g for g in gaps(tmp_path)}
    site = SITES[0]
    mine = lines["lycée", f"{site.name}, {site.commune}", "service"]
    assert (mine["panne_ms_avant"], mine["panne_ms_apres"]) == (str(HOUR), str(2 * HOUR))
    assert (mine["ecart_panne_ms"], mine["coupures_avant"], mine["coupures_apres"]) == (
        str(HOUR), "1", "2",
    )  # fmt: skip
    assert lines["responsable", "opérateur", "service"]["ecart_panne_ms"] == str(HOUR)
    assert ("lycée", f"{SITES[1].name}, {SITES[1].commune}", "service") not in lines
    page = (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert "Ce qui a changé depuis l’édition 1" in page
    head = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))
    assert head["changes"]["since"] == 1
    assert head["changes"]["reasons"] == [
        "les observations ont été corrigées, à temps observé égal"
    ]


def test_what_was_observed_later_is_counted_among_the_reasons(tmp_path: Path) -> None:
    write(tmp_path, past(watched=1), final=True)
    write(tmp_path, past(watched=2))
    reasons = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))["changes"]
    assert reasons["reasons"] == [
        "les ressources suivies passent de 1 à 2",
        "365\u202fj\u202f0\u202fh observées en plus, 24 h/24, toutes ressources cumulées",
    ]


def test_the_heaviest_difference_comes_first(tmp_path: Path) -> None:
    write(tmp_path, past(), final=True)
    write(tmp_path, past(CUT, LATE))
    moved = [abs(int(g["ecart_panne_ms"])) for g in gaps(tmp_path)]
    assert moved == sorted(moved, reverse=True)
    assert moved[0] == 2 * HOUR


def test_a_corrected_calendar_makes_the_next_edition(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    holiday = replace(CALENDAR, closed=CALENDAR.closed | {date(2026, 1, 20)}, version="test-2")
    second = write(tmp_path, past(CUT), final=True, calendar=holiday)
    assert (second.entry.number, second.entry.final) == (2, True)
    assert second.entry.calendars == {"default": "test-2"}
    head = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))
    assert head["changes"]["reasons"] == [
        "calendrier : « zone-c », version test-1 → « zone-c », version test-2"
    ]
    around = [g for g in gaps(tmp_path) if g["heures"] == "24/7"]
    assert around == [], "the hours of service change nothing around the clock"
    third = write(tmp_path, past(CUT), calendar=CALENDAR)
    assert third.entry.number == 3


def test_a_calendar_renamed_without_effect_makes_no_edition(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    again = write(tmp_path, past(CUT), calendar=replace(CALENDAR, version="test-2"))
    assert (again.new, again.entry.number) == (False, 1)
    assert again.entry.calendars == {"default": "test-1"}


def test_new_words_that_move_no_figure_are_said_to_move_none(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    named = (replace(SITES[0], operator="Autre opérateur"), *SITES[1:])
    write_report(rates(past(CUT), named), order(named), tmp_path)
    assert gaps(tmp_path) == []
    assert "Rien n’a changé dans les chiffres" in (tmp_path / "rapport.html").read_text("utf-8")
    changes = json.loads((tmp_path / "rapport.json").read_text(encoding="utf-8"))["changes"]
    assert changes["reasons"] == ["la liste ou la description des lycées a changé"]


def test_new_rules_make_the_next_edition_of_the_same_inputs(tmp_path: Path) -> None:
    made = write(tmp_path, past(CUT), final=True)
    report = assemble(rates(past(CUT), SITES), order(SITES))
    assert made.entry.holds(report.edition)
    assert not made.entry.holds(replace(report.edition, rules="next"))
    later = replace(report, edition=replace(report.edition, rules="next", number=2))
    told = differences(document(report), document(later))
    assert told.reasons == (f"les règles de calcul passent de la version {RULES} à la next",)
    assert (told.lines, told.others) == ((), ())


def test_what_comes_back_to_the_final_inputs_is_the_final_edition(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    before = contents(tmp_path)
    write(tmp_path, past(CUT, LATE))
    back = write(tmp_path, past(CUT))
    assert (back.new, back.entry.number, back.entry.final) == (True, 1, True)
    assert contents(tmp_path) == before


def test_a_final_edition_that_lost_a_byte_is_found_and_never_written_over(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    assert check(tmp_path)[1] == []
    page = tmp_path / "edition-1/rapport.html"
    page.write_text(page.read_text("utf-8").replace("arrêtée", "Arrêtée"), encoding="utf-8")
    (tmp_path / "edition-1/donnees/mois.csv").unlink()
    (tmp_path / "edition-1/note.txt").write_text("ajout", encoding="utf-8")
    found = ["edition-1/donnees/mois.csv", "edition-1/note.txt", "edition-1/rapport.html"]
    assert check(tmp_path)[1] == found
    before = contents(tmp_path)
    with pytest.raises(EditionError, match=r"edition-1/rapport\.html.*sauvegarde"):
        write(tmp_path, past(CUT, LATE))
    assert contents(tmp_path) == before


def test_a_folder_that_stands_where_an_edition_goes_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "edition-1").mkdir()
    (tmp_path / "edition-1/rapport.html").write_text("mine", encoding="utf-8")
    with pytest.raises(EditionError, match="déplacez"):
        write(tmp_path, past(CUT), final=True)
    assert contents(tmp_path / "edition-1") == {"rapport.html": b"mine"}


def test_an_interrupted_declaration_is_taken_up_again(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    before = contents(tmp_path)
    (tmp_path / "editions.json").unlink()
    assert write(tmp_path, past(CUT), final=True).new
    assert contents(tmp_path) == before


def test_a_year_that_goes_on_cannot_be_declared_final(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="n'est pas finie"):
        write_report(rates(past(CUT), SITES), order(SITES), tmp_path, as_of=NOON + HOUR, final=True)
    assert contents(tmp_path) == {}


def test_a_folder_keeps_one_year_of_one_region(tmp_path: Path) -> None:
    write(tmp_path, past(CUT))
    with pytest.raises(EditionError, match=f"{YEAR}.*--out"):
        write_report(rates(past(CUT), SITES), order(SITES, region="Ailleurs"), tmp_path)


def test_the_ledger_holds_no_clock_and_is_read_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path, past(CUT), final=True)
    write(tmp_path, past(CUT, LATE))
    text = (tmp_path / "editions.json").read_text(encoding="utf-8")
    ledger = Ledger.of(text)
    assert ledger.text == text
    assert [(e.number, e.final, e.as_of) for e in ledger.entries] == [
        (1, True, "2026-09-01T00:00:00+02:00"),
        (2, False, "2026-09-01T00:00:00+02:00"),
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"year": "2025-2026"}', '{"editions": [{}]}'])
def test_a_ledger_that_cannot_be_read_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "editions.json").write_text(text, encoding="utf-8")
    with pytest.raises(EditionError, match=r"editions\.json ne se lit plus"):
        write(tmp_path, past(CUT))
