"""A bar on stderr while many things are counted, where a person sits before it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

FEW = 20
"""So many are counted before a bar could be read."""


@contextmanager
def counting(task: str, of: int, few: int = FEW) -> Iterator[Callable[[int], None]]:
    """Give what is to be told how many are done; silent for a few, and away from a terminal."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    quiet = of <= few or not console.is_terminal
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=quiet
    ) as bar:
        line = bar.add_task(task, total=of)
        yield lambda done: bar.update(line, completed=done)
