"""Lists of equipment of three systems: every line is used, at fault with a reason, or set aside."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.causes import Owner
from numlycee.domain.kinds import Kind
from numlycee.fleet.documents import glpi_devices, netbox_devices
from numlycee.fleet.equipment_plan import equipment_plan
from numlycee.fleet.exports import Export, System
from numlycee.fleet.judging import Judge
from numlycee.settings import SettingsError
from tests.fleet.listings import ADA, CONTRACT, EXPORTS, FERMAT, SITES, listing, written

HEAD = "uai;nom;nature;serie;responsable;operateur;contrat;etiquettes;identifiant;adresse\n"


def test_a_french_export_of_glpi_is_told_line_by_line() -> None:
    found = listing(System.GLPI, EXPORTS / "glpi-fr.csv")
    switch, borne, firewall = (one.item for one in found.items)
    assert (switch.uai, switch.kind, switch.name) == (ADA, Kind.SWITCH, "SW-COEUR")
    assert (switch.vendor, switch.model, switch.serial) == ("HPE", "Aruba 6300M 48G", "SG12KN4001")
    assert switch.source == "glpi:networkequipment/12"
    assert borne.kind is Kind.ACCESS_POINT
    assert (firewall.uai, firewall.kind) == (FERMAT, Kind.FIREWALL)
    assert found.aside == {"statut « En stock », qui n'est pas en service": 1}
    assert found.unread == ("Dernière modification",)
    assert found.faulty == {"16", "17", "18"}
    strange, nowhere, wrong = map(str, found.faults)
    assert strange.endswith("ou donnez-la pour tout le fichier (--kind)")
    assert "ligne 7, colonne « Type » : nature inconnue : « Convertisseur »" in strange
    assert "ligne 8, colonne « Entité » : « Région > Siège » n'est pas un lycée" in nowhere
    assert "ligne 9, colonne « Entité » : le code 0319901A a une clé fausse" in wrong


def test_an_english_export_and_the_answers_of_the_api_tell_the_same() -> None:
    french = listing(System.GLPI, EXPORTS / "glpi-fr.csv").items
    english = listing(System.GLPI, EXPORTS / "glpi-en.csv").items
    rest = listing(System.GLPI, EXPORTS / "glpi-rest.json")
    searched = listing(System.GLPI, EXPORTS / "glpi-search.json").items
    assert [one.item for one in english] == [one.item for one in french[:2]]
    assert [one.item for one in rest.items] == [one.item for one in french[:2]]
    assert [one.item for one in searched] == [french[0].item]
    assert rest.aside == {"supprimé, ou modèle d'objet": 1}
    assert searched[0].address == french[0].address == "10.31.0.2"


def test_an_answer_of_netbox_is_read_with_its_fields_and_tags() -> None:
    found = listing(System.NETBOX, EXPORTS / "netbox.json")
    router, ups = (one.item for one in found.items)
    assert (router.uai, router.kind, router.source) == (ADA, Kind.ROUTER, "netbox:101")
    assert (router.owner, router.contract) == (Owner.OPERATOR, CONTRACT)
    assert router.labels == (("lot", "2"), ("tags", "Coeur"))
    assert (ups.uai, ups.kind, ups.name) == (FERMAT, Kind.UPS, "C1111 (102)")
    assert found.aside == {"statut « planned », qui n'est pas en service": 1}
    assert found.items[0].address == "10.31.0.1"
    (told,) = listing(System.NETBOX, EXPORTS / "netbox.csv").items
    assert told.item.labels == router.labels
    assert (told.item.source, told.address) == (router.source, "10.31.0.1")


def test_pages_of_netbox_make_one_list_and_a_missing_one_is_noticed(tmp_path: Path) -> None:
    whole = json.loads((EXPORTS / "netbox.json").read_text(encoding="utf-8"))
    first, second = whole["results"][:1], whole["results"][1:]
    a = written(tmp_path, json.dumps({"count": 3, "results": first}), "a.json")
    b = written(tmp_path, json.dumps({"count": 3, "results": second}), "b.json")
    assert listing(System.NETBOX, a, b).items[1].where == f"{b}, appareil n° 1 (id 102)"
    with pytest.raises(SettingsError, match=r"holds 1 of 3 devices; ask with \?limit=0"):
        listing(System.NETBOX, a)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[{", "is not whole JSON: .*line 1"),
        ('{"detail": "Invalid token"}', "holds no list of devices"),
        ("[3]", "device 0 is not an object"),
        ('[{"id": 1, "entities_id": 3, "name": "a"}]', "ask with expand_dropdowns=true"),
    ],
)
def test_another_answer_is_refused_with_what_to_ask(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        listing(System.GLPI, written(tmp_path, text, "e.json"))


@pytest.mark.parametrize("value", [None, 0, [], {}, "x", [None], {"name": None}, True])
def test_no_shape_of_a_device_stops_the_others(tmp_path: Path, value: object) -> None:
    keys = ("name", "role", "site", "status", "tags", "custom_fields", "device_type", "primary_ip4")
    (good,) = json.loads((EXPORTS / "netbox.json").read_text(encoding="utf-8"))["results"][:1]
    bent = [good, *({**good, "id": n, key: value} for n, key in enumerate(keys, 200))]
    found = listing(System.NETBOX, written(tmp_path, json.dumps(bent), "e.json"))
    assert found.items[0].item.source == "netbox:101"
    assert len(found.items) + len(found.faults) + sum(found.aside.values()) == len(bent)


ATOMS = st.none() | st.booleans() | st.integers() | st.text("aé0319901U:=,;>\n", max_size=12)
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "value", "slug", "id", "address"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = ("id", "name", "serial", "role", "device_type", "site", "tags", "custom_fields", "status",
        "entities_id", "networkequipmenttypes_id", "is_deleted", "1", "2", "80", "4")  # fmt: skip


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), max_size=4))
def test_every_device_of_any_answer_is_accounted_for(devices: list[dict[str, object]]) -> None:
    judge = Judge(SITES, [CONTRACT], Kind.SWITCH)
    for system, read in ((System.NETBOX, netbox_devices), (System.GLPI, glpi_devices)):
        try:
            raws = tuple(read([(Path("e.json"), devices)]))
        except SettingsError:
            continue
        found = judge.listing(Export(system, raws))
        assert len(found.items) + len(found.faults) + sum(found.aside.values()) == len(devices)
        assert not equipment_plan({}, found).changed


def test_an_answer_nested_beyond_sense_is_refused(tmp_path: Path) -> None:
    for depth in (900, 100_000):
        text = '[{"name": ' + "[" * depth + "]" * depth + "}]"
        with pytest.raises(SettingsError, match=r"nested beyond sense|is not whole JSON"):
            listing(System.NETBOX, written(tmp_path, text, "e.json"))


def test_our_own_list_says_everything(tmp_path: Path) -> None:
    line = f"0319901u;Cœur;switch;S12345;Région;Op;{CONTRACT};zone=a;sw-coeur;10.0.0.1\n"
    (one,) = listing(System.CSV, written(tmp_path, HEAD + line)).items
    assert (one.item.id, one.item.owner, one.item.operator) == ("sw-coeur", Owner.REGION, "Op")
    assert (one.item.contract, one.item.labels) == (CONTRACT, (("zone", "a"),))
    assert one.address == "10.0.0.1"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{ADA};;switch;;;;;;;", "colonne « nom » : le nom manque"),
        (f"{ADA};a;;;;;;;;", "colonne « nature » : la nature manque"),
        (f"{ADA};a;switch;;Regoin;;;;;", "« responsable » : responsable inconnu : « Regoin » ; v"),
        (
            f"{ADA};a;switch;;;;GTR 4;;;",
            "contrat inconnu : « GTR 4 » ; vouliez-vous dire « GTR 4 h",
        ),
        (f"{ADA};a;switch;;;;;Zone=1;;", "« etiquettes » : label name 'Zone'"),
        (f"{ADA};a;switch;;;;;;SW 1;", "« identifiant » : « SW 1 » n'est pas un identifiant"),
        ("0310036W;a;switch;;;;;;;", "« uai » : 0310036W n'est pas un lycée du parc"),
        (";a;switch;;;;;;;", "« nom » : « a » n'est pas un lycée du parc"),
    ],
)
def test_what_is_wrong_is_said_with_its_column_and_a_remedy(
    tmp_path: Path, line: str, said: str
) -> None:
    found = listing(System.CSV, written(tmp_path, f"{HEAD}{line}\n"))
    (fault,) = found.faults
    assert str(fault).startswith(f"{tmp_path / 'e.csv'}, ligne 2, colonne ")
    assert said in str(fault)
    assert fault.remedy
    assert found.items == ()


def test_headings_drift(tmp_path: Path) -> None:
    text = f"Code_RNE,Libellé,CATÉGORIE,N° de série\n{ADA},a,commutateur,S1234567\n"
    (one,) = listing(System.CSV, written(tmp_path, text)).items
    assert (one.item.kind, one.item.serial) == (Kind.SWITCH, "S1234567")
    with pytest.raises(SettingsError, match="no column 'nom, name, libelle'; the header has a, b"):
        listing(System.CSV, written(tmp_path, "a;b\n1;2\n"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Contrôleur Wi-Fi", Kind.WIRELESS_CONTROLLER),
        ("WLC", Kind.WIRELESS_CONTROLLER),
        ("Point d’accès", Kind.ACCESS_POINT),
        ("AP", Kind.ACCESS_POINT),
        ("Office_Access_Switch", Kind.SWITCH),
        ("Baie de stockage", Kind.NAS),
        ("Photocopieur", Kind.PRINTER),
        ("Onduleur", Kind.UPS),
        ("wifi-ap", Kind.ACCESS_POINT),
    ],
)
def test_a_kind_is_told_by_the_words_of_inventories(tmp_path: Path, word: str, kind: Kind) -> None:
    found = listing(System.CSV, written(tmp_path, f"{HEAD}{ADA};a;{word};;;;;;;\n"))
    assert [one.item.kind for one in found.items] == [kind]


def test_a_file_of_one_kind_may_leave_it_unsaid_but_a_laptop_stays_out(tmp_path: Path) -> None:
    lines = f"{ADA};a;Laser;;;;;;;\n{ADA};b;Portable;;;;;;;\n"
    found = listing(System.CSV, written(tmp_path, HEAD + lines), usual=Kind.PRINTER)
    assert [one.item.kind for one in found.items] == [Kind.PRINTER]
    assert found.aside == {"nature « Portable », que numlycee ne suit pas": 1}
