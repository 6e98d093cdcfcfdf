"""The page: accessible, self-contained, and saying what the files say."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from numlycee.adapters.report_html.page import render
from numlycee.adapters.report_html.phrases import spent
from numlycee.annual.assemble import assemble
from numlycee.annual.model import AnnualReport
from numlycee.domain import words
from numlycee.domain.french import number
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.tallies import Rate
from tests.annual.year import Rows, generated, order, rates, region

pytestmark = pytest.mark.slow


class Reader(HTMLParser):
    """Elements with their attributes, and the text of table cells by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[tuple[str | None, list[list[str]]]] = []
        self._cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append((dict(attrs).get("data-class"), []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.tables[-1][1][-1][-1] += data


def _plain(text: str) -> str:
    """A figure of the page as the CSV writes it."""
    return "" if text == "non mesuré" else text.replace("\u202f%", "").replace(",", ".")


def test_every_figure_of_the_annex_is_that_of_the_csv(files: Mapping[str, str]) -> None:
    lines = {
        (line["classe"], line["uai"], line["heures"]): line
        for line in csv.DictReader(io.StringIO(files["donnees/lycees.csv"]))
    }
    seen = 0
    for name, rows in Reader(files["rapport.html"]).tables:
        for row in rows[1:] if name else ():
            label = words.CLASSES[ResourceClass(str(name))]
            service, always = (lines[label, row[0], hours] for hours in ("service", "24/7"))
            columns = ("taux_connu", "borne_basse", "borne_haute", "taux_vecu", "couverture")
            assert [_plain(cell) for cell in row[3:8]] == [service[c] for c in columns]
            assert _plain(row[8]) == always["taux_connu"]
            assert row[9] == service["coupures"]
            assert row[11] == (service["verdict"] or "–")
            seen += 2
    assert seen == len(lines)


def test_printed_minutes_add_up_along_both_ways(files: Mapping[str, str]) -> None:
    found = 0
    for _, rows in Reader(files["rapport.html"]).tables:
        if rows[0][-1] != "Total":
            continue
        cells = [[int(c.replace("\u202f", "")) for c in row[1:]] for row in rows[1:]]
        classes = [row for row, line in zip(cells, rows[1:], strict=True) if line[0] in CLASSES]
        assert all(sum(row[:-1]) == row[-1] for row in cells)
        assert [sum(column) for column in zip(*classes, strict=True)] == cells[len(classes)]
        found += 1
    assert found == 2


CLASSES = frozenset(words.CLASSES.values())


def test_the_page_needs_nothing_but_itself(files: Mapping[str, str]) -> None:
    page = files["rapport.html"]
    assert "<script" not in page
    assert not re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", page)
    assert "default-src 'none'" in page


def test_the_page_can_be_read_without_seeing_it(files: Mapping[str, str]) -> None:
    reader = Reader(files["rapport.html"])
    tags = [tag for tag, _ in reader.elements]
    assert dict(reader.elements)["html"] == {"lang": "fr"}
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert tags.count("table") == tags.count("caption")
    assert all(a.get("scope") in ("row", "col") for tag, a in reader.elements if tag == "th")
    assert all(
        "aria-hidden" in a or a.get("role") == "img" for tag, a in reader.elements if tag == "svg"
    )
    ids = [a["id"] for _, a in reader.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {a["href"] for tag, a in reader.elements if tag == "a"}
    assert targets <= {f"#{name}" for name in ids}


def test_sections_follow_the_table_of_contents(files: Mapping[str, str]) -> None:
    page = unescape(files["rapport.html"])
    listed = re.findall(r'<li><a href="#[^"]+">([^<]+)</a>', page)
    headed = re.findall(r"<h2[^>]*>\d+\. ([^<]+)</h2>", page)
    assert listed == headed
    assert len(listed) == 9


def test_simulated_data_are_stamped_and_real_ones_are_not(report: AnnualReport) -> None:
    real = replace(report, order=replace(report.order, simulated=False))
    assert "Données simulées" in render(report)
    assert "imulées" not in render(real)


def test_the_unmeasured_lycee_is_said_to_be_so(
    report: AnnualReport, files: Mapping[str, str]
) -> None:
    silent = max(report.order.sites)
    (row,) = (
        row
        for name, rows in Reader(files["rapport.html"]).tables
        if name == "link"
        for row in rows
        if row[0] == silent
    )
    assert row[3:9] == ["non mesuré"] * 6
    assert row[11] == "non mesuré"
    assert "1 lycée sans aucune mesure" in files["rapport.html"]


def test_hostile_names_are_escaped() -> None:
    hostile = '</title><script>alert("1")</script>=cmd'
    sites = tuple(replace(site, name=hostile, commune="<b>", operator="<i>") for site in region(3))
    made = assemble(rates(generated(sites), sites), order(sites, region="<u>"))
    page = render(made)
    assert "<script" not in page
    assert not {"<b>", "<i>", "<u>"} & set(re.findall(r"<[biu]>", page))
    assert "&lt;script&gt;" in page


def test_a_year_without_any_measure_still_makes_a_page() -> None:
    sites = region(2)
    page = render(assemble(rates(Rows(), sites), order(sites)))
    assert "2 lycées sans aucune mesure" in page
    assert "100,00" not in page


def test_every_page_ends_with_what_identifies_its_edition(report: AnnualReport) -> None:
    page = render(report)
    footer = page[page.index("<footer>") :]
    assert "édition 1 provisoire" in footer
    assert f"règles {report.edition.rules}" in footer
    assert "version test-1" in page
    assert report.edition.digest[:16] in footer


def test_a_provisional_year_says_until_when(report: AnnualReport) -> None:
    window = report.edition.window
    early = replace(window, as_of=window.end - 90 * 86_400_000)
    page = render(replace(report, edition=replace(report.edition, window=early)))
    assert "provisoire" in page
    assert "chiffres lus au" in page


def test_the_hardest_month_is_the_one_that_spent_most_of_its_allowance() -> None:
    lan, ent = (spent(Rate(9998, 10_000), Rate(998, 1000)), spent(Rate(993, 1000), Rate(99, 100)))

    assert ent == Fraction(7, 10)
    assert lan == Fraction(1, 10)
    assert spent(Rate(999, 1000), Rate(1, 1)) > ent


def test_the_time_between_two_outages_is_printed_with_its_formula(report: AnnualReport) -> None:
    page = render(report)
    rows = [row for _, table in Reader(page).tables for row in table]
    told = {row[-1] for row in rows if row[0] == "24 h/24, 7 j/7"}
    for one in report.classes:
        figures = one.figures.always
        spared = figures.contract.up + figures.contract.degraded
        hours = spared // (figures.outages or 1) // 3_600_000
        assert (f"{number(hours)}\u202fh" if figures.outages else "–") in told
    assert "temps dû vu en service ou dégradé ÷ nombre de coupures" in page
