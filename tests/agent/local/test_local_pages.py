"""What the technician reads: everything in both languages, escaped, the worst first."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from numlycee.domain.causes import REPORTED_CAUSES
from numlycee.domain.kinds import WATCHED_KINDS, Kind
from numlycee.domain.states import State
from numlycee.domain.words import CAUSES, DEVICES, KINDS
from numlycee.wire.messages import Present
from numlycee.wire.records import inventory_of
from numlycee_agent.local import entrance, machine
from numlycee_agent.local.english import ENGLISH
from numlycee_agent.local.figures import LABELS, all_of, spelt
from numlycee_agent.local.frame import MENU, Frame, draw
from numlycee_agent.local.markup import Markup, tag
from numlycee_agent.local.overview import troubles
from numlycee_agent.local.sight import take
from numlycee_agent.local.technician import PAGES
from numlycee_agent.local.tongues import tongue_for
from tests.agent.local.pages import NASTY, FakeDevices, FakePublisher, FakeSite, inside, resources
from tests.agent.virtual import NOON

ROOT = Path(__file__).resolve().parents[3]
FRENCH, ENGLISH_TONGUE = (tongue_for(code, "Europe/Paris") for code in ("fr", "en"))


def page(path: str = "/", accepted: str = "fr", site: FakeSite | None = None) -> str:
    frame = Frame(tongue_for(accepted, "Europe/Paris"), "0310036W", path, "token")
    return draw(frame, frame.tongue(MENU[path]), *PAGES[path](take(inside(site)), frame))


def text_of(document: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", "", document))


class Balanced(HTMLParser):
    """Notes whether every element that was opened is closed, in order, and every id is its own."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in {"meta", "link", "input", "path", "circle", "use"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"path", "circle", "use"}:
            assert self.open.pop() == tag


@pytest.mark.parametrize("accepted", ["fr", "en"])
@pytest.mark.parametrize("path", list(PAGES))
def test_every_page_is_well_formed_and_runs_nothing(path: str, accepted: str) -> None:
    document = page(path, accepted)
    parser = Balanced()
    parser.feed(document)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    assert f'<html lang="{accepted}">' in document
    assert document.count("<h1") == 1
    assert not re.search(r"<script|<style|style=|\son\w+=|javascript:|src=", document)


def test_what_people_name_is_escaped_everywhere() -> None:
    documents = [page(path) for path in ("/equipements", "/arbre")]
    site = FakeSite(states=(Present("imprimante", State.DOWN, next(iter(REPORTED_CAUSES)), NOON),))
    documents.append(page("/", site=site))
    for document in documents:
        assert NASTY not in document
        assert "&lt;script&gt;alert(&#x27;CDI&#x27;)&lt;/script&gt; &amp; Cie" in document


def test_plain_text_becomes_markup_only_by_escaping() -> None:
    built = tag("a", "<b>", Markup("<i>"), None, href='"', hidden=True, title=None, for_="x")
    assert built == '<a href="&quot;" hidden for="x">&lt;b&gt;<i></a>'


def test_the_first_page_says_what_is_wrong_the_worst_first() -> None:
    text = text_of(page())
    assert "1 en panne, 6 injoignables, 1 dégradé, 1 non mesuré" in text
    assert "depuis 20\u202fmin · pas de réponse · 6 injoignables derrière" in text
    assert text.index("Commutateur du bâtiment B") < text.index("Onduleur") < text.index("Stockage")
    assert [item.resource.id for item in troubles(take(inside()))] == ["sw-b", "onduleur", "nas"]


def test_what_is_unreachable_behind_nothing_fallen_is_shown_for_itself() -> None:
    site = FakeSite()
    site.states = tuple(present for present in site.states if present.resource != "sw-b")
    found = [item.resource.id for item in troubles(take(inside(site)))]
    assert [name for name in found if name.startswith("ap-b")] == [f"ap-b{i}" for i in range(1, 7)]


def test_a_lycee_in_good_order_says_so() -> None:
    document = page(site=FakeSite(states=()))
    assert "Tout fonctionne" in text_of(document)
    assert "À regarder" not in document


def test_a_great_many_troubles_do_not_drown_the_page() -> None:
    site = FakeSite()
    site.states = tuple(
        Present(item.id, State.UNOBSERVED, next(iter(REPORTED_CAUSES)), NOON)
        for item in site.inventory
    )
    assert "Voir les 21 ressources" in text_of(page(site=site))


def test_the_link_and_the_services_show_their_phases() -> None:
    text = text_of(page())
    assert "Nom (DNS)4,0\u202fms" in text
    assert "Total610\u202fms" in text
    assert "Certificat valable jusqu’au02/01/2027 à 12\u202fh\u202f00" in text
    assert "Pertes0\u202f%" in text


def test_the_agent_says_how_it_is_doing() -> None:
    text = text_of(page())
    for fact in ("répond", "il y a 12\u202fs", "3 enregistrements", "5,0\u202fMio", "1.2.3"):
        assert fact in text
    assert "Balises reçues210" in text


def test_a_silent_centre_is_told() -> None:
    frame = Frame(FRENCH, "0310036W", "/", "token")
    for heard, told in ((None, "aucun depuis le démarrage"), (NOON - 600_000, "il y a 10")):
        sight = take(replace(inside(), told=FakePublisher(heard)))
        text = text_of(draw(frame, "État", *PAGES["/"](sight, frame)))
        assert "ne répond pas" in text
        assert told in text


