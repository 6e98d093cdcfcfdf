"""What people install: the built wheels, in environments that hold nothing of this checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import numlycee

ROOT = Path(__file__).resolve().parents[2]
BARE = """
import sys
before = set(sys.modules)
import numlycee.clock, numlycee.settings
import pkgutil, importlib
for room in ("numlycee.domain", "numlycee.wire"):
    package = importlib.import_module(room)
    for module in pkgutil.iter_modules(package.__path__, room + "."):
        importlib.import_module(module.name)
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
known = sys.stdlib_module_names | {"numlycee"}
print(sorted(top for top in tops - known if not top.startswith("_sysconfigdata")))
"""


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command away from the checkout, without the paths of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(part) for part in command],
        env=kept | environment,
        cwd=Path(sys.prefix),
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def succeed(*command: str | Path) -> str:
    done = run(*command)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Environment:
    """A bare virtual environment."""

    folder: Path

    def install(self, *wheels: Path) -> None:
        python = self.folder / "bin/python"
        quietly = ("install", "--quiet", "--no-index", "--no-deps")
        succeed(sys.executable, "-m", "pip", "--python", python, *quietly, *wheels)

    def borrow_libraries(self) -> None:
        """See the libraries of the development environment, after what is installed here."""
        site = next(self.folder.glob("lib/python*/site-packages"))
        (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")

    def bin(self, name: str) -> Path:
        return self.folder / "bin" / name


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels, built without isolation and without the network."""
    folder = tmp_path_factory.mktemp("dist")
    for project in (ROOT, ROOT / "agents"):
        succeed(
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", folder, project),
        )
    return {path.name.partition("-")[0]: path for path in folder.glob("*.whl")}


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    venv.create(tmp_path / "venv", with_pip=False)
    return Environment(tmp_path / "venv")


pytestmark = pytest.mark.timeout(180)


def test_wheels_hold_every_file_of_their_packages(wheels: dict[str, Path]) -> None:
    for name, home in (("numlycee", ROOT), ("numlycee_agent", ROOT / "agents")):
        inside = set(zipfile.ZipFile(wheels[name]).namelist())
        wanted = {
            str(path.relative_to(home))
            for path in (home / name).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert wanted <= inside
        others = (".dist-info/", ".data/data/share/numlycee/")
        packages = {part.partition("/")[0] for part in inside if not any(o in part for o in others)}
        assert packages == {name}
        assert any(part.endswith("licenses/LICENSE") for part in inside)


def test_the_script_of_devices_comes_with_the_agent(
    wheels: dict[str, Path], environment: Environment
) -> None:
    environment.install(wheels["numlycee_agent"])
    script = environment.folder / "share" / "numlycee" / "numlycee-beacon.py"
    assert '"system"' in succeed(environment.bin("python"), script, "--serial", "AB12", "--dry-run")


def test_the_bare_wheel_needs_no_library(wheels: dict[str, Path], environment: Environment) -> None:
    environment.install(wheels["numlycee"])
    assert succeed(environment.bin("python"), "-c", BARE).strip() == "[]"


def test_the_bare_wheel_says_what_to_install(
    wheels: dict[str, Path], environment: Environment
) -> None:
    """Without the centre's libraries, the command still helps and names the missing extra."""
    environment.install(wheels["numlycee"])
    command = environment.bin("numlycee")
    assert numlycee.__version__ in succeed(command, "--version")
    assert "demo" in succeed(command, "--help")
    done = run(command, "run", "-c", "numlycee.toml")
    assert done.returncode == 1
    assert "numlycee[collector]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_centre_runs_from_its_wheel(wheels: dict[str, Path], environment: Environment) -> None:
    environment.install(wheels["numlycee"])
    environment.borrow_libraries()
    done = run(environment.bin("numlycee"), "run", "-c", "absent.toml")
    assert done.returncode == 2
    assert "absent.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_agent_runs_from_its_wheel(wheels: dict[str, Path], environment: Environment) -> None:
    environment.install(wheels["numlycee"], wheels["numlycee_agent"])
    environment.borrow_libraries()
    command = environment.bin("numlycee-agent")
    assert numlycee.__version__ in succeed(command, "--version")
    assert "run" in succeed(command, "--help")
