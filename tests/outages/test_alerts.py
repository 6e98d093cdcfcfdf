from dataclasses import replace

import pytest

from numlycee.domain.states import State
from numlycee.outages.alerts import LONGEST_SUMMARY, Writer, shortened
from numlycee.outages.model import MassSilence, OutagesSnapshot
from numlycee.outages.ports import Alert
from numlycee.outages.watch import OutageWatch
from tests.outages.boards import DOWN, SECOND, SITES, T0, UAIS, Seen, board, live, mute

A = UAIS[0]
WRITER = Writer("Europe/Paris", "https://etat.example")


def written(snapshot: OutagesSnapshot) -> list[Alert]:
    return list(WRITER.alerts(snapshot))


def of(**states: Seen) -> OutagesSnapshot:
    return OutageWatch(SITES).step(board(T0, [live(A, **states)]))


@pytest.mark.parametrize(
    ("resource", "name", "severity"),
    [
        ("link", "LienTHDCoupe", "critical"),
        ("ent", "ENTIndisponible", "warning"),
        ("sw_coeur", "EquipementCoeurEnPanne", "critical"),
    ],
)
def test_each_trouble_has_its_name(resource: str, name: str, severity: str) -> None:
    (alert,) = written(of(**{resource: DOWN}))
    assert alert.labels["alertname"] == name
    assert alert.labels["severity"] == severity
    assert alert.labels["uai"] == A
    assert alert.labels["departement"] == "31"
    assert alert.labels.keys() >= {"resource", "kind", "owner"}
    assert (alert.starts, alert.ends) == (T0, None)
    assert alert.page == f"https://etat.example/lycees/{A}"


def test_what_is_said_in_french() -> None:
    (alert,) = written(of(sw_coeur=DOWN))
    assert alert.summary == "Équipement de cœur en panne : Lycée 0, Muret (31) (Cœur)"
    assert alert.description.startswith("Lycée 0, Muret (31) (Cœur), depuis le 21/09/2026 à ")
    assert "alimentation" in alert.description


def test_what_calls_nobody_is_not_written() -> None:
    assert not written(of(impr=DOWN))


def test_a_dark_lycee() -> None:
    watch = OutageWatch(SITES, silent_hold=0)
    (alert,) = written(watch.step(board(T0, [mute(A)])))
    assert alert.labels["alertname"] == "LyceeHorsLigne"


def test_a_regional_trouble_calls_once_and_a_partial_one_warns() -> None:
    watch = OutageWatch(SITES)
    whole = watch.step(board(T0, [live(uai, ent=DOWN) for uai in UAIS]))
    (alert,) = written(whole)
    assert alert.labels["alertname"] == "PanneENTRegionale"
    assert alert.labels["severity"] == "critical"
    assert alert.summary == "Panne régionale : ENT, 8 lycées sur 8"
    partial = replace(whole, regional=(replace(whole.regional[0], state=State.DEGRADED),))
    assert [a.labels["severity"] for a in written(partial)] == ["warning"]


def test_a_mass_silence_calls_for_the_centre() -> None:
    (alert,) = written(OutagesSnapshot(T0, (), 0, 0, mass_silence=MassSilence(120, T0 - SECOND)))
    assert alert.labels["alertname"] == "AgentsMuetsEnMasse"
    assert alert.summary == "Agents muets en masse : 120 lycées"


def test_labels_do_not_change_while_the_same_trouble_lasts() -> None:
    (alert,) = written(of(link=DOWN))
    (later,) = written(of(link=(State.DOWN, None, T0 + SECOND)))
    assert alert.identity == later.identity


def test_a_summary_fits_in_eighty_characters() -> None:
    long = "Lien THD coupé : " + "Lycée général et technologique " * 4
    assert len(shortened(long)) <= LONGEST_SUMMARY
    assert shortened(long).endswith("…")
    assert shortened("court") == "court"


def test_without_a_page_nothing_points_to_it() -> None:
    assert [a.page for a in Writer("Europe/Paris").alerts(of(link=DOWN))] == [""]
