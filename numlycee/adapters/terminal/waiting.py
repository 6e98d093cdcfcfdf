"""A sign on stderr that something long goes on, where a person sits before it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def waiting(task: str) -> Iterator[None]:
    """Say what is being done, on a terminal only, and wipe it out once done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(task):
        yield
