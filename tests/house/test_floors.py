"""The floors hold, and their contracts bite: a forbidden import is planted, and must be found."""

import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("numlycee", "agents/numlycee_agent")


def configuration(path: str = "pyproject.toml") -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))


def contracts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = configuration()["tool"]["importlinter"]["contracts"]
    return found


def lint(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over one copy of the house."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", *arguments],
        cwd=house,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(house), str(house / "agents")))},
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house in which one may do damage."""
    leave = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


PLANTED = [
    ("floors", "numlycee/domain/planted.py", "import numlycee.wire"),
    ("floors", "numlycee/wire/planted.py", "import numlycee.collector"),
    ("floors", "numlycee/rates/planted.py", "import numlycee.adapters"),
    ("floors", "numlycee/unplaced.py", ""),
    ("bare", "numlycee/domain/planted.py", "import numpy"),
    ("bare", "numlycee/wire/planted.py", "import pydantic"),
    ("rooms", "numlycee/collector/planted.py", "import sqlmodel"),
    ("rooms", "numlycee/annual/planted.py", "import numpy"),
    ("region", "numlycee/rates/planted.py", "import numlycee.region"),
    ("agent", "agents/numlycee_agent/planted.py", "import numlycee.collector"),
    ("agent", "agents/numlycee_agent/planted.py", "import numlycee.app"),
    ("agent-floors", "agents/numlycee_agent/spool/planted.py", "import numlycee_agent.telling"),
    ("agent-floors", "agents/numlycee_agent/probes/planted.py", "import numlycee_agent.watching"),
    ("agent-floors", "agents/numlycee_agent/unplaced.py", ""),
    ("centre", "numlycee/collector/planted.py", "import numlycee_agent"),
]


@pytest.mark.parametrize(("contract", "place", "line"), PLANTED)
def test_a_planted_import_breaks_its_contract(
    house: Path, contract: str, place: str, line: str
) -> None:
    (house / place).write_text(f"{line}\n")
    done = lint(house, "--contract", contract)
    assert done.returncode == 1, done.stdout
    assert Path(place).stem in done.stdout


def test_adapters_that_meet_break_their_contract(house: Path) -> None:
    (house / "numlycee/adapters/planted.py").write_text("import numlycee.adapters.beside\n")
    (house / "numlycee/adapters/beside.py").write_text("")
    done = lint(house, "--contract", "adapters")
    assert done.returncode == 1, done.stdout


def test_numpy_is_welcome_in_rates(house: Path) -> None:
    (house / "numlycee/rates/planted.py").write_text("import numpy\n")
    done = lint(house, "--contract", "rooms")
    assert done.returncode == 0, done.stdout


def test_every_contract_has_been_seen_to_bite() -> None:
    planted = {contract for contract, _, _ in PLANTED} | {"adapters"}
    assert planted == {contract["id"] for contract in contracts()}


def test_the_contracts_name_every_library_of_both_distributions() -> None:
    """A new dependency is forbidden in the rooms from its first day."""
    modules: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for name in distributions:
            modules.setdefault(canonicalize_name(name), set()).add(module)
    needed = {
        module
        for requirement in runtime_requirements()
        for module in modules.get(canonicalize_name(requirement.name), set())
        if not module.startswith("numlycee") and is_library(module)
    }
    for contract in contracts():
        if contract["id"] in {"bare", "rooms"}:
            assert needed <= set(contract["forbidden_modules"])


def is_library(module: str) -> bool:
    """Tell a top-level module that one can import from a stray file of a wheel's record."""
    known = module in sys.stdlib_module_names
    return module.isidentifier() and not known and find_spec(module) is not None


def runtime_requirements() -> list[Requirement]:
    projects = [configuration()["project"], configuration("agents/pyproject.toml")["project"]]
    lines = [line for project in projects for line in project["dependencies"]]
    for project in projects:
        for extra in project["optional-dependencies"].values():
            lines += extra
    return [Requirement(line) for line in lines]
