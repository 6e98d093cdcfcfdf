"""The register of equipment: read whole or refused, written beside other columns, reconciled."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from numlycee.domain.causes import Cause, Owner, propose_owner
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.register import Register
from numlycee.fleet.park import read_park, update_park
from numlycee.fleet.reconcile import adopted, reconciled
from numlycee.fleet.skeleton import skeleton
from numlycee.settings import SettingsError
from numlycee_agent import config as agent_config
from tests.fleet.listings import ADA, CONTRACT, FERMAT, ROOT, SITES, item, register, written

CORE = item(
    "Cœur",
    id="sw-coeur",
    vendor="HPE",
    serial="SG12",
    owner=Owner.LYCEE,
    operator="Op",
    contract=CONTRACT,
    labels=(("lot", "2"), ("zone", 'a"; b')),
    source="glpi:networkequipment/12",
)
PRINTER = item("Imprimante", id="imp", kind=Kind.PRINTER)
HEAD = "uai;identifiant;nature;nom;contrat\n"


def test_a_register_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    park = register(CORE, PRINTER, replace(CORE, uai=FERMAT))
    update_park(tmp_path / "e.csv", park, SITES, {})
    assert read_park(tmp_path / "e.csv", SITES, [CONTRACT]) == park


def test_the_register_of_the_examples_is_read() -> None:
    park = read_park(ROOT / "deploy/examples/equipements.csv", SITES, [CONTRACT])
    assert park[ADA]["imprimante-cdi"].owner is Owner.LYCEE


def test_other_columns_follow_what_moves(tmp_path: Path) -> None:
    text = f"note;{HEAD}à nous;{ADA};sw-coeur;switch;Cœur;\nvieux;{ADA};imp;printer;I;\n"
    path = written(tmp_path, text)
    moved = replace(read_park(path, SITES, [])[ADA]["sw-coeur"], uai=FERMAT)
    update_park(path, register(moved, PRINTER), SITES, {(FERMAT, "sw-coeur"): (ADA, "sw-coeur")})
    heading, first, second = path.read_text(encoding="utf-8").splitlines()
    assert heading.startswith("note;uai;identifiant;nature;nom;contrat;")
    assert first.startswith(f"vieux;{ADA};imp;")
    assert second.startswith(f"à nous;{FERMAT};sw-coeur;")
    assert (tmp_path / "e.csv.before").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uai;nom\n", "line 1: no column 'identifiant'"),
        (f"{HEAD}{ADA};;switch;a;\n", "ligne 2, colonne « identifiant » : l'identifiant manque"),
        (f"{HEAD}{ADA};A B;switch;a;\n", "ligne 2, colonne « identifiant » : « A B »"),
        (f"{HEAD}{ADA};a;grille-pain;a;\n", "ligne 2, colonne « nature » : nature inconnue"),
        (f"{HEAD}{ADA};a;portable;a;\n", "ligne 2 : nature « portable », .* ; ôtez la ligne"),
        (f"{HEAD}{ADA};a;switch;a;GTR\n", "ligne 2, colonne « contrat » : contrat inconnu"),
        (f"{HEAD}0319901A;a;switch;a;\n", "clé fausse : 0319901 appelle U"),
        (f"{HEAD}{ADA};a;switch;a;\n{ADA};a;ups;b;\n", "ligne 3: .*/a stands twice"),
    ],
)
def test_a_register_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_park(written(tmp_path, text), SITES, [CONTRACT])


def test_an_owner_that_is_listed_takes_the_place_of_what_the_kind_says() -> None:
    known = Register(equipment=register(CORE))
    assert known.owner((ADA, "sw-coeur")) is Owner.LYCEE
    assert known.owner((ADA, "absent")) is known.owner(("", "ent")) is None
    assert propose_owner(Kind.SWITCH, Cause.TIMEOUT, Owner.LYCEE) is Owner.LYCEE
    assert propose_owner(Kind.SWITCH, Cause.POWER, Owner.LYCEE) is Owner.ENERGY
    assert known.named() == frozenset()


def test_register_and_agents_are_laid_side_by_side() -> None:
    twin = item("Bât B", id="sw-fcw1")
    gone = item("Réserve", id="sw-gone")
    watched = [
        Resource("link", Kind.LINK, "Liaison"),
        Resource("sw-coeur", Kind.ROUTER, "Cœur"),
        Resource("sw-b", Kind.SWITCH, "bat b"),
        Resource("ups", Kind.UPS, "Onduleur"),
    ]
    park = register(CORE, twin, gone, replace(PRINTER, uai=FERMAT))
    first, second = reconciled(park, {ADA: watched})
    assert (first.both, first.unobserved, first.unlisted) == (1, (gone,), (watched[3],))
    assert [(t.item, t.resource) for t in first.twins] == [(twin, watched[2])]
    assert [t.resource.kind for t in first.differing] == [Kind.ROUTER]
    assert (second.uai, second.both, len(second.unobserved)) == (FERMAT, 0, 1)
    again, moved = adopted(park, [first, second])
    assert again[ADA]["sw-b"] == replace(twin, id="sw-b")
    assert moved == {(ADA, "sw-b"): (ADA, "sw-fcw1")}
    (agreed,) = reconciled(register(PRINTER), {ADA: [Resource("imp", Kind.PRINTER, "I")]})
    assert agreed.agreed


AGENT = """
uai = "{uai}"
receipt_key_file = "receipt.key"
[mqtt]
host = "mqtt.example"
"""


def test_an_agent_reads_what_it_is_given_once_addresses_are_filled_in(tmp_path: Path) -> None:
    (tmp_path / "receipt.key").write_text("ab" * 32, encoding="utf-8")
    items = [replace(CORE, name='Cœur "A"\\\n', kind=Kind.UPS), PRINTER]
    text = skeleton(ADA, items, {"sw-coeur": "10.31.0.2"})
    assert [len(table) for table in tomllib.loads(text)["equipment"]] == [5, 4]
    path = tmp_path / "agent.toml"
    whole = AGENT.format(uai=ADA) + text.replace("[[equipment]]", '[[equipment]]\nsnmp = "none"')
    path.write_text(whole, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"equipment\.1\.address"):
        agent_config.read(path)
    path.write_text(whole.replace('address = ""', 'address = "10.31.0.9"'), encoding="utf-8")
    told = agent_config.read(path).equipment
    assert [(one.id, one.kind, one.address) for one in told] == [
        ("sw-coeur", Kind.UPS, "10.31.0.2"),
        ("imp", Kind.PRINTER, "10.31.0.9"),
    ]
