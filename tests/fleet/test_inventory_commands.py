"""`numlycee inventory`: what a person types, from an export to an agent's file."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from numlycee.adapters.sql import open_store
from numlycee.app.ground import ground
from numlycee.app.reporting import contracts
from numlycee.cli import FAILED, MISUSED, OK, main
from numlycee.config import read
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.wire.records import inventory_of
from tests.collector.centre import SITE, Agent, Centre, HandClock
from tests.fleet.listings import ADA, CONTRACT, EXPORTS, ROOT

GLPI = str(EXPORTS / "glpi-fr.csv")
NETBOX = str(EXPORTS / "netbox.json")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    sites = (ROOT / "deploy/examples/sites.csv").read_text(encoding="utf-8")
    (tmp_path / "sites.csv").write_text(sites, encoding="utf-8")
    (tmp_path / "numlycee.toml").write_text(
        'sites = "sites.csv"\nsecret_file = "secret"\nequipment = "equipements.csv"\n'
        f'[[contracts]]\nname = "{CONTRACT}"\nrestore_minutes = 240\n',
        encoding="utf-8",
    )
    return tmp_path


def told(folder: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = OK) -> str:
    assert main(["inventory", *words, "-c", str(folder / "numlycee.toml")]) == code
    return capsys.readouterr().out


def test_an_export_is_shown_then_written_then_nothing_more(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register = folder / "equipements.csv"
    command = ("equipment", NETBOX, "--from", "netbox")
    said = told(folder, capsys, *command)
    assert "À ajouter : 2 équipements" in said
    assert "1 : statut « planned », qui n'est pas en service" in said
    assert said.endswith(f"{register} : inchangé ; --write l'écrit\n")
    assert not register.exists()
    assert told(folder, capsys, *command, "--write").endswith(f"{register} : écrit\n")
    assert told(folder, capsys, *command).endswith(f"{register} : rien à changer\n")


def test_lines_to_correct_are_shown_and_the_others_are_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(folder, capsys, "equipment", GLPI, "--from", "glpi", "--write", code=FAILED)
    assert "À corriger : 3 lignes, qui ne sont pas reprises" in said
    assert len((folder / "equipements.csv").read_text(encoding="utf-8").splitlines()) == 4
    english = str(EXPORTS / "glpi-en.csv")
    said = told(folder, capsys, "equipment", english, "--from", "glpi", "--whole")
    assert "Disparus de l'export, gardés au registre : 1 équipement" in said
    assert "Sans changement : 2 équipements" in said


def test_what_is_listed_is_shown_to_people_and_programs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(folder, capsys, "equipment", NETBOX, "--from", "netbox", "--write")
    (lycee, *_) = json.loads(told(folder, capsys, "show", "--format", "json"))
    assert (lycee["uai"], lycee["equipment"]) == (ADA, 1)
    (router,) = json.loads(told(folder, capsys, "show", ADA, "--format", "json"))
    assert (router["id"], router["contract"]) == ("rtr-fgl240600a1", CONTRACT)
    assert router["labels"] == {"lot": "2", "tags": "Coeur"}
    assert told(folder, capsys, "show", ADA.lower(), "--format", "csv").startswith("uai,id,kind,")
    assert "rtr-fgl2" in told(folder, capsys, "show", ADA)
    assert "Exemplevi" in told(folder, capsys, "show")


def test_a_table_may_only_add_to_what_is_known(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(folder, capsys, "equipment", NETBOX, "--from", "netbox", "--write")
    table = folder / "t.csv"
    line = f"{ADA};rtr-fgl240600a1;lycée;lot=3"
    table.write_text(f"uai;identifiant;responsable;etiquettes\n{line}\n", encoding="utf-8")
    said = told(folder, capsys, "equipment", str(table), "--write")
    assert "responsable : operator → lycee" in " ".join(said.split())
    (router,) = json.loads(told(folder, capsys, "show", ADA, "--format", "json"))
    assert (router["owner"], router["labels"]["lot"], router["kind"]) == ("lycee", "3", "router")
    assert router["source"] == "netbox:101"
    table.write_text(table.read_text(encoding="utf-8").replace("rtr-", "rtr-x"), encoding="utf-8")
    said = told(folder, capsys, "equipment", str(table), code=FAILED)
    assert "ligne 2, colonne « nature » : la nature manque" in " ".join(said.split())


def test_an_agent_file_takes_addresses_from_the_export_alone(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(folder, capsys, "equipment", NETBOX, "--from", "netbox", "--write")
    assert 'address = ""' in told(folder, capsys, "agent", ADA)
    said = told(folder, capsys, "agent", ADA, "--addresses", NETBOX, "--from", "netbox")
    assert 'address = "10.31.0.1"' in said
    everything = [path.read_bytes() for path in folder.iterdir()]
    assert not any(b"10.31." in content for content in everything)


def test_what_the_register_says_is_under_a_contract_and_has_an_owner(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(folder, capsys, "equipment", NETBOX, "--from", "netbox", "--write")
    settings = read(folder / "numlycee.toml")
    footing = ground(settings)
    (contract,) = contracts(settings, footing)
    assert contract.keys == {(ADA, "rtr-fgl240600a1")}
    assert footing.register.owner((ADA, "rtr-fgl240600a1")) == "operator"
    assert ground(settings).register.equipment is footing.register.equipment


def test_register_and_agents_are_compared_in_the_store_and_ids_adopted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, source in (("sites.csv", folder / "sites.csv"), ("e.json", EXPORTS / "netbox.json")):
        text = source.read_text(encoding="utf-8").replace(ADA, SITE).replace(ADA.lower(), SITE)
        (folder / name).write_text(text, encoding="utf-8")
    told(folder, capsys, "equipment", str(folder / "e.json"), "--from", "netbox", "--write")
    told(folder, capsys, "check", code=FAILED)
    watched = inventory_of([Resource("routeur", Kind.ROUTER, "Routeur ADA")])
    with closing(open_store(f"sqlite:///{folder / 'numlycee.db'}", HandClock())) as store:
        agent = Agent(inventory=watched)
        Centre(store).takes(agent.hello(), agent.sends(agent.listing(), agent.bulletin()))
    said = told(folder, capsys, "check", code=FAILED)
    assert "deux identifiants : rtr-fgl240600a1 au registre, routeur chez l'agent" in said
    assert "jamais observé : ups-as1234567890 (ups), C1111 (102)" in said
    told(folder, capsys, "check", "--adopt", code=FAILED)
    (first, _) = json.loads(told(folder, capsys, "check", "--format", "json", code=FAILED))
    assert first == {
        "uai": SITE, "both": 1, "unobserved": [], "unlisted": [], "twins": [], "differing": [],
    }  # fmt: skip
    assert "routeur" in told(folder, capsys, "show", SITE)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "0310036R"), "wrong key"),
        (("show", "0310036W"), "0310036W n'est pas un lycée du parc"),
        (("agent", ADA), "le registre ne lui connaît aucun équipement"),
        (("equipment", GLPI, "--kind", "swich"), "--kind: swich : nature inconnue ; vouliez-vous"),
        (("equipment", "absent.csv"), "absent.csv: cannot be read"),
    ],
)
def test_what_is_typed_wrongly_is_said_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert main(["inventory", *words, "-c", str(folder / "numlycee.toml")]) == MISUSED
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_register_that_is_named_nowhere_is_not_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "numlycee.toml"
    named = 'equipment = "equipements.csv"\n'
    text = path.read_text(encoding="utf-8").replace(named, "")
    path.write_text(text.partition("[[contracts]]")[0], encoding="utf-8")
    words = ["inventory", "equipment", str(EXPORTS / "glpi-en.csv"), "--from", "glpi"]
    assert main([*words, "-c", str(path)]) == OK
    assert main([*words, "--write", "-c", str(path)]) == MISUSED
    assert "write equipment = " in capsys.readouterr().err
