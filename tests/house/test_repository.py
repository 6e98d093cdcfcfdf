"""The repository, checked by itself: what no reader should ever find in it."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

import numlycee
import numlycee_agent

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
# Written in pieces, so that this file holds none of what it looks for.
PATHS_OF_A_MACHINE = re.compile(
    r"(?<![\w./-])/(?:" + "root|work|home" + r")/\w|/(?:" + "tmp" + r")/\w"
)
HOSTS_OF_REGISTRIES = re.compile(
    "|".join(("py" + r"pi\.org", "python" + r"hosted\.", "npm" + r"js\."))
)
UNCODED_IGNORE = re.compile(r"#\s*type:\s*ig" + r"nore(?!\[)|#\s*no" + r"qa(?!:)")
LEFT_OVER = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "pragma: no " + "cover")))


@cache
def tracked() -> tuple[Path, ...]:
    """Every text file of the repository, generated pins left aside."""
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout: the list of files is not known")
    paths = [ROOT / line for line in done.stdout.splitlines()]
    return tuple(path for path in paths if path.is_file() and _text(path) is not None)


@cache
def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def lines_with(pattern: re.Pattern[str], *suffixes: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked()
        if not suffixes or path.suffix in suffixes
        for number, line in enumerate((_text(path) or "").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_somebodys_machine() -> None:
    assert lines_with(PATHS_OF_A_MACHINE) == []


def test_no_address_of_a_package_registry() -> None:
    assert lines_with(HOSTS_OF_REGISTRIES) == []


def test_nothing_is_silenced_without_saying_what() -> None:
    assert lines_with(UNCODED_IGNORE, ".py") == []


def test_nothing_is_left_for_later() -> None:
    assert lines_with(LEFT_OVER, ".py", ".toml", ".md", ".yml", ".html") == []


def test_no_module_is_too_long_to_be_read_at_one_sitting() -> None:
    modules = [path for path in tracked() if path.suffix == ".py"]
    lengths = {
        str(path.relative_to(ROOT)): len((_text(path) or "").splitlines()) for path in modules
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in tracked() if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))


def test_every_requirement_is_pinned_with_its_hashes() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        blocks = re.split(r"\n(?=[A-Za-z0-9])", path.read_text(encoding="utf-8"))
        assert [b.split()[0] for b in blocks if "==" not in b or "--hash=sha256:" not in b] == []
        assert "://" not in path.read_text(encoding="utf-8")


def test_every_package_of_the_centre_says_what_it_is_for() -> None:
    for path in (*ROOT.glob("numlycee/*/__init__.py"), *ROOT.glob("agents/*/__init__.py")):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_both_distributions_are_complete() -> None:
    licence = (ROOT / "LICENSE").read_bytes()
    assert licence == (ROOT / "agents/LICENSE").read_bytes()
    assert (ROOT / "numlycee/py.typed").is_file()
    assert (ROOT / "agents/numlycee_agent/py.typed").is_file()
    assert numlycee.__version__ == numlycee_agent.__version__
