"""Configuration errors name file, line, key, reason and remedy."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import pytest

from numlycee.config import read
from numlycee.domain.kinds import ResourceClass
from numlycee.settings import SettingsError, load


class Colour(StrEnum):
    GREEN = "green"
    AMBER = "amber"


@dataclass(frozen=True)
class Item:
    name: str
    colour: Colour = Colour.GREEN


@dataclass(frozen=True)
class Model:
    port: int
    period: float = 1.0
    folder: Path | None = None
    verbose: bool = False
    items: tuple[Item, ...] = ()
    pair: tuple[int, int] = (1, 2)
    named: dict[str, Item] = field(default_factory=dict)


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "numlycee.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_is_read_into_its_type(tmp_path: Path) -> None:
    text = (
        "port = 1\nperiod = 2\nfolder = 'a'\nverbose = true\npair = [3, 4]\n"
        "[[items]]\nname = 'x'\ncolour = 'amber'\n[named.y]\nname = 'z'\n"
    )
    model = load(_write(tmp_path, text), Model)
    expected = Model(
        1, 2.0, tmp_path / "a", True, (Item("x", Colour.AMBER),), (3, 4), {"y": Item("z")}
    )
    assert model == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1", r"line 1: prot: unknown key; did you mean 'port'\?"),
        ("port = 1\n\nperod = 2", r"line 3: perod: unknown key; did you mean 'period'\?"),
        ("port = 'x'", "line 1: port: must be an integer, not 'x'"),
        ("port = true", "line 1: port: must be an integer"),
        ("period = 2", "port: is missing"),
        ("port = 1\nitems = 3", "line 2: items: must be a list"),
        ("port = 1\n[[items]]\nname = 'a'\ncolour = 'ambre'", "line 4: .*did you mean 'amber'"),
        ("port = 1\n[[items]]\n", "name: is missing"),
        ("port = 1\n[[items]]\nname = 'a'\n[[items]]\nnom = 'b'", "line 5: items.1.nom: unknown"),
        ("port = 1\npair = [1]", "line 2: pair: must have 2 items"),
        ("port = 1\n[named]\ny = 1", "line 3: named.y: must be a table"),
        ("port = ", "not valid TOML"),
    ],
)
def test_an_error_names_line_key_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(_write(tmp_path, text), Model)


def test_a_path_by_default_is_beside_the_file_too(tmp_path: Path) -> None:
    config = read(_write(tmp_path, 'sites = "s.csv"\nsecret_file = "k"\n'))

    assert config.store == tmp_path / "numlycee.db"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml: cannot be read: No such file"):
        load(tmp_path / "absent.toml", Model)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[objectives.link]\ntarget = "101"', "not a percentage"),
        ('[objectives.lnk]\ntarget = "99"', "no such class; write one of link"),
        ('[objectives.lan]\ntarget = "99"\ncalendar = "servise"', "did you mean 'service'"),
        ("rates_seconds = 0", "rates_seconds must be at least 1"),
        ("ledger_days = -1", "ledger_days must be at least 14"),
        ("[http]\nport = 99999", "99999 is not a port: write 0 to 65535"),
        ("[mqtt]\nport = 0", "0 is not a port: write 1 to 65535"),
        ('[service.hours]\nmonday = [["8h", "12:00"]]', "monday: '8h' is not a time"),
        ('[service.hours]\nmonday = [["12:00", "08:00"]]', "must close after it opens"),
        ('[service]\nzone = "Europe/Toulouse"', "unknown time zone"),
    ],
)
def test_the_centre_refuses_what_makes_no_sense(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read(_write(tmp_path, f'sites = "s.csv"\nsecret_file = "k"\n{text}\n'))


def test_a_target_is_exact_with_a_comma_or_a_point(tmp_path: Path) -> None:
    text = 'sites = "s.csv"\nsecret_file = "k"\n[objectives.link]\ntarget = "99,95"\n'
    target = read(_write(tmp_path, text)).targets()[ResourceClass.LINK].target
    assert (target.numerator, target.denominator) == (1999, 2000)