def test_small_counts_of_devices_stay_ranges() -> None:
    text = text_of(page())
    assert "En réparationmoins de 5" in text
    assert "En état de servirde 633 à 636" in text
    assert "Vus ce jour-là640" in text


def test_a_day_off_counts_no_device() -> None:
    class DayOff(FakeDevices):
        def today(self, at: int) -> dict[str, object]:  # type: ignore[override]
            return {}

    frame = Frame(FRENCH, "0310036W", "/", "token")
    sight = take(replace(inside(), today=DayOff()))  # type: ignore[arg-type]
    assert "fermé aujourd’hui" in draw(frame, "État", *PAGES["/"](sight, frame))


def test_the_tree_opens_down_to_what_is_wrong() -> None:
    document = page("/arbre")
    opened = re.findall(r"<details( open)?><summary>.*?<strong>(.*?)</strong>", document)
    assert [(name, bool(state)) for state, name in opened] == [
        ("Routeur d’accès", True),
        ("Commutateur cœur, local technique", True),
        ("Commutateur du bâtiment A", False),
        ("Commutateur du bâtiment B", True),
    ]
    assert "19 en dépendent, 1 en panne, 6 injoignables, 1 dégradé" in text_of(document)


def test_the_table_is_in_the_order_in_which_people_count() -> None:
    site = FakeSite()
    site.inventory = inventory_of(
        [replace(item, name=f"Borne {n}") for n, item in enumerate(resources())]
    )
    names = re.findall(r"<strong>(Borne \d+)</strong>", page("/equipements", site=site))
    assert names == [f"Borne {n}" for n in range(len(names))]


def test_every_word_that_may_be_shown_is_in_english() -> None:
    words = {CAUSES[cause] for cause in REPORTED_CAUSES} | set(LABELS.values())
    words |= (
        set(DEVICES.values())
        | {KINDS[Kind(kind)][0] for kind in WATCHED_KINDS}
        | set(entrance.FAULTS)
    )
    assert words - ENGLISH.keys() == set()
    assert "1 down, 6 unreachable, 1 degraded, 1 not measured" in text_of(page(accepted="en"))


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("", "fr"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.4", "en"),
        ("de", "fr"),
        ("en;q=0.5, fr;q=0.5", "fr"),
        ("en;q=zero", "fr"),
        ("en;q=", "fr"),
        ("EN", "en"),
        ("en;q=nan", "fr"),
    ],
)
def test_french_unless_english_is_preferred(accepted: str, code: str) -> None:
    assert tongue_for(accepted, "UTC").code == code


@pytest.mark.parametrize(
    ("name", "value", "french", "english"),
    [
        ("charge_ratio", 0.314, "31 %", "31 %"),
        ("temperature_celsius", 41.6, "42 °C", "42 °C"),
        ("runtime_seconds", 540, "9 min", "9 min"),
        ("total_seconds", 1.25, "1,2 s", "1.2 s"),
        ("rtt_seconds", 0.0008, "0,8 ms", "0.8 ms"),
        ("uptime_seconds", 260_000, "3 j 0 h", "3 d 0 h"),
        ("input_volts", 231.4, "231 V", "231 V"),
        ("sessions", 12_345, "12 345", "12 345"),
        ("received_bits_per_second", 287_654_321, "287,7 Mbit/s", "287.7 Mbit/s"),
        ("main_line_up", 1, "en service", "in service"),
        ("backup_line_up", 0, "coupée", "cut"),
    ],
)
def test_samples_are_told_in_their_unit(name: str, value: float, french: str, english: str) -> None:
    told = [spelt(name, value, one).replace("\u202f", " ") for one in (FRENCH, ENGLISH_TONGUE)]
    assert told == [french, english]


def test_each_target_of_a_link_is_told_apart() -> None:
    gauges = {
        "target_1_packet_loss_ratio": 0.0,
        "target_1_rtt_seconds": 0.004,
        "target_3_packet_loss_ratio": 1.0,
    }
    assert [figure.replace("\u202f", " ") for _, figure in all_of(gauges, FRENCH)] == [
        "pertes 0 %, 4,0 ms",
        "pertes 100 %",
    ]
    assert [label for label, _ in all_of(gauges, ENGLISH_TONGUE)] == ["Target 1", "Target 3"]


def test_programs_read_the_same() -> None:
    content = json.loads(machine.state(take(inside()), "Europe/Paris"))
    assert content["at"] == "2026-11-23T12:00:00+01:00"
    assert content["agent"]["vitals"]["spool_waiting_records"] == 3
    states = {item["id"]: (item["state"], item["cause"]) for item in content["resources"]}
    assert states["sw-b"] == ("down", "timeout")
    assert states["sw-a"] == ("up", None)
    assert content["devices"]["repair"] == {"low": 1, "high": 4}
    assert json.loads(machine.state(take(inside(devices=False)), "UTC"))["devices"] is None


def test_the_palette_and_the_signs_are_those_of_the_status_page() -> None:
    web, local = ROOT / "numlycee/adapters/web", ROOT / "agents/numlycee_agent/local"
    ours = (local / "static/style.css").read_text(encoding="utf-8")
    theirs = (web / "static/style.css").read_text(encoding="utf-8")
    assert ours.partition("*{")[0] == theirs.partition("*{")[0]
    assert (local / "static/icon.svg").read_bytes() == (web / "static/icon.svg").read_bytes()
    macros = (web / "templates/macros.html").read_text(encoding="utf-8")
    signs = re.findall(r"<symbol.*?</symbol>", page())
    assert len(signs) == len(State)
    assert [sign for sign in signs if sign not in macros] == []
