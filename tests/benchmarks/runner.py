"""Benchmarks: each module of this folder measures one thing and says what it hoped for."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "build" / "bench"
NOT_BENCHMARKS = {"__main__", "runner"}


class Outcome(TypedDict):
    """What a benchmark's `run()` returns, every part keyed by a plain name.

    `figures` are what was measured, `ratios` how that stands beside the comparator of the same
    run, `goals` the wish in words, and `met` whether each wish was granted (the keys of `goals`).
    """

    figures: Mapping[str, float | str]
    ratios: Mapping[str, float]
    goals: Mapping[str, str]
    met: Mapping[str, bool]


def names(folder: Path = HERE) -> list[str]:
    """Return the benchmarks of a folder, in order."""
    found = {module.name for module in pkgutil.iter_modules([str(folder)])}
    return sorted(name for name in found - NOT_BENCHMARKS if not name.startswith("_"))


def load(name: str) -> Callable[[], Outcome]:
    """Return the `run` of one benchmark."""
    run: Callable[[], Outcome] = importlib.import_module(f"tests.benchmarks.{name}").run
    return run


def keep(name: str, outcome: Outcome, folder: Path = RESULTS) -> Path:
    """Write an outcome as JSON, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(outcome, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def rows(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """Return the lines of the table: what, how much, and whether it is enough."""
    for name, figure in outcome["figures"].items():
        yield name, _written(figure), ""
    for name, ratio in outcome["ratios"].items():
        yield name, f"× {ratio:,.2f}", ""
    for name, goal in outcome["goals"].items():
        yield name, goal, "met" if outcome["met"][name] else "MISSED"


def _written(figure: float | str) -> str:
    return figure if isinstance(figure, str) else f"{figure:,.6g}"


def show(name: str, outcome: Outcome, console: Console) -> None:
    """Print the table of one benchmark."""
    table = Table("what", "figure", "goal", title=name, title_justify="left")
    for row in rows(outcome):
        table.add_row(*row)
    console.print(table)


def main(arguments: list[str]) -> int:
    """Run the benchmarks that are named, or all; return 1 when a goal is missed, 2 if unknown."""
    console = Console()
    unknown = sorted(set(arguments) - set(names()))
    if unknown:
        console.print(f"unknown benchmark {unknown[0]!r}; there are: {', '.join(names())}")
        return 2
    missed = 0
    for name in arguments or names():
        outcome = load(name)()
        show(name, outcome, console)
        console.print(f"{keep(name, outcome)}\n")
        missed += list(outcome["met"].values()).count(False)
    return 1 if missed else 0
