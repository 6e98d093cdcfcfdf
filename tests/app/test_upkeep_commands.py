"""`numlycee backup`, `restore`, `check`: on real files, as a person would."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from numlycee.adapters.sql import open_store
from numlycee.app import upkeep
from numlycee.cli import FAILED, OK, main
from numlycee.config import read
from tests.collector.centre import T0, Agent, Centre, HandClock, dump


@pytest.fixture(name="settings")
def _settings(tmp_path: Path) -> str:
    path = tmp_path / "numlycee.toml"
    path.write_text('sites = "sites.csv"\nsecret_file = "secret"\n', encoding="utf-8")
    with closing(open_store(f"sqlite:///{tmp_path / 'numlycee.db'}", HandClock())) as store:
        agent = Agent()
        Centre(store).takes(agent.hello(), agent.sends(agent.listing(), agent.bulletin()))
    return str(path)


def test_a_copy_is_put_back(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'numlycee.db'}"
    with closing(open_store(url, HandClock())) as store:
        before = dump(store)
    copy = tmp_path / "copie.db"
    assert main(["backup", str(copy), "-c", settings]) == OK
    assert capsys.readouterr().out == f"copie : {copy}\n"
    (tmp_path / "numlycee.db").unlink()
    assert main(["restore", str(copy), "-c", settings]) == OK
    assert "les agents offriront de nouveau" in capsys.readouterr().out
    with closing(open_store(url, HandClock())) as store:
        assert dump(store) == before


def test_what_is_replaced_is_named(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["backup", str(tmp_path / "copie.db"), "-c", settings])
    main(["restore", str(tmp_path / "copie.db"), "-c", settings])
    (kept,) = tmp_path.glob("numlycee.db.before-*")
    assert f"ce qu'elle remplace est gardé : {kept}" in capsys.readouterr().out


def test_a_folder_keeps_the_latest_copies_and_touches_nothing_else(
    settings: str, tmp_path: Path
) -> None:
    folder, clock = tmp_path / "copies", HandClock(T0)
    folder.mkdir()
    (folder / "notes.db").write_text("somebody's")
    written = []
    for _ in range(4):
        clock.at += 86_400_000
        written.append(upkeep.backup(read(Path(settings)), folder, clock, 2))
    assert sorted(p.name for p in folder.iterdir()) == [
        "notes.db",
        *(path.name for path in written[2:]),
    ]


def test_a_sound_store_is_told_so(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-c", settings]) == OK
    words = " ".join(capsys.readouterr().out.split())
    assert "chaque inventaire porte l'empreinte de son contenu 1 ✓" in words
    assert "✗" not in words


def test_a_broken_invariant_fails_the_command_and_is_shown(
    settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(tmp_path / "numlycee.db")) as connection, connection:
        connection.execute("UPDATE run SET last = 1")
    assert main(["check", "-c", settings]) == FAILED
    words = " ".join(capsys.readouterr().out.split())
    assert "s'accordent 0310036W 00000000000000aa: numbers beyond 1–1" in words
    assert main(["check", "--format", "json", "-c", settings]) == FAILED
    (broken,) = (line for line in json.loads(capsys.readouterr().out) if line["broken"])
    assert broken["invariant"] == "marks"


@pytest.mark.parametrize("command", [["check"], ["backup", "copie.db"], ["restore", "copie.db"]])
def test_a_store_that_is_not_there_is_named(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "numlycee.toml"
    path.write_text('sites = "sites.csv"\nsecret_file = "secret"\n', encoding="utf-8")
    assert main([*command, "-c", str(path)]) == FAILED
    assert "there is no such database" in capsys.readouterr().err


def test_a_store_is_brought_down_and_up_again(
    settings: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate", "--to", "0001", "-c", settings]) == OK
    assert capsys.readouterr().out == (
        "la base est passée de la révision 0002 à la révision 0001\n"
    )
    assert main(["check", "-c", settings]) == FAILED
    assert "run `numlycee migrate`" in capsys.readouterr().err
    assert main(["migrate", "-c", settings]) == OK
    assert main(["migrate", "-c", settings]) == OK
    assert capsys.readouterr().out.endswith("la base était déjà à la révision 0002\n")
    assert main(["check", "-c", settings]) == OK


def test_a_revision_that_is_none_is_told(settings: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "--to", "7", "-c", settings]) == FAILED
    assert "there are 0001, 0002" in capsys.readouterr().err
