import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from numlycee.adapters.web.api import status
from numlycee.adapters.web.pages import PAGES, Pages, Request
from numlycee.adapters.web.rendering import Templates, assets
from numlycee.adapters.web.summary import Summary, summarise
from numlycee.domain.tallies import Tally
from numlycee.picture import Picture
from numlycee.rates.model import Hours
from tests.adapters.web.pictures import (
    DAY,
    MINUTE,
    NOW,
    PICTURES,
    RESOURCES,
    bad_day,
    empty,
    fleet_of,
    healthy,
    hostile,
    listed,
    one_silent,
    picture,
    regional,
    sites,
)

PAGES_OF_A_PICTURE = Pages(Templates(assets()), stale_after=60_000)
VOID = {"meta", "link", "img", "input", "br", "path", "circle", "rect", "use"}
KEPT = Path(__file__).parents[3] / "build" / "pages"
"""Where the pages are left for looking at."""


def render(name: str, picture: Picture, key: str = "", query: str = "", now: int = NOW) -> str:
    summary = summarise(picture)
    key = key or _key(name, summary)
    page = PAGES_OF_A_PICTURE.render(name, summary, now, Request(f"/{name}", key, query))
    assert page is not None
    return page


@cache
def rendered(page: str, name: str) -> str:
    """Return a page of a named picture; drawn once, since several tests look at it."""
    return render(page, _drawn(name))


@cache
def _drawn(name: str) -> Picture:
    return PICTURES[name]()


def _key(name: str, summary: Summary) -> str:
    if name == "lycee":
        troubled = summary.region.outages
        return troubled[0].site.uai if troubled else next(iter(summary.sites), "")
    return "31" if name == "departement" else ""


