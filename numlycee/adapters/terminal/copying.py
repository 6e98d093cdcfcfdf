"""A bar on stderr while pages are copied, where a person sits before it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def copying(task: str) -> Iterator[Callable[[int, int], None]]:
    """Give what is to be told how much is done, and of how much; silent away from a terminal."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        line = bar.add_task(task, total=None)
        yield lambda done, of: bar.update(line, completed=done, total=of)
