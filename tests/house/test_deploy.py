"""What is handed to administrators is valid: examples load, units name commands that exist."""

import configparser
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from numlycee import config
from numlycee.fleet.directory import read_sites
from numlycee.fleet.park import read_park
from numlycee.fleet.register import read_register
from numlycee.wire.topics import DEFAULT_ROOT
from numlycee_agent import config as agent_config

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def read_statements(path: Path) -> object:
    return read_register(path, "Europe/Paris", ["0310036W"]).named()


def read_equipment(path: Path) -> object:
    return read_park(path, read_sites(path.with_name("sites.csv")), ["GTR 4 h"])


READERS: dict[str, Callable[[Path], object]] = {
    "agent*.toml": agent_config.read,
    "numlycee*.toml": config.read,
    "sites*.csv": read_sites,
    "equipements*.csv": read_equipment,
    "registre*.toml": read_statements,
}


def examples() -> list[Path]:
    return sorted(path for path in (DEPLOY / "examples").iterdir() if path.is_file())


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.name)
def test_every_example_loads(path: Path) -> None:
    reader = next((read for pattern, read in READERS.items() if path.match(pattern)), None)
    assert reader, f"nobody reads {path.name}"
    assert reader(path)


def commands() -> set[str]:
    scripts: set[str] = set()
    for project in (ROOT, ROOT / "agents"):
        document = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        scripts |= set(document["project"]["scripts"])
    return scripts


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("systemd/*.service")), ids=lambda p: p.name)
def test_units_run_our_commands_as_nobody_in_particular(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path, encoding="utf-8")
    service = unit["Service"]
    assert Path(service["ExecStart"].split()[0]).name in commands()
    assert service["User"] not in {"root", ""}
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"


def test_the_broker_knows_the_topics_of_the_wire() -> None:
    acl = (DEPLOY / "mosquitto/acl").read_text(encoding="utf-8")
    rules = re.findall(r"^(topic|pattern) (read|write) (\S+)$", acl, re.MULTILINE)
    assert set(rules) == {
        ("topic", "read", f"{DEFAULT_ROOT}/+/up/#"),
        ("topic", "write", f"{DEFAULT_ROOT}/+/down/#"),
        ("pattern", "write", f"{DEFAULT_ROOT}/%u/up/#"),
        ("pattern", "read", f"{DEFAULT_ROOT}/%u/down/#"),
    }