class Reader(HTMLParser):
    """Checks that tags are balanced and ids unique; keeps the text, the links and the tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [value for key, value in attrs if key == "id" and value]
        self.links += [v for k, v in attrs if k in ("href", "src", "action") and v]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


CASES = [
    (name, page)
    for name in PICTURES
    for page in PAGES
    if not (name == "no-sites" and page in ("lycee", "departement"))
    and not (name == "hostile" and page == "departement")
]


@pytest.mark.parametrize(("name", "page"), CASES)
def test_every_page_of_every_picture_is_sound_and_speaks_to_nobody_else(
    name: str, page: str
) -> None:
    html = rendered(page, name)
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{name}-{page}.html").write_text(html, encoding="utf-8")
    reader = Reader(html)
    assert all(link.startswith(("/", "#")) and link[1:2] != "/" for link in reader.links)
    names = [tag for tag, _ in reader.tags]
    assert names.count("h1") == names.count("main") == 1
    assert not {"script", "style", "iframe", "object"} & set(names)
    assert not any(key.startswith("on") or key == "style" for _, a in reader.tags for key in a)
    assert ("html", {"lang": "fr"}) in reader.tags


@pytest.mark.parametrize(("name", "page"), CASES)
def test_tables_have_captions_and_scopes_and_drawings_are_hidden_or_named(
    name: str, page: str
) -> None:
    html = rendered(page, name)
    assert html.count("<table") == html.count("<caption")
    assert all('scope="' in tag for tag in re.findall(r"<th\b[^>]*>", html))
    for drawing in re.findall(r"<svg\b[^>]*>", html):
        inner = 'class="s-' in drawing
        assert inner or 'aria-hidden="true"' in drawing or 'aria-label="' in drawing


def test_the_home_page_answers_the_five_questions() -> None:
    text = Reader(render("home", bad_day())).text
    assert "3 lycées en panne, 4 dégradés sur 225" in text
    assert "Dernière mesure il y a 12\u202fs · 224 agents sur 225 répondent" in text
    assert "page du 23/11/2026 à 17\u202fh\u202f04" in text
    assert "Lien THD en panne depuis 2\u202fh\u202f25 · pas de réponse" in text
    assert "Budget d’erreur" in text
    assert "Données simulées" in text


def test_a_picture_of_real_data_is_not_stamped() -> None:
    assert "simulées" not in render("home", healthy())


def test_an_old_picture_is_said_to_be_old_and_never_green() -> None:
    page = render("home", healthy(), now=NOW + 2 * MINUTE)
    assert "Données anciennes" in page
    assert "Dernier état connu" in page
    assert "n-up" not in page
    assert "Données anciennes" not in render("home", healthy(), now=NOW + 30_000)


def test_a_new_picture_of_old_measurements_is_stale_too() -> None:
    page = render("home", replace(healthy(), at=NOW + DAY), now=NOW + DAY)
    assert "Données anciennes" in page


def test_nothing_measured_is_said_in_words() -> None:
    text = Reader(render("home", empty())).text
    assert "Aucune mesure" in text
    assert "non mesuré" in text
    assert "100,00" not in text


def test_an_hour_without_service_is_not_said_to_be_unmeasured() -> None:
    picture = healthy()
    night = {
        key: replace(figures, contract=Tally(), felt=Tally())
        for key, figures in picture.rates.tables["1h", Hours.SERVICE].items()
    }
    tables = {**picture.rates.tables, ("1h", Hours.SERVICE): night}
    page = render("disponibilite", replace(picture, rates=replace(picture.rates, tables=tables)))
    assert page.count("aucun service dû</td>") == len({name for _, name in night})
    for hour in page.split(">1 heure<")[1:]:
        assert "non mesuré" not in hour.partition("</tr>")[0]


def test_a_dark_lycee_is_not_said_to_be_down() -> None:
    page = render("incidents", one_silent())
    assert "Lycée muet" in page
    assert "En panne" not in page


def test_one_failure_in_many_lycees_is_told_once_on_the_home_page() -> None:
    page = render("home", regional())
    assert "ENT en panne pour 225 lycées sur 225" in page
    assert "Voir un à un les 225 incidents en cours" in page
    assert page.count("/lycees/") == 0
    assert render("incidents", regional()).count("/lycees/") == 225


def test_no_known_incident_is_no_good_news_when_nothing_is_measured() -> None:
    assert "Aucun incident en cours" in render("home", healthy())
    assert "Aucun incident connu, mais" in render("home", empty())


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 225), ("HÉRAULT 34", 38), ("haute-garonne", 48), ("joffre gard", 4), ("0319004u", 1)],
)
def test_lycees_are_found_by_name_commune_and_uai(query: str, count: int) -> None:
    context = PAGES["lycees"](summarise(healthy()), Request("/lycees", query=query))
    assert context is not None
    assert len(context["found"]) == count


def test_a_search_without_result_says_so() -> None:
    page = render("lycees", healthy(), query="<Poudlard>")
    assert "Aucun lycée ne répond à" in page
    assert "&lt;Poudlard&gt;" in page


def test_what_does_not_exist_has_no_page() -> None:
    summary = summarise(healthy())
    for name in ("lycee", "departement"):
        request = Request("/x", "nowhere")
        assert PAGES_OF_A_PICTURE.render(name, summary, NOW, request) is None


@pytest.mark.parametrize("page", sorted(PAGES))
def test_equipment_is_counted_and_never_named_nor_addressed(page: str) -> None:
    html = render(page, bad_day())
    assert "10.1.2." not in html
    assert not [r.name for r in RESOURCES if r.name in html and r.name.startswith(("Cœur", "Éta"))]


def test_a_lycee_shows_its_mobile_devices_and_nothing_of_a_few() -> None:
    text = Reader(render("lycee", healthy(), next(iter(sites())))).text
    assert "Équipements mobiles des élèves, le 20 novembre 2026" in text
    for words in ("Remisde 765 à 771", "Vus ce jour-làde 541 à 544", "En état de servir720"):
        assert words in text
    assert "Non conformesmoins de 5" in text
    assert "Pas revus récemmentmoins de 5" in text
    assert "Équipements mobiles" not in Reader(render("lycee", replace(healthy(), fleets={}))).text


def test_the_region_adds_up_what_its_lycees_told_of_late() -> None:
    base = healthy()
    first, second, third, *_ = base.fleets
    stale = replace(fleet_of(0), day=date(2026, 9, 1))
    shown = replace(base, fleets={first: fleet_of(0), second: fleet_of(5), third: stale})
    text = Reader(render("home", shown)).text
    assert "Équipements mobiles des élèves 2 lycées" in text
    assert "Le 20 novembre 2026. Comptés dans le lycée" in text
    assert "Vus ce jour-làde 1 087 à 1 093" in text
    assert "Non conformesde 2 à 8" in text


def test_a_lycee_shows_its_equipment_its_rates_its_agent_and_its_ledger() -> None:
    text = Reader(render("lycee", bad_day(), "0319004U")).text
    assert "1 en panne, depuis 1\u202fh\u202f25 · ne répond plus en SNMP" in text
    assert "2 injoignables" in text
    for words in ("24 heures", "7 jours", "30 jours", "Année scolaire", "24 h/24", "Couverture"):
        assert words in text
    assert "Bulletins attendus" in text
    assert "Écart d’horloge" in text
    assert "Relevés en attente3" in text
    assert "Mémoire de l’agent42 Mio" in text


@pytest.mark.parametrize(("offset", "told"), [(60_000, False), (61_000, True), (-61_000, True)])
def test_a_clock_that_is_wrong_is_shown(offset: int, told: bool) -> None:  # noqa: FBT001
    shown = bad_day()
    sites = dict(shown.board.sites)
    sites["0319004U"] = replace(sites["0319004U"], clock_offset=offset)
    shown = replace(shown, board=replace(shown.board, sites=sites))
    text = Reader(render("lycee", shown, "0319004U")).text
    assert ("à remettre à l’heure" in text) is told


def test_a_lycee_is_found_by_each_of_the_codes_of_its_network() -> None:
    known = sites()
    (uai, site), (other, _) = list(known.items())[:2]
    fleet = {uai: replace(site, others=(other,))}
    shown = picture(fleet=fleet)
    assert f"UAI {uai}, {other}" in Reader(render("lycee", shown, other)).text
    assert site.name in Reader(render("lycees", shown, query=other)).text


def test_hostile_names_stay_text() -> None:
    for page in ("home", "lycees", "lycee", "incidents", "methode"):
        html = render(page, hostile())
        assert "<script" not in html
        assert "<img" not in html
        assert "{{" not in html or "{{ 7*7 }}" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in render("lycees", hostile())


def test_the_open_data_says_what_the_page_says() -> None:
    content = json.loads(status(summarise(bad_day()), NOW))
    assert content["lycees"] == {
        "up": 217,
        "degraded": 4,
        "down": 3,
        "unreachable": 0,
        "unobserved": 1,
    }
    assert content["at"] == "2026-11-23T17:04:00+01:00"
    assert len(content["sites"]) == 225
    assert len(content["outages"]) == 8
    assert content["agents"] == {"total": 225, "answering": 224}
    assert "10.1.2" not in json.dumps(content)


def test_the_style_sheet_stays_small_and_calls_nobody() -> None:
    style = assets()["style.css"].body.decode()
    assert len(style) < 10_000
    assert "url(" not in style
    assert "@import" not in style


def test_a_lycee_shows_its_labels_and_how_its_register_agrees_with_its_agent() -> None:
    shown = listed()
    uai, *_ = shown.equipment
    html = render("lycee", shown, uai)
    text = " ".join(Reader(html).text.split())
    assert 'lot : <b>"2"</b> · zone : rurale · https://lycee.example.fr/' in text
    for title, count in (
        ("Au registre", 3),
        ("Dont non observés", 1),
        ("Observés hors registre", 4),
    ):
        assert f"<dt>{title}</dt><dd>{count}</dd>" in html
    assert "<i>GTR</i>" in text
    assert "Registre des équipements" not in render("lycee", healthy())
